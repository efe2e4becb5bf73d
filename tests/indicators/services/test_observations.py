from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.models import AuditEvent
from documents.models import Document
from indicators.enums import ElementType
from indicators.models import IndicatorValue, Observation, Period, RecalculationRequest
from indicators.services.elements import define_element
from indicators.services.entries import Entry, Evidence, EvidenceMissing, ObservationRefused, SomebodySavedFirst
from indicators.services.observations import enter_observation, enter_observations, withdraw_observation
from indicators.services.recalculation import fulfil_requests
from jobs.models import Job
from schools.access import NotAllowed
from schools.enums import Kind
from tests.factories.schools import make_user

ORDER = Evidence(number="112-п", dated_on=date(2021, 9, 10), url="https://kezhma.example.ru/prikaz.pdf")


@pytest.fixture
def entry(group_order, place, now):
    """The coordinator's «да» about the working group, for 2021, in a cell that was empty."""
    element, _ = group_order
    fulfil_requests(clock=lambda: now)
    Job.objects.all().delete()
    return Entry(element, place["131"], Period.objects.get(code="2021"), Decimal(1), ORDER, seen=None)


def pair(unit, year="2021"):
    row = IndicatorValue.objects.get(unit=unit, period__code=year, edition__indicator__code="rppko_1_2")
    return row.n, row.d, row.left_out


def test_value_follows_the_entry_at_once(entry, place, coordinator, now):
    assert pair(place["24"]) == (None, 0, 3)

    row = enter_observation(entry=entry, actor=coordinator, now=now)

    assert pair(place["131"]) == (1, 1, 0)
    assert pair(place["24"]) == (1, 1, 2)
    assert (row.value, row.entered_by, row.entered_at, row.via) == (1, coordinator, now, "form")
    assert str(row.document) == "Приказ о рабочей группе № 112-п от 10.09.2021"
    assert not RecalculationRequest.objects.filter(fulfilled_at=None).exists()
    assert not Job.objects.exists()


def test_yes_needs_a_proof_and_no_does_not(entry, coordinator, now):
    with pytest.raises(EvidenceMissing) as refused:
        enter_observation(entry=replace(entry, evidence=Evidence()), actor=coordinator, now=now)

    assert str(refused.value) == (
        "«да» без доказательства не сохраняется: вставьте ссылку на документ или впишите номер и дату приказа."
    )
    assert enter_observation(entry=replace(entry, value=Decimal(0), evidence=None), actor=coordinator, now=now)
    assert not Document.objects.exists()


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        (Evidence(number="5"), "У документа № 5 нет даты. Впишите день, которым он подписан."),
        (
            Evidence(url="kezhma"),
            "«kezhma» не похоже на адрес страницы. Адрес начинается с https:// или http://.",
        ),
        (
            Evidence(number="5", dated_on=date(2030, 1, 1)),
            "Дата документа 01.01.2030 ещё не наступила. Проверьте день, месяц и год.",
        ),
    ],
)
def test_a_proof_that_is_none_is_refused_in_a_sentence(entry, coordinator, now, evidence, said):
    with pytest.raises(ObservationRefused) as refused:
        enter_observation(entry=replace(entry, evidence=evidence), actor=coordinator, now=now)

    assert str(refused.value) == said


def test_an_older_entry_stays_in_the_history(entry, place, coordinator, now):
    first = enter_observation(entry=entry, actor=coordinator, now=now)
    later = now + timedelta(hours=1)

    second = enter_observation(entry=replace(entry, value=Decimal(0), seen=first.pk), actor=coordinator, now=later)

    first.refresh_from_db()
    assert (first.replaced_at, second.replaced_at) == (later, None)
    assert pair(place["24"]) == (0, 1, 2)
    event = AuditEvent.objects.filter(action="observation.entered").latest("pk")
    assert (event.before["value"], event.after["value"]) == ("1.0000", "0")


def test_the_second_to_save_is_shown_both_values(entry, analyst, coordinator, now):
    first = enter_observation(entry=entry, actor=analyst, now=now)

    with pytest.raises(SomebodySavedFirst) as refused:
        enter_observation(entry=replace(entry, value=Decimal(0)), actor=coordinator, now=now)

    assert refused.value.current == first
    assert str(refused.value) == (
        "Пока вы правили, Analyst в 10:30 15.11.2021 внёс(ла) «да», а вы вносили «нет». "
        "Оставьте то, что есть, или сохраните своё ещё раз."
    )
    assert Observation.objects.get(replaced_at=None) == first


def test_saving_the_same_again_writes_nothing(entry, coordinator, now):
    first = enter_observation(entry=entry, actor=coordinator, now=now)

    assert enter_observation(entry=entry, actor=coordinator, now=now + timedelta(minutes=1)) == first
    assert Observation.objects.count() == 1


def test_withdrawn_value_is_unknown_again(entry, place, coordinator, now):
    row = enter_observation(entry=entry, actor=coordinator, now=now)

    withdraw_observation(observation=row, actor=coordinator, now=now)

    assert pair(place["24"]) == (None, 0, 3)
    assert Observation.objects.filter(replaced_at=None).count() == 0
    assert AuditEvent.objects.latest("pk").action == "observation.withdrawn"


def test_neighbour_may_not_write_here(entry, neighbour, now):
    with pytest.raises(NotAllowed):
        enter_observation(entry=entry, actor=neighbour, now=now)

    assert not Observation.objects.exists()


@pytest.mark.parametrize(
    ("code", "year", "said"),
    [
        (
            "131001",
            "2021",
            "«Приказ о рабочей группе» вносит муниципалитет, а Имбинская СОШ — школа. "
            "Откройте форму нужной территории.",
        ),
        ("131", "2022", "2022 год ещё впереди: вносить рано."),
    ],
)
def test_a_wrong_place_or_time_is_refused(entry, place, coordinator, now, code, year, said):
    wrong = replace(entry, unit=place[code], period=Period.objects.get(code=year))

    with pytest.raises(ObservationRefused) as refused:
        enter_observation(entry=wrong, actor=coordinator, now=now)

    assert str(refused.value) == said


def test_a_block_saves_what_it_can_and_gives_the_rest_back(years, place, system, coordinator, now):
    teachers = define_element(
        code="учителя", name="Учителя", type=ElementType.COUNT, level=Kind.SCHOOL, actor=system, now=now
    )
    period = Period.objects.get(code="2021")
    good = Entry(teachers, place["131001"], period, Decimal(12), seen=None)
    bad = Entry(teachers, place["131002"], period, Decimal("3.5"), seen=None)

    outcome = enter_observations(entries=[good, bad], actor=coordinator, now=now)

    assert [(entry, row.value) for entry, row in outcome.saved] == [(good, 12)]
    assert [(entry, str(why)) for entry, why in outcome.refused] == [
        (bad, "Здесь нужно целое число не меньше нуля, а внесено 3,5. Исправьте число.")
    ]


@pytest.mark.parametrize(("schools", "queries"), [(1, 13), (2, 14)])
def test_a_row_of_a_block_costs_one_query(
    years, place, system, coordinator, now, django_assert_num_queries, schools, queries
):
    """Itself; rights, the trail, whom the actor substitutes and what is a part are asked at once."""
    teachers = define_element(
        code="учителя", name="Учителя", type=ElementType.COUNT, level=Kind.SCHOOL, actor=system, now=now
    )
    period = Period.objects.get(code="2021")
    fulfil_requests(clock=lambda: now)
    units = [place["131001"], place["131002"]][:schools]

    with django_assert_num_queries(queries):
        enter_observations(
            entries=[Entry(teachers, unit, period, Decimal(1), seen=None) for unit in units],
            actor=coordinator,
            now=now,
        )


def test_the_paper_of_a_value_that_is_refused_is_not_filed(entry, coordinator, now):
    first = enter_observation(entry=entry, actor=coordinator, now=now)
    late = replace(entry, evidence=replace(ORDER, number="999-п"), seen=None)

    outcome = enter_observations(entries=[late], actor=coordinator, now=now)

    assert [type(why) for _, why in outcome.refused] == [SomebodySavedFirst]
    assert list(Document.objects.values_list("number", flat=True)) == ["112-п"]
    assert Observation.objects.get(replaced_at=None) == first


def test_a_value_whose_signatory_is_refused_leaves_the_former_one_standing(entry, coordinator, now):
    first = enter_observation(entry=entry, actor=coordinator, now=now)
    other = replace(entry, evidence=replace(ORDER, number="999-п"), seen=first.pk)

    outcome = enter_observations(entries=[other], actor=coordinator, now=now, signatory=make_user("stranger"))

    assert (len(outcome.refused), Observation.objects.get(replaced_at=None)) == (1, first)
    assert list(Document.objects.values_list("number", flat=True)) == ["112-п"]
