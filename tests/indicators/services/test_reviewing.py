"""What becomes of an entered value: a draft that does not count, sent, accepted or returned a step above."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent
from accounts.permissions import Role
from indicators.enums import ElementType, EntryStatus
from indicators.models import IndicatorValue, Observation, Period
from indicators.services.elements import define_element
from indicators.services.entries import AlreadyAccepted, Entry, Evidence
from indicators.services.observations import enter_observation, enter_observations, withdraw_observation
from indicators.services.recalculation import fulfil_requests
from indicators.services.reviewing import (
    NothingChosen,
    RemarkMissing,
    accept_observations,
    return_observations,
    submit_observations,
)
from jobs.models import Job
from schools.access import NotAllowed
from schools.enums import Kind
from tests.indicators.territory import person

PROOF = Evidence(url="https://kezhma.example.ru/prikaz.pdf")
DRAFT = EntryStatus.DRAFT


@pytest.fixture
def asked(group_order, place, now):
    """A yes/no of municipalities, for 2021, in a cell that was empty."""
    element, _ = group_order
    fulfil_requests(clock=lambda: now)
    Job.objects.all().delete()
    return Entry(element, place["131"], Period.objects.get(code="2021"), Decimal(1), PROOF)


@pytest.fixture
def approver(place):
    return person("approver", Role.MINISTRY_APPROVER, place["24"])


@pytest.fixture
def head(place):
    return person("head", Role.MUNICIPAL_HEAD, place["131"])


def write(entry, actor, now, status=DRAFT):
    outcome = enter_observations(entries=[entry], actor=actor, now=now, status=status)
    assert outcome.refused == []
    return outcome.saved[0][1]


def counted(unit, year="2021"):
    row = IndicatorValue.objects.get(unit=unit, period__code=year, edition__indicator__code="rppko_1_2")
    return row.n, row.d, row.left_out


def test_a_draft_counts_when_it_is_sent_and_the_head_answers_for_it(asked, place, coordinator, head, now):
    draft = write(asked, coordinator, now)

    assert (draft.status, counted(place["24"])) == (DRAFT, (None, 0, 3))

    handled = submit_observations(observations=[draft], actor=coordinator, now=now, signatory=head)

    (row,) = handled.done
    row.refresh_from_db()
    assert (row.pk, row.status, row.submitted_by, row.submitted_at) == (draft.pk, "submitted", coordinator, now)
    assert (row.signatory, row.signed_as) == (head, "руководитель муниципального органа, Кежемский район")
    assert counted(place["24"]) == (1, 1, 2)
    event = AuditEvent.objects.get(action="observation.submitted")
    assert (event.before, event.after) == (
        {"status": "draft"},
        {
            "value": "1.0000",
            "document": "Приказ о рабочей группе",
            "comment": "",
            "status": "submitted",
            "signatory": "Head, руководитель муниципального органа, Кежемский район",
        },
    )


def test_a_draft_typed_over_a_draft_replaces_it_and_counts_no_more_than_the_first(asked, place, coordinator, now):
    write(asked, coordinator, now)
    write(replace(asked, value=Decimal(0), evidence=None), coordinator, now)

    assert [row.value for row in Observation.objects.in_force()] == [0]
    assert counted(place["131"]) == (None, 0, 1)


def test_what_waits_is_mended_as_such_and_never_falls_out(asked, place, coordinator, now):
    first = write(asked, coordinator, now, EntryStatus.SUBMITTED)
    mended = write(replace(asked, value=Decimal(0), seen=first.pk), coordinator, now)

    assert (mended.status, counted(place["131"])) == ("submitted", (0, 1, 0))


def test_the_region_accepts_and_what_is_accepted_is_closed(asked, place, coordinator, approver, now):
    row = write(asked, coordinator, now, EntryStatus.SUBMITTED)

    handled = accept_observations(observations=[row], actor=approver, now=now)

    row.refresh_from_db()
    assert (handled.refused, row.status, row.reviewed_by, row.reviewed_signatory) == (
        [],
        "accepted",
        approver,
        approver,
    )
    assert counted(place["131"]) == (1, 1, 0)
    with pytest.raises(AlreadyAccepted) as refused:
        enter_observation(entry=replace(asked, value=Decimal(0)), actor=coordinator, now=now)
    assert str(refused.value) == ("Значение «да» уже принято. Чтобы исправить его, принявший должен вернуть запись.")
    with pytest.raises(AlreadyAccepted):
        withdraw_observation(observation=row, actor=coordinator, now=now)


def test_what_is_returned_counts_no_more_until_it_is_mended_and_sent_again(asked, place, coordinator, approver, now):
    row = write(asked, coordinator, now, EntryStatus.SUBMITTED)
    return_observations(observations=[row], remark=" Ссылка не открывается. ", actor=approver, now=now)

    row.refresh_from_db()
    assert (row.status, row.remark, counted(place["131"])) == ("returned", "Ссылка не открывается.", (None, 0, 1))

    draft = write(replace(asked, evidence=Evidence(url="https://kezhma.example.ru/novyi.pdf")), coordinator, now)
    assert (draft.status, draft.remark, counted(place["131"])) == (DRAFT, "Ссылка не открывается.", (None, 0, 1))

    submit_observations(observations=[draft], actor=coordinator, now=now)
    assert counted(place["131"]) == (1, 1, 0)
    actions = AuditEvent.objects.filter(action__startswith="observation.").order_by("pk")
    assert [event.action.removeprefix("observation.") for event in actions] == [
        "entered",
        "returned",
        "entered",
        "submitted",
    ]


def test_what_was_returned_may_be_sent_again_as_it_is(asked, place, coordinator, approver, now):
    row = write(asked, coordinator, now, EntryStatus.SUBMITTED)
    return_observations(observations=[row], remark="Проверьте.", actor=approver, now=now)

    submit_observations(observations=[row], actor=coordinator, now=now)

    row.refresh_from_db()
    assert (row.status, row.reviewed_by, row.remark) == ("submitted", None, "Проверьте.")


def test_nobody_accepts_what_they_have_sent_themselves(place, years, system, now):
    element = define_element(
        code="школы", name="Школы", type=ElementType.COUNT, level=Kind.SCHOOL, actor=system, now=now
    )
    period = Period.objects.get(code="2021")
    coordinator = person("typist", Role.MUNICIPAL_COORDINATOR, place["131"])
    row = write(Entry(element, place["131001"], period, Decimal(5)), coordinator, now, EntryStatus.SUBMITTED)

    handled = accept_observations(observations=[row], actor=coordinator, now=now)

    assert [(one.pk, why) for one, why in handled.refused] == [
        (row.pk, "Принимает не тот, кто отправил. Попросите другого.")
    ]


def test_a_municipality_is_accepted_at_once_and_each_refusal_is_told(asked, place, coordinator, approver, now, system):
    element = define_element(
        code="школы", name="Школы", type=ElementType.COUNT, level=Kind.SCHOOL, actor=system, now=now
    )
    sent = EntryStatus.SUBMITTED
    own = write(asked, coordinator, now, sent)
    school = write(Entry(element, place["131001"], asked.period, Decimal(5)), coordinator, now, sent)
    stale = write(Entry(element, place["131002"], asked.period, Decimal(6)), coordinator, now, sent)
    write(Entry(element, place["131002"], asked.period, Decimal(7), seen=stale.pk), coordinator, now, sent)

    handled = accept_observations(observations=[own, school, stale], actor=approver, now=now)

    assert [row.pk for row in handled.done] == [own.pk, school.pk]
    assert [(row.pk, why) for row, why in handled.refused] == [
        (stale.pk, "Пока вы смотрели, значение исправили или убрали. Сверьте то, что внесено теперь.")
    ]


def test_the_municipality_accepts_of_its_schools_and_not_of_itself(asked, place, coordinator, head, now, system):
    element = define_element(
        code="школы", name="Школы", type=ElementType.COUNT, level=Kind.SCHOOL, actor=system, now=now
    )
    own = write(asked, coordinator, now, EntryStatus.SUBMITTED)
    editor = person("editor", Role.SCHOOL_EDITOR, place["131001"])
    school = write(Entry(element, place["131001"], asked.period, Decimal(5)), editor, now, EntryStatus.SUBMITTED)

    handled = accept_observations(observations=[own, school], actor=head, now=now)

    assert [row.pk for row in handled.done] == [school.pk]
    assert [why for _, why in handled.refused] == ["Принять это вправе Северный округ, а не вы."]
    with pytest.raises(NotAllowed):
        accept_observations(observations=[own], actor=head, now=now)


def test_a_neighbour_neither_sends_nor_accepts_nor_returns(asked, neighbour, coordinator, now):
    row = write(asked, coordinator, now)

    for action, more in (
        (submit_observations, {}),
        (accept_observations, {}),
        (return_observations, {"remark": "Нет"}),
    ):
        with pytest.raises(NotAllowed):
            action(observations=[row], actor=neighbour, now=now, **more)


def test_whoever_reviews_returns_what_waits_and_not_what_is_accepted(asked, place, coordinator, approver, now):
    curator = person("curator", Role.DISTRICT_CURATOR, place["severny"])
    row = write(asked, coordinator, now, EntryStatus.SUBMITTED)
    accept_observations(observations=[row], actor=approver, now=now)

    refused = return_observations(observations=[row], remark="Нет подписи.", actor=curator, now=now).refused
    assert [why for _, why in refused] == ["Вернуть это вправе Северный округ, а не вы."]

    return_observations(observations=[row], remark="Нет подписи.", actor=approver, now=now)
    submit_observations(observations=[row], actor=coordinator, now=now)
    handled = return_observations(observations=[row], remark="Нет подписи.", actor=curator, now=now)
    assert [one.pk for one in handled.done] == [row.pk]


def test_a_return_says_why_and_an_empty_choice_is_told(asked, coordinator, approver, now):
    row = write(asked, coordinator, now, EntryStatus.SUBMITTED)

    with pytest.raises(RemarkMissing):
        return_observations(observations=[row], remark="  ", actor=approver, now=now)
    for action in (submit_observations, accept_observations):
        with pytest.raises(NothingChosen):
            action(observations=[], actor=approver, now=now)


def test_a_draft_that_is_sent_by_another_door_is_no_draft(asked, place, coordinator, now):
    write(asked, coordinator, now)

    row = enter_observation(entry=asked, actor=coordinator, now=now, via="api")
    fulfil_requests(clock=lambda: now)

    assert (row.status, counted(place["131"])) == ("submitted", (1, 1, 0))


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"status": "draft", "submitted": True}, "observation_draft_is_not_submitted"),
        ({"status": "accepted"}, "observation_reviewed_at_goes_with_review"),
        ({"status": "returned", "reviewed": True}, "observation_returned_with_remark"),
    ],
)
def test_the_database_keeps_status_and_moments_together(asked, coordinator, now, changes, name):
    row = write(asked, coordinator, now)
    told = {"status": changes["status"]}
    told |= {"submitted_at": now} if "submitted" in changes else {}
    told |= {"reviewed_at": now} if "reviewed" in changes else {}

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Observation.objects.filter(pk=row.pk).update(**told)
