"""A number opened in the browser: down to the schools, the rows of files and the entries it is made of."""

import csv
import io
from decimal import Decimal

import pytest
from django.urls import reverse

from indicators.enums import AskedEvery, ElementType, IndicatorKind, YearValue
from indicators.models import DataElement, IndicatorValue, Period, ValueCells
from indicators.services.definitions import Definition, define_indicator
from indicators.services.elements import Breakdown, Collecting, define_element
from indicators.services.entries import Entry, Evidence
from indicators.services.observations import enter_observation
from indicators.services.periods import shorter_period
from indicators.services.recalculation import fulfil_requests, request_recalculation
from monitoring.models import SchoolResult
from monitoring.selectors.opened_value import opened_value
from schools.enums import Kind
from schools.models import Unit
from tests.monitoring.counted_region import approve

PROOF = Evidence(url="https://kezhma.example.ru/prikaz.pdf")


@pytest.fixture
def region(counted, now):
    approve(counted, now)
    fulfil_requests(clock=lambda: now)
    return counted


def page_of(code, unit, year=2021):
    row = IndicatorValue.objects.get(edition__indicator__code=code, unit=unit, period__code=str(year))
    return reverse("monitoring:value", args=[row.pk])


def members(response):
    return {member.name: (member.outcome, dict(member.line.seen)) for member in response.context["page"].rows}


def test_share_opens_to_its_schools_and_their_changes(client, region):
    client.force_login(region.ministry)

    response = client.get(page_of("rppko_7_4", region.region))

    opened = response.context["opened"]
    assert opened.headline == "50,0\xa0% = 2 из 4\xa0школ; не учтено: 1."
    assert members(response)["Имбинская СОШ"] == (
        "counted",
        {"динамика(огэ, «математика», 9)": "+8,33\xa0п. п.", "динамика(огэ, «русский язык», 9)": "+25\xa0п. п."},
    )
    assert {name: outcome for name, (outcome, _) in members(response).items()} == {
        "Имбинская СОШ": "counted",
        "Школа № 1": "counted",
        "Кодинская СОШ № 4": "left_out",
        "Тагарская СОШ": "not_counted",
        "Школа № 2": "not_counted",
    }


def test_each_school_rests_on_the_rows_of_files_and_on_the_order(client, region):
    client.force_login(region.ministry)

    response = client.get(page_of("rppko_7_4", region.kezhma))

    imba = next(member for member in response.context["page"].rows if member.name == "Имбинская СОШ")
    assert [source.text for source in imba.sources] == [
        "список 2021 года: Об утверждении перечня школ с низкими результатами и школ в неблагоприятных социальных "
        "условиях № 512-11-05 от 01.11.2021",
        "ОГЭ 2020/21, Математика, 9 класс: участников 12, не справились 7; файл «итоги.csv»",
        "ОГЭ 2020/21, Русский язык, 9 класс: участников 12, не справились 6; файл «итоги.csv»",
        "ОГЭ 2018/19, Математика, 9 класс: участников 12, не справились 8; файл «итоги.csv»",
        "ОГЭ 2018/19, Русский язык, 9 класс: участников 12, не справились 9; файл «итоги.csv»",
    ]
    assert [source.page for source in imba.sources] == ["monitoring:list", *["monitoring:result"] * 4]


def test_who_is_left_out_says_why(client, region):
    client.force_login(region.ministry)

    response = client.get(page_of("rppko_7_4", region.region), {"outcome": "left_out"})

    (kodinsk,) = response.context["page"].rows
    assert kodinsk.line.cause == (
        "динамика(огэ, «математика», 9): в одном из двух сравниваемых лет участников слишком мало или не было; "
        "динамика(огэ, «русский язык», 9): в одном из двух сравниваемых лет участников слишком мало или не было"
    )


def test_region_opens_to_its_municipalities(client, region):
    client.force_login(region.ministry)

    response = client.get(page_of("rppko_7_4", region.region))

    below = {each.unit.short_name: (each.n, each.d, shown) for each, shown in response.context["below"]}
    assert below == {"Кежемский район": (1, 2, 50), "город Минусинск": (1, 2, 50)}


def test_an_answer_opens_to_who_gave_it_when_and_by_what(client, region, now):
    element, period = DataElement.objects.get(code="мсо_рабочая_группа"), Period.objects.get(code="2021")
    entry = Entry(element, region.kezhma, period, Decimal(1), PROOF)
    enter_observation(entry=entry, actor=region.coordinator, now=now)
    client.force_login(region.coordinator)

    response = client.get(page_of("rppko_1_2", region.kezhma))

    assert response.context["opened"].headline == "Да."
    (mine,) = response.context["page"].rows
    assert [(source.text, source.link) for source in mine.sources] == [
        ("«да» — внесено 15.11.2021 10:30, Иванова kezhma", ""),
        (element.name, "https://kezhma.example.ru/prikaz.pdf"),
    ]


def test_a_year_rests_on_the_entries_of_its_halves(client, region, now):
    actor = region.programme.document.filed_by
    halves = Collecting(every=AskedEvery.HALF, year_value=YearValue.SUM)
    element = define_element(
        code="дипломы_полугодий", name="Дипломы", type=ElementType.COUNT, level=Kind.SCHOOL, collecting=halves,
        actor=actor, now=now,
    )  # fmt: skip
    formula = "сумма(значение(«дипломы_полугодий»))"
    definition = Definition(kind=IndicatorKind.COUNT, formula=formula, unit_of_measure="штук", precision=0)
    define_indicator(code="won", name="Дипломов", definition=definition, valid_from=now.date(), actor=actor, now=now)
    school = Unit.objects.filter(kind=Kind.SCHOOL, parent=region.kezhma).first()
    for code, number in (("2021-H1", 3), ("2021-H2", 4)):
        entry = Entry(element, school, shorter_period(code), Decimal(number))
        enter_observation(entry=entry, actor=actor, now=now)
    fulfil_requests(clock=lambda: now)
    client.force_login(region.ministry)

    response = client.get(page_of("won", region.kezhma), {"outcome": "counted"})

    (mine,) = response.context["page"].rows
    assert [source.text.partition(" — ")[0] for source in mine.sources] == [
        "«3» (1-е полугодие 2021 года)",
        "«4» (2-е полугодие 2021 года)",
    ]


@pytest.mark.parametrize(
    ("asked", "shown", "rests_on"),
    [
        ("«ставки_школ»", "3,5 = 1,5\u00a0(Логопед) + 2\u00a0(Психолог)", ["«Логопед: 1,5 ст.»", "«Психолог: 2 ст.»"]),
        ("«ставки_школ», «Психолог»", "2", ["«Психолог: 2 ст.»"]),
    ],
)
def test_a_total_opens_to_its_categories_and_one_of_them_to_itself(client, region, now, asked, shown, rests_on):
    given = {"actor": region.programme.document.filed_by, "now": now}
    element = define_element(
        code="ставки_школ", name="Ставки", type=ElementType.AMOUNT, level=Kind.SCHOOL, unit_of_measure="ст.",
        breakdown=Breakdown("по видам", (("логопед", "Логопед"), ("психолог", "Психолог"))), **given,
    )  # fmt: skip
    formula = f"сумма(значение({asked}))"
    definition = Definition(kind=IndicatorKind.COUNT, formula=formula, unit_of_measure="ст.", precision=1)
    define_indicator(code="posts", name="Ставок", definition=definition, valid_from=now.date(), **given)
    school = Unit.objects.filter(kind=Kind.SCHOOL, parent=region.kezhma).first()
    for category, number in (("логопед", "1.5"), ("психолог", 2)):
        entry = Entry(element, school, Period.objects.get(code="2021"), Decimal(number), category=category)
        enter_observation(entry=entry, **given)
    fulfil_requests(clock=lambda: now)
    client.force_login(region.ministry)

    response = client.get(page_of("posts", region.kezhma), {"outcome": "counted"})

    (mine,) = response.context["page"].rows
    assert [said for _, said in mine.line.seen] == [shown]
    assert [source.text.partition(" — ")[0] for source in mine.sources] == rests_on


def test_a_half_year_is_called_so(client, region):
    value = IndicatorValue.objects.get(pk=page_of("rppko_1_2", region.kezhma).strip("/").split("/")[-1])
    value.pk, value.period = None, shorter_period("2021-H1")
    value.save()
    client.force_login(region.ministry)

    page = client.get(reverse("monitoring:value", args=[value.pk]))

    assert f"{region.kezhma.name}, 1-е полугодие 2021 года." in page.content.decode()
    assert page.context["crumbs"][-1][0] == f"{region.kezhma.short_name}, 1-е полугодие 2021 года"
    assert "2021-H1 год" not in page.content.decode()


def test_a_value_of_others_is_not_found(client, region):
    client.force_login(region.coordinator)

    assert client.get(page_of("rppko_7_4", region.kezhma)).status_code == 200
    assert client.get(page_of("rppko_7_4", region.region)).status_code == 404
    assert client.get(page_of("rppko_7_4", region.minusinsk)).status_code == 404
    assert client.get(page_of("rppko_7_4", region.schools[3])).status_code == 404


def test_a_value_that_waits_says_so(client, region, now):
    client.force_login(region.ministry)
    request_recalculation(facts={"динамика"}, years={2021}, actor=region.centre, now=now, reason="файл")

    assert "ждёт пересчёта" in client.get(page_of("rppko_7_4", region.region)).content.decode()


def test_members_are_downloaded_with_what_they_rest_on(client, region):
    client.force_login(region.ministry)

    response = client.get(page_of("rppko_7_4", region.region), {"outcome": "counted", "file": "csv"})

    lines = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    assert [line[0] for line in lines] == ["Кто", "Имбинская СОШ", "Школа № 1"]
    assert (
        lines[1][2] == "динамика(огэ, «математика», 9): +8,33\xa0п. п.; динамика(огэ, «русский язык», 9): +25\xa0п. п."
    )


@pytest.mark.parametrize("unit", ["kezhma", "region"])
def test_queries_do_not_grow_with_the_members(client, region, django_assert_num_queries, unit):
    client.force_login(region.ministry)
    address = page_of("rppko_7_4", getattr(region, unit))
    client.get(address)

    # session, user, appointments, value, what feeds the year, members, assessments, facts, [municipalities], rows of
    # files, lists, notes
    with django_assert_num_queries(12 if unit == "region" else 11):
        client.get(address)


def test_years_stand_side_by_side_with_what_is_lacking(client, region):
    client.force_login(region.ministry)
    indicator = IndicatorValue.objects.filter(edition__indicator__code="rppko_3_3").first().edition.indicator

    response = client.get(reverse("programmes:indicator-years", args=[indicator.pk]), {"unit": region.region.pk})

    cells = {
        cell.year: (cell.said, cell.pair, [lacking.said for _, lacking in cell.lacking])
        for cell in response.context["cells"]
    }
    assert cells[2021] == ("0,0\xa0%", "0 из 5", ["не хватает 5: должно быть 5 из 5 вместо 0"])
    assert cells[2020] == ("—", "", [])


def test_years_of_others_are_not_found(client, region):
    client.force_login(region.coordinator)
    indicator = IndicatorValue.objects.filter(edition__indicator__code="rppko_3_3").first().edition.indicator

    response = client.get(reverse("programmes:indicator-years", args=[indicator.pk]), {"unit": region.region.pk})

    assert response.status_code == 404


def test_the_explanation_of_every_value_is_the_value(region, now):
    """The page counts in Python what the recalculation counted in SQL."""
    for school, number in zip(region.schools, (1, 0, 1, 1, 0), strict=True):
        element = DataElement.objects.get(code="поддержка_куратор")
        entry = Entry(element, school, Period.objects.get(code="2021"), Decimal(number))
        enter_observation(entry=entry, actor=region.programme.document.filed_by, now=now)
    values = IndicatorValue.objects.select_related("edition__indicator", "period", "unit", "run")

    told = {}
    for value in values:
        explanation = opened_value(value).explanation
        left_out = sum(len(part.left_out) for part in explanation.parts)
        told[value.pk] = (explanation.n, explanation.d, left_out)

    assert told == {value.pk: (value.n, value.d, value.left_out) for value in values}
    assert len(told) > 100


SPREAD = "распределение(отметки(огэ, «математика», 9))"


@pytest.fixture
def spread(region, now):
    """How marks of mathematics are spread, computed."""
    for result in SchoolResult.objects.filter(assessment__procedure__code="oge"):
        result.marks = [result.failed, result.n - result.failed - 2, 1, 1]
        result.save()
    actor = region.programme.document.filed_by
    definition = Definition(kind=IndicatorKind.DISTRIBUTION, formula=SPREAD, unit_of_measure="участников")
    define_indicator(code="marks", name="Отметки", definition=definition, valid_from=now.date(), actor=actor, now=now)
    fulfil_requests(clock=lambda: now)
    return region


def test_a_distribution_is_shown_by_its_parts_for_the_territory_and_those_below(client, spread):
    client.force_login(spread.ministry)

    response = client.get(page_of("marks", spread.region))

    opened = response.context["opened"]
    assert [(piece.label, piece.count) for piece in opened.spread.pieces] == [
        (label, cell) for label, cell in zip("2345", opened.value.cells, strict=True)
    ]
    assert sum(piece.percent for piece in opened.spread.pieces) == 100
    assert opened.headline.startswith(f"2: {opened.spread.pieces[0].said} ({opened.value.cells[0]:.0f} из ")
    below = [each.cells for each, _ in response.context["below"]]
    assert [sum(cells) for cells in zip(*(one for one in below if one), strict=True)] == opened.value.cells
    assert response.content.decode().count('<svg class="bar spread"') == 1 + sum(one is not None for one in below)


def test_members_of_a_distribution_say_what_each_has_in_every_part(client, spread):
    client.force_login(spread.ministry)

    response = client.get(page_of("marks", spread.kezhma))

    seen = {member.name: dict(member.line.seen) for member in response.context["page"].rows if member.line.part}
    assert {tuple(each) for each in seen.values()} == {("2", "3", "4", "5")}
    cells = response.context["opened"].value.cells
    assert [sum(int(each[label]) for each in seen.values()) for label in "2345"] == cells


def test_a_distribution_in_the_api_has_its_cells(client, spread):
    client.force_login(spread.ministry)

    (row,) = client.get("/api/v1/values/", {"indicator": "marks", "unit": spread.kezhma.pk, "period": "2021"}).json()[
        "results"
    ]
    (other, *_) = client.get("/api/v1/values/", {"indicator": "rppko_7_4", "unit": spread.kezhma.pk}).json()["results"]

    stored = ValueCells.objects.get(edition__indicator__code="marks", unit=spread.kezhma, period__code="2021")
    assert [Decimal(cell) for cell in row["cells"]] == stored.cells
    assert Decimal(row["n"]) == sum(stored.cells)
    assert other["cells"] is None
