"""Pages by which values are sent, accepted and returned: whose they are, what they show, how they refuse."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.permissions import Role
from indicators.enums import ElementType, EntryStatus
from indicators.models import Observation, Period
from indicators.selectors.reviewing import values_to_send
from indicators.services.elements import define_element
from indicators.services.entries import Entry
from indicators.services.observations import enter_observations
from indicators.services.reviewing import submit_observations
from schools.enums import Kind
from tests.indicators.territory import person

ENTRY, SUBMIT = reverse("indicators:entry"), reverse("indicators:submit")
QUEUE, REVIEW = reverse("indicators:review-list"), reverse("indicators:review")


@pytest.fixture
def teachers(years, system, now):
    """A count of schools."""
    return define_element(
        code="учителя", name="Учителя", type=ElementType.COUNT, level=Kind.SCHOOL, actor=system, now=now
    )


@pytest.fixture
def approver(place):
    return person("approver", Role.MINISTRY_APPROVER, place["24"])


def enter(element, units, actor, now, status=EntryStatus.SUBMITTED):
    period = Period.objects.get(code="2021")
    entries = [Entry(element, unit, period, Decimal(10)) for unit in units]
    outcome = enter_observations(entries=entries, actor=actor, now=now, status=status)
    return [row for _, row in outcome.saved]


def states():
    rows = Observation.objects.in_force().order_by("unit__code")
    return [(row.unit.code, row.status) for row in rows]


def test_what_is_typed_is_a_draft_and_the_page_leads_to_where_it_is_sent(client, place, coordinator, teachers):
    client.force_login(coordinator)
    key = f"{teachers.pk}-{place['131001'].pk}"

    response = client.post(
        f"{ENTRY}?year=2021", {f"value-{key}": "12", f"was-{key}": "||||"}, headers={"HX-Request": "true"}
    )

    assert states() == [("131001", "draft")]
    assert "1 значение не отправлено" in response.content.decode()
    assert f"{SUBMIT}?unit={place['131'].pk}&amp;year=2021" in client.get(ENTRY, {"year": 2021}).content.decode()


def test_ticked_drafts_are_sent_and_the_others_stay(client, place, coordinator, teachers, now):
    first, _ = enter(teachers, [place["131001"], place["131002"]], coordinator, now, EntryStatus.DRAFT)
    client.force_login(coordinator)
    address = f"{SUBMIT}?unit={place['131'].pk}&year=2021"

    shown = client.get(address)
    assert [(line.row.unit.code, line.is_chosen) for line in shown.context["lines"]] == [
        ("131001", True),
        ("131002", True),
    ]
    assert client.post(address, {"entry": [first.pk]}).status_code == 302
    assert states() == [("131001", "submitted"), ("131002", "draft")]


def test_drafts_are_sent_by_whoever_enters_them(place, coordinator, neighbour, teachers, now):
    (own,) = enter(teachers, [place["131001"]], coordinator, now, EntryStatus.DRAFT)

    assert list(values_to_send(user=coordinator, unit=place["131"], year=2021)) == [own]
    assert list(values_to_send(user=neighbour, unit=place["131"], year=2021)) == []


def test_acceptance_is_signed_by_those_who_accept_there(client, place, coordinator, approver, teachers, system, now):
    enter(teachers, [place["131001"]], system, now)

    def offered(user):
        client.force_login(user)
        form = client.get(REVIEW, {"unit": place["131"].pk, "year": 2021}).context["accepting"]
        return {int(key) for key, _ in form.fields["signatory"].choices if key}

    # A step above for what is the municipality's own; of its schools' values it signs itself.
    assert offered(approver) == {approver.pk}
    assert offered(coordinator) == {approver.pk, coordinator.pk}


def test_sending_nothing_is_told(client, place, coordinator, teachers, now):
    enter(teachers, [place["131001"]], coordinator, now, EntryStatus.DRAFT)
    client.force_login(coordinator)

    response = client.post(f"{SUBMIT}?unit={place['131'].pk}&year=2021")

    assert response.status_code == 422
    assert "Отправлять нечего: отметьте значения в списке." in response.content.decode()


@pytest.mark.parametrize("name", ["submit", "review"])
def test_a_page_of_others_is_not_found(client, place, coordinator, teachers, name):
    client.force_login(coordinator)

    for code in ("24", "147", "147001"):
        assert client.get(reverse(f"indicators:{name}"), {"unit": place[code].pk}).status_code == 404
    assert client.get(reverse(f"indicators:{name}")).context["unit"] == place["131"]


def test_a_foreign_value_is_as_one_that_is_not_there(client, place, coordinator, neighbour, teachers, now):
    (foreign,) = enter(teachers, [place["147001"]], neighbour, now, EntryStatus.DRAFT)
    client.force_login(coordinator)

    for address in (SUBMIT, REVIEW):
        for key in (foreign.pk, foreign.pk + 999):
            data = {"entry": [key], "act": "accept"}
            assert client.post(f"{address}?unit={place['131'].pk}&year=2021", data).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_counts_by_territory_in_constant_queries(
    client, place, approver, coordinator, neighbour, teachers, system, now, django_assert_num_queries, count
):
    places = [place["131"], place["147"], place["109"]][:count]
    enter(teachers, [place[f"{unit.code}001"] for unit in places], system, now)
    client.force_login(approver)
    client.get(QUEUE, {"year": 2021})

    with django_assert_num_queries(5):  # session, user, appointments, what they review, its places
        response = client.get(QUEUE, {"year": 2021})

    assert {(one.unit.code, one.waiting, one.returned, one.accepted) for one in response.context["queue"]} == {
        (unit.code, 1, 0, 0) for unit in places
    }


def test_the_queue_of_a_municipality_is_its_own(client, place, coordinator, teachers, system, now):
    enter(teachers, [place["131001"], place["147001"]], system, now)
    client.force_login(coordinator)

    queue = client.get(QUEUE, {"year": 2021}).context["queue"]

    assert [(one.unit.code, one.waiting) for one in queue] == [("131", 1)]


@pytest.mark.parametrize("count", [1, 2])
def test_values_are_listed_in_constant_queries(
    client, place, coordinator, teachers, system, now, django_assert_num_queries, count
):
    enter(teachers, [place["131001"], place["131002"]][:count] + [place["147001"]], system, now)
    client.force_login(coordinator)
    address = f"{REVIEW}?unit={place['131'].pk}&year=2021"
    client.get(address)

    with django_assert_num_queries(11):  # the page, its counts and three questions of who may what
        response = client.get(address)

    assert [line.row.unit.code for line in response.context["lines"]] == ["131001", "131002"][:count]


def test_all_that_wait_are_accepted_and_what_came_meanwhile_is_not(client, place, approver, teachers, system, now):
    enter(teachers, [place["131001"]], system, now)
    client.force_login(approver)
    address = f"{REVIEW}?unit={place['131'].pk}&year=2021"
    upto = client.get(address).context["upto"]
    enter(teachers, [place["131002"]], system, now)

    response = client.post(address, {"act": "accept", "all": "on", "upto": upto})

    assert response.status_code == 302
    assert states() == [("131001", "accepted"), ("131002", "submitted")]


def test_a_draft_that_is_sent_meanwhile_is_not_accepted_with_all_that_were_shown(
    client, place, approver, teachers, system, now
):
    (draft,) = enter(teachers, [place["131001"]], system, now, EntryStatus.DRAFT)
    enter(teachers, [place["131002"]], system, now)
    client.force_login(approver)
    address = f"{REVIEW}?unit={place['131'].pk}&year=2021"
    upto = client.get(address).context["upto"]
    submit_observations(observations=[draft], actor=system, now=now + timedelta(minutes=1))

    response = client.post(address, {"act": "accept", "all": "on", "upto": upto})

    assert response.status_code == 302
    assert states() == [("131001", "submitted"), ("131002", "accepted")]


@pytest.mark.parametrize("upto", ["", "5", "пять вчера", "5 2021-11-15", f"{'9' * 30} 2021-11-15T10:30:00+07:00"])
def test_all_that_wait_are_not_taken_by_a_mark_that_is_none(client, place, approver, teachers, system, now, upto):
    enter(teachers, [place["131001"]], system, now)
    client.force_login(approver)
    address = f"{REVIEW}?unit={place['131'].pk}&year=2021"

    response = client.post(address, {"act": "accept", "all": "on", "upto": upto})

    assert (response.status_code, states()) == (422, [("131001", "submitted")])


def test_refusals_stand_beside_their_values_and_the_others_are_accepted(
    client, place, coordinator, teachers, system, now
):
    enter(teachers, [place["131001"]], system, now)
    (own,) = enter(teachers, [place["131002"]], coordinator, now)
    client.force_login(coordinator)
    address = f"{REVIEW}?unit={place['131'].pk}&year=2021"
    rows = Observation.objects.in_force().values_list("pk", flat=True)

    response = client.post(address, {"act": "accept", "entry": list(rows)})

    assert response.status_code == 422
    assert states() == [("131001", "accepted"), ("131002", "submitted")]
    assert [(line.row.pk, line.problem) for line in response.context["lines"]] == [
        (own.pk, "Принимает не тот, кто отправил. Попросите другого.")
    ]


def test_a_return_without_a_reason_is_refused_beside_the_field(client, place, approver, teachers, system, now):
    (row,) = enter(teachers, [place["131001"]], system, now)
    client.force_login(approver)
    address = f"{REVIEW}?unit={place['131'].pk}&year=2021"

    response = client.post(address, {"act": "return", "entry": [row.pk], "remark": ""})
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["remark"])

    assert client.post(address, {"act": "return", "entry": [row.pk], "remark": "Много."}).status_code == 302
    client.force_login(person("editor", Role.SCHOOL_EDITOR, place["131001"]))
    assert "возвращено: Много." in client.get(ENTRY, {"year": 2021}).content.decode()


def test_what_is_accepted_is_read_in_the_form_and_not_typed(client, place, coordinator, teachers, system, now):
    (row,) = enter(teachers, [place["131001"]], system, now)
    client.force_login(coordinator)
    client.post(f"{REVIEW}?unit={place['131'].pk}&year=2021", {"act": "accept", "entry": [row.pk]})

    page = client.get(ENTRY, {"year": 2021}).content.decode()

    assert f'name="value-{teachers.pk}-{place["131001"].pk}"' not in page
    assert "принято" in page


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("submitted", "Ничего не ждёт приёмки: отправленное за этот год уже принято или возвращено."),
        ("returned", "Возвращённого нет: исправлять за этот год нечего."),
        ("accepted", "Принятого за этот год ещё нет."),
    ],
)
def test_an_empty_page_says_what_there_is_not_and_has_no_button_without_words(client, place, coordinator, status, said):
    client.force_login(coordinator)
    asked = {"unit": place["131"].pk, "year": 2021, "status": status}

    page = client.get(REVIEW, asked).content.decode()

    empty = page.partition('<div class="empty">')[2].partition("</div>")[0]
    assert (said in empty, 'class="button' in empty) == (True, False)
