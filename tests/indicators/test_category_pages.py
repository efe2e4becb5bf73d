"""The form of a number that is entered by categories: its cells, its total, what is sent and what is looked through."""

from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.permissions import Role
from indicators.enums import ElementType, EntryStatus
from indicators.models import Observation, Period
from indicators.services.elements import Breakdown, define_element
from indicators.services.entries import Entry
from indicators.services.observations import enter_observation
from schools.enums import Kind
from tests.indicators.territory import person

PAGE, SUBMIT, REVIEW = (reverse(f"indicators:{name}") for name in ("entry", "submit", "review"))
HTMX = {"HX-Request": "true"}
KINDS = Breakdown("по видам специалистов", (("психолог", "Педагог-психолог"), ("логопед", "Логопед")))


@pytest.fixture
def staff(place, years, system, now):
    """Posts of specialists, asked of schools by kind."""
    return define_element(
        code="ставки", name="Ставки специалистов", type=ElementType.AMOUNT, level=Kind.SCHOOL, unit_of_measure="ставок",
        breakdown=KINDS, actor=system, now=now,
    )  # fmt: skip


@pytest.fixture
def put(staff, place, coordinator, now):
    def written(category, value, unit="131001", code="2021", status=EntryStatus.SUBMITTED):
        entry = Entry(staff, place[unit], Period.objects.get(code=code), Decimal(value), category=category)
        row = enter_observation(entry=entry, actor=coordinator, now=now)
        Observation.objects.filter(pk=row.pk).update(status=status)
        return row

    return written


def typed(element, unit, **values):
    """The fields of a row of the grid, or of a sheet."""
    fields = {}
    for category, (text, seen) in values.items():
        key = f"{element.pk}-{unit.pk}-{category}"
        fields |= {f"value-{key}": text, f"seen-{key}": seen, f"was-{key}": "" if seen == "" else "было"}
    return fields


def test_each_category_has_a_cell_in_its_order_and_the_total_is_served(client, staff, put, place, coordinator):
    put("логопед", "1.5")
    put("психолог", 2, code="2020")
    client.force_login(coordinator)

    grid = client.get(PAGE, {"year": 2021}).context["grid"]
    sheet = client.get(PAGE, {"year": 2021, "unit": place["131001"].pk}).context["sheet"]

    for cells in (grid.rows[0][1], sheet):
        assert [(cell.category, cell.text, cell.is_first, cell.is_last) for cell in cells] == [
            ("психолог", "", True, False),
            ("логопед", "1,5", False, True),
        ]
        assert (cells[0].whole.said, cells[0].whole.earlier_said) == (
            "пока 1,5, внесено 1 из 2",
            "пока 2, внесено 1 из 2",
        )
    put("психолог", 1)
    assert client.get(PAGE, {"year": 2021}).context["grid"].rows[0][1][0].whole.said == "2,5"


def test_a_category_is_saved_alone_and_the_total_comes_back_with_it(client, staff, put, place, coordinator):
    first = put("психолог", 1, status=EntryStatus.DRAFT)
    client.force_login(coordinator)

    answer = client.post(f"{PAGE}?year=2021", typed(staff, place["131001"], логопед=("2,5", "")), headers=HTMX)

    key = f"{staff.pk}-{place['131001'].pk}"
    said = answer.content.decode()
    assert f'<strong id="total-{key}" hx-swap-oob="innerHTML">3,5</strong>' in said
    assert (f'data-saved="{key}-логопед"' in said, f'id="state-{key}-психолог"' in said) == (True, False)
    rows = Observation.objects.in_force().order_by("category").values_list("category", "value", "status")
    assert list(rows) == [("логопед", Decimal("2.5"), "draft"), ("психолог", 1, "draft")]
    assert first.pk in Observation.objects.in_force().values_list("pk", flat=True)


def test_of_two_editors_the_second_is_told_in_that_category_and_keeps_what_he_typed(
    client, staff, put, place, coordinator
):
    put("психолог", 1)
    client.force_login(coordinator)

    sent = typed(staff, place["131001"], психолог=("7", ""), логопед=("2", ""))
    answer = client.post(f"{PAGE}?year=2021", sent)

    assert answer.status_code == 422
    psychologist, therapist = answer.context["grid"].rows[0][1]
    assert (psychologist.text, therapist.text) == ("7", "2")
    assert (psychologist.problem.startswith("Пока вы правили"), therapist.problem) == (True, "")


@pytest.mark.parametrize("category", ["", "-повар"])
def test_what_is_no_category_is_refused_beside_what_was_typed(client, staff, place, coordinator, category):
    client.force_login(coordinator)

    key = f"{staff.pk}-{place['131001'].pk}{category}"
    answer = client.post(f"{PAGE}?year=2021", {f"value-{key}": "3", f"seen-{key}": "", f"was-{key}": ""}, headers=HTMX)

    (cell,) = answer.context["cells"]
    assert cell.problem.startswith("«Ставки специалистов» вносят по видам специалистов")
    assert not Observation.objects.exists()


@pytest.mark.parametrize("schools", [1, 2])
def test_categories_cost_no_query(client, staff, put, place, coordinator, schools, django_assert_num_queries):
    for code in ("131001", "131002")[:schools]:
        put("психолог", 1, code)
    put("логопед", 1, "131001")
    client.force_login(coordinator)
    client.get(PAGE, {"year": 2021})

    with django_assert_num_queries(12):
        client.get(PAGE, {"year": 2021})


def test_drafts_are_sent_together_in_the_order_of_the_list(client, staff, put, place, coordinator):
    rows = [put(category, 1, status=EntryStatus.DRAFT) for category in ("логопед", "психолог")]
    client.force_login(coordinator)

    page = client.get(SUBMIT, {"unit": place["131"].pk, "year": 2021})
    assert [(line.row.category, line.is_chosen) for line in page.context["lines"]] == [
        ("психолог", True),
        ("логопед", True),
    ]
    assert "Ставки специалистов: Педагог-психолог" in page.content.decode()
    client.post(f"{SUBMIT}?unit={place['131'].pk}&year=2021", {"entry": [row.pk for row in rows]})

    assert set(Observation.objects.values_list("status", flat=True)) == {EntryStatus.SUBMITTED}


def test_one_category_is_returned_and_the_other_accepted(client, staff, put, place):
    returned, kept = put("логопед", 1), put("психолог", 1)
    client.force_login(person("head", Role.MUNICIPAL_HEAD, place["131"]))
    address = f"{REVIEW}?unit={place['131'].pk}&year=2021"

    client.post(address, {"act": "return", "entry": [returned.pk], "remark": "Проверьте число"})
    client.post(address, {"act": "accept", "entry": [kept.pk]})

    assert dict(Observation.objects.values_list("category", "status")) == {
        "логопед": EntryStatus.RETURNED,
        "психолог": EntryStatus.ACCEPTED,
    }


def test_the_history_is_of_one_category_and_names_it(client, staff, put, coordinator):
    row = put("логопед", 1)
    put("логопед", 2)
    put("психолог", 9)
    client.force_login(coordinator)

    page = client.get(reverse("indicators:history", args=[row.pk]))

    assert [said for _, said in page.context["rows"]] == ["2", "1"]
    assert page.context["category"] == "Логопед"


def test_progress_counts_cells(client, place, years, system, analyst, coordinator, now):
    define_element(
        code="кадры", name="Кадры", type=ElementType.COUNT, level=Kind.MUNICIPALITY, breakdown=KINDS, actor=system,
        now=now,
    )  # fmt: skip
    element = define_element(
        code="школы", name="Школы", type=ElementType.COUNT, level=Kind.MUNICIPALITY, actor=system, now=now
    )
    entry = Entry(element, place["131"], Period.objects.get(code="2021"), Decimal(1))
    enter_observation(entry=entry, actor=coordinator, now=now)
    client.force_login(analyst)

    progress = client.get(PAGE, {"year": 2021, "unit": place["24"].pk}).context["progress"]

    assert {each.unit.code: (each.entered, each.asked) for each in progress} == {
        "109": (0, 3), "131": (1, 3), "147": (0, 3),
    }  # fmt: skip
