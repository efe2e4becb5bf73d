"""The form of a territory: whose it is, what is saved, what comes back."""

from decimal import Decimal

import pytest
from django.urls import reverse

from indicators.enums import ElementType
from indicators.models import IndicatorValue, Observation, Period
from indicators.services.definitions import set_basis
from indicators.services.elements import Collecting, Rules, define_element, define_system
from indicators.services.entries import Entry, Evidence
from indicators.services.observations import enter_observation
from indicators.services.recalculation import fulfil_requests
from schools.enums import Kind
from tests.indicators.territory import person

PAGE = reverse("indicators:entry")
HTMX = {"HX-Request": "true"}
PROOF = Evidence(url="https://kezhma.example.ru/prikaz.pdf")


@pytest.fixture
def asked(group_order, system, now):
    """A yes/no of municipalities with proof and a count of schools without."""
    element, _ = group_order
    teachers = define_element(
        code="учителя", name="Учителя", type=ElementType.COUNT, level=Kind.SCHOOL, actor=system, now=now
    )
    fulfil_requests(clock=lambda: now)
    return element, teachers


def fields(element, unit, text, *, seen="", was="||||", **proof):
    key = f"{element.pk}-{unit.pk}"
    named = {f"{name}-{key}": value for name, value in proof.items()}
    return {f"value-{key}": text, f"seen-{key}": seen, f"was-{key}": was, **named}


def answer(element, unit, text, **more):
    proof = {"url": "", "number": "", "dated": "", "comment": "", **more}
    return fields(element, unit, text, **proof)


def test_coordinator_gets_the_own_sheet_and_the_grid_of_the_own_schools(client, asked, place, coordinator):
    client.force_login(coordinator)

    response = client.get(PAGE, {"year": 2021})

    assert response.context["unit"] == place["131"]
    assert [cell.element.code for cell in response.context["sheet"]] == ["мсо_рабочая_группа"]
    grid = response.context["grid"]
    assert [(school.code, [cell.element.code for cell in cells]) for school, cells in grid.rows] == [
        ("131001", ["учителя"]),
        ("131002", ["учителя"]),
    ]
    assert "Тасеев" not in response.content.decode()


@pytest.mark.parametrize("code", ["24", "147", "147001"])
def test_a_form_of_others_is_not_found(client, asked, place, coordinator, code):
    client.force_login(coordinator)

    assert client.get(PAGE, {"unit": place[code].pk}).status_code == 404


def test_a_cell_is_saved_as_it_is_left_and_the_value_follows_when_it_is_sent(client, asked, place, coordinator):
    client.force_login(coordinator)
    element, _ = asked

    response = client.post(
        f"{PAGE}?year=2021",
        answer(element, place["131"], "да", url="https://kezhma.example.ru/prikaz.pdf"),
        headers=HTMX,
    )

    row = Observation.objects.get()
    assert (row.value, row.unit, row.period.code, row.entered_by) == (1, place["131"], "2021", coordinator)
    assert response.headers["X-Entry"] == "kept"
    assert [(cell.key, cell.is_saved) for cell in response.context["cells"]] == [
        (f"{element.pk}-{place['131'].pk}", True)
    ]
    client.post(f"{reverse('indicators:submit')}?unit={place['131'].pk}&year=2021", {"entry": [row.pk]})
    value = IndicatorValue.objects.get(unit=place["131"], period__code="2021", edition__indicator__code="rppko_1_2")
    assert (value.n, value.d) == (1, 1)


def test_what_is_wrong_stands_beside_the_cell_and_nothing_typed_is_lost(client, asked, place, coordinator):
    client.force_login(coordinator)
    _, teachers = asked
    data = {**fields(teachers, place["131001"], "12"), **fields(teachers, place["131002"], "много")}

    response = client.post(f"{PAGE}?year=2021", data)

    assert response.status_code == 422
    cells = {cell.unit.code: cell for _, row in response.context["grid"].rows for cell in row}
    assert (cells["131001"].text, cells["131001"].problem) == ("12", "")
    assert (cells["131002"].text, cells["131002"].problem) == (
        "много",
        "«много» — не число. Впишите число цифрами, например 12 или 12,5.",
    )
    assert [(row.unit.code, row.value) for row in Observation.objects.all()] == [("131001", 12)]


def test_a_whole_block_is_saved_at_once(client, asked, place, coordinator):
    client.force_login(coordinator)
    _, teachers = asked
    data = {**fields(teachers, place["131001"], "12"), **fields(teachers, place["131002"], "1 014")}

    response = client.post(f"{PAGE}?year=2021", data, headers=HTMX)

    assert [(cell.text, cell.is_saved) for cell in response.context["cells"]] == [("12", True), ("1\xa0014", True)]


def test_the_later_one_is_shown_both_values_and_may_insist(client, asked, place, coordinator, analyst, now):
    _, teachers = asked
    period = Period.objects.get(code="2021")
    entry = Entry(teachers, place["131001"], period, Decimal(10))
    first = enter_observation(entry=entry, actor=analyst, now=now)
    client.force_login(coordinator)

    response = client.post(f"{PAGE}?year=2021", fields(teachers, place["131001"], "12"), headers=HTMX)

    (cell,) = response.context["cells"]
    assert cell.problem == (
        "Пока вы правили, Analyst в 10:30 15.11.2021 внёс(ла) «10», а вы вносили «12». "
        "Оставьте то, что есть, или сохраните своё ещё раз."
    )
    assert (cell.text, cell.current) == ("12", first)
    again = fields(teachers, place["131001"], "12", seen=str(first.pk), was="10||||")
    assert client.post(f"{PAGE}?year=2021", again, headers=HTMX).context["cells"][0].is_saved


def test_an_emptied_cell_is_withdrawn(client, asked, place, coordinator, now):
    _, teachers = asked
    entry = Entry(teachers, place["131001"], Period.objects.get(code="2021"), Decimal(10))
    first = enter_observation(entry=entry, actor=coordinator, now=now)
    client.force_login(coordinator)

    client.post(
        f"{PAGE}?year=2021",
        fields(teachers, place["131001"], "", seen=str(first.pk), was="10||||"),
        headers=HTMX,
    )

    assert not Observation.objects.filter(replaced_at=None).exists()


def test_nobody_writes_for_a_neighbour(client, asked, place, neighbour):
    client.force_login(neighbour)
    _, teachers = asked

    response = client.post(f"{PAGE}?year=2021", fields(teachers, place["131001"], "12"), headers=HTMX)

    assert response.status_code == 404
    assert not Observation.objects.exists()


def test_last_year_stands_beside(client, asked, place, coordinator, now):
    element, _ = asked
    entry = Entry(element, place["131"], Period.objects.get(code="2020"), Decimal(1), PROOF)
    enter_observation(entry=entry, actor=coordinator, now=now)
    client.force_login(coordinator)

    (cell,) = client.get(PAGE, {"year": 2021}).context["sheet"]

    assert (cell.earlier_said, cell.current) == ("да", None)


def test_ministry_sees_how_far_each_municipality_is(client, asked, place, coordinator, analyst, now):
    element, teachers = asked
    period = Period.objects.get(code="2021")
    enter_observation(entry=Entry(element, place["131"], period, Decimal(1), PROOF), actor=coordinator, now=now)
    enter_observation(entry=Entry(teachers, place["131001"], period, Decimal(3)), actor=coordinator, now=now)
    client.force_login(analyst)

    progress = client.get(PAGE, {"year": 2021}).context["progress"]

    assert {each.unit.code: (each.entered, each.asked, each.of_schools) for each in progress} == {
        "131": (1, 1, 1),
        "147": (0, 1, 0),
        "109": (0, 1, 0),
    }


@pytest.mark.parametrize("schools", [2, 4])
def test_queries_do_not_grow_with_the_schools(client, asked, place, coordinator, django_assert_num_queries, schools):
    for number in range(schools - 2):
        place.add(Kind.SCHOOL, f"13101{number}", f"Школа {number}", "131")
    client.force_login(coordinator)
    client.get(PAGE, {"year": 2021})

    with django_assert_num_queries(12):
        response = client.get(PAGE)

    assert len(response.context["grid"].rows) == schools


def test_history_of_a_cell_is_open_to_those_who_see_the_unit(client, asked, place, coordinator, neighbour, now):
    _, teachers = asked
    period = Period.objects.get(code="2021")
    enter_observation(entry=Entry(teachers, place["131001"], period, Decimal(3)), actor=coordinator, now=now)
    last = enter_observation(entry=Entry(teachers, place["131001"], period, Decimal(4)), actor=coordinator, now=now)
    address = reverse("indicators:history", args=[last.pk])
    client.force_login(coordinator)

    assert [said for _, said in client.get(address).context["rows"]] == ["4", "3"]
    client.force_login(neighbour)
    assert client.get(address).status_code == 404


def test_who_may_not_enter_is_told_so(client, asked):
    client.force_login(person("guest"))

    assert "Вносить значения вам здесь не дано" in client.get(PAGE).content.decode()


def test_a_question_says_who_keeps_it_what_it_must_keep_to_and_that_it_is_late(client, place, analyst, system, now):
    set_basis(year=2021, academic_year=2020, cohort_year=2021, actor=system, now=now)
    navigator = define_system(code="навигатор", name="АИС «Навигатор»", actor=system, now=now)
    given = {"type": ElementType.AMOUNT, "level": Kind.MUNICIPALITY, "actor": system, "now": now}
    whole = define_element(code="дети", name="Дети", **given)
    rules = Rules(least=Decimal(0), not_above=whole, change_limit=20)
    collecting = Collecting(navigator, due_after=20)
    part = define_element(code="охвачено", name="Охвачено", rules=rules, collecting=collecting, **given)
    client.force_login(analyst)

    page = client.get(PAGE, {"unit": place["131"].pk, "year": 2021}).content.decode()
    refused = client.post(
        f"{PAGE}?unit={place['131'].pk}&year=2021", answer(part, place["131"], "-1"), headers=HTMX
    ).content.decode()

    assert [said for said in (
        "Ведёт АИС «Навигатор»",
        "Не меньше 0; не больше, чем «Дети»; если изменилось больше чем на 20 %, впишите пояснение",
        "Срок: 20.01.2022",
        "срок прошёл 20.01.2022",
    ) if said not in page] == []  # fmt: skip
    assert "Здесь нужно число не меньше 0, а внесено −1. Исправьте число." in refused
    assert not Observation.objects.exists()


def test_what_comes_of_an_entry_is_counted_of_everybody_whatever_its_author_may_read(
    client, asked, group_order, place, coordinator, neighbour
):
    element, edition = group_order
    for person_, code in ((neighbour, "147"), (coordinator, "131")):
        client.force_login(person_)
        proof = answer(element, place[code], "1", url=PROOF.url)

        assert client.post(f"{PAGE}?year=2021", proof, headers=HTMX).status_code == 200
        draft = Observation.objects.get(unit=place[code]).pk
        sent = client.post(f"{reverse('indicators:submit')}?unit={place[code].pk}&year=2021", {"entry": [draft]})
        assert sent.status_code == 302

    rows = IndicatorValue.objects.filter(edition=edition, period__code="2021", status="known")
    assert {row.unit.code: (row.n, row.d, row.left_out) for row in rows.select_related("unit")} == {
        "131": (1, 1, 0), "147": (1, 1, 0), "severny": (2, 2, 0), "24": (2, 2, 1),
    }  # fmt: skip
