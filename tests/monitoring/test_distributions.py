"""A distribution in a programme: its cell in the table, no target, its bar, its sheet of the report, today."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.services.people import system_user
from indicators.enums import IndicatorKind
from indicators.models import IndicatorEdition, IndicatorValue, Period, ValueCells
from indicators.selectors.distributions import spread_of
from indicators.selectors.today_list import Narrowing, TodaysValues
from indicators.services.closing import close_period
from indicators.services.definitions import Definition, define_indicator, definition_of, renew_parts
from indicators.services.documents import Order
from indicators.services.recalculation import fulfil_requests, recalculate, request_recalculation
from monitoring.models import Procedure, SchoolResult
from programmes.enums import ProgrammeKind, Standing, TargetOperator
from programmes.models import ProgrammeIndicator, Target
from programmes.selectors.indicator_table import indicator_table
from programmes.services.promising import RowRules, keep_row_rules
from programmes.services.targets import TargetRefused, Wanted, change_target
from reports.selectors.indicator_figures import figure_of, is_charted
from reports.selectors.indicators_report import indicators_data
from reports.services.distribution_tables import distributions
from reports.services.indicators_report import indicators_report
from reports.services.parts import PrintedFigure, PrintedTable
from tests.factories.programmes import make_programme
from tests.monitoring.counted_region import approve

AFTER = date(2023, 2, 1)
FORMULA = "распределение(отметки(огэ, «математика», 9))"


@pytest.fixture
def region(counted, now):
    approve(counted, now)
    for result in SchoolResult.objects.filter(assessment__procedure__code="oge"):
        result.marks = [result.failed, result.n - result.failed - 2, 1, 1]
        result.save()
    definition = Definition(kind=IndicatorKind.DISTRIBUTION, formula=FORMULA, unit_of_measure="участников")
    edition = define_indicator(
        code="marks",
        name="Отметки",
        definition=definition,
        valid_from=now.date(),
        actor=counted.programme.document.filed_by,
        now=now,
    )
    counted.place = ProgrammeIndicator.objects.create(
        programme=counted.programme, indicator=edition.indicator, number="9.9", sort_order=999
    )
    fulfil_requests(clock=lambda: now)
    return counted


def row_of(region, unit=None, *, is_today=False):
    table = indicator_table(unit=unit or region.region, programme=region.programme, today=AFTER, is_today=is_today)
    return next(row for row in table.rows if row.place.number == "9.9")


def cells_of(unit):
    return ValueCells.objects.get(edition__indicator__code="marks", unit=unit, period__code="2021").cells


def test_a_cell_of_the_table_says_every_part(region):
    cell = next(cell for cell in row_of(region).cells if cell.year == 2021)

    assert [piece.count for piece in cell.value.spread.pieces] == cells_of(region.region)
    assert cell.said == cell.value.spread.said
    assert cell.said.startswith("2:\xa0")
    assert cell.pair == f"всего {sum(cells_of(region.region)):.0f}"
    assert [cell.said for cell in row_of(region).cells if cell.year == 2022] == ["—"]


def test_no_target_is_set_on_it_and_none_is_judged(region, now):
    period = Period.objects.get(code="2021")
    target = Target.objects.create(
        programme_indicator=region.place, period=period, operator=TargetOperator.AT_LEAST, value=5
    )
    cell = next(cell for cell in row_of(region).cells if cell.year == 2021)

    assert (cell.judgement.standing, cell.judgement.cause) == (
        Standing.NOT_SET,
        "у распределения нет одного числа, которое сравнить с целью",
    )
    with pytest.raises(TargetRefused) as refused:
        change_target(
            target=target,
            wanted=Wanted(TargetOperator.AT_LEAST, Decimal(7)),
            actor=region.programme.document.filed_by,
            now=now,
            cause="error",
            reason="опечатка",
        )
    assert str(refused.value) == (
        "У распределения нет одного числа, и цель на него не ставят. Заведите показатель-долю — "
        "«доля_в(распределение(…), часть)» — и поставьте цель на неё."
    )


@pytest.mark.parametrize("rules", [RowRules("from_start"), RowRules(end_operator="at_least", end_value=Decimal(5))])
def test_its_years_are_not_summed_and_nothing_is_promised_of_its_end(region, now, rules):
    actor = region.programme.document.filed_by

    with pytest.raises(TargetRefused, match="^У распределения нет одного числа: годы его не складывают"):
        keep_row_rules(place=region.place, rules=rules, actor=actor, now=now, reason="опыт")


def test_its_bar_of_each_year_has_a_table_and_percents_that_add_up(region):
    row = row_of(region)

    assert is_charted(row)
    figure = figure_of(row)
    assert figure.question == "Показатель 9.9: какова доля каждой части?"
    assert figure.table.rows == [("2021", *(int(cell) for cell in cells_of(region.region)))]
    assert figure.svg.startswith("<svg")


def test_a_year_that_was_closed_with_other_parts_is_left_out_of_the_bars(region):
    row = row_of(region)
    cell = next(cell for cell in row.cells if cell.value is not None and cell.value.spread)
    spread = cell.value.spread
    fewer = replace(spread, pieces=spread.pieces[:3])
    before = replace(cell, period=Period(code="2020"), value=replace(cell.value, spread=fewer))

    figure = figure_of(replace(row, cells=[before, cell]))

    assert [name for name, *_ in figure.table.rows] == ["2021"]


def test_the_report_has_a_sheet_of_its_parts_for_the_territory_and_those_below(region):
    data = indicators_data(user=region.ministry, unit=region.region, year=2021, today=AFTER)

    printed = distributions(data)

    assert printed is not None
    rows = list(printed.table.rows)
    whole = [row for row in rows if row[1] == region.region.short_name]
    assert [(row[5], row[6]) for row in whole] == list(zip("2345", cells_of(region.region), strict=True))
    assert sum(row[7] for row in whole) == 100
    below = [row for row in rows if row[1] != region.region.short_name]
    assert sum(row[6] for row in below) == sum(cells_of(region.region))
    assert {one.value for one in data.values if one.number == "9.9"} == {None}


def test_on_paper_the_table_says_the_whole_and_the_parts_are_drawn_below_it(region, now):
    region.place.direction = region.programme.directions.first()
    region.place.save()
    data = indicators_data(user=region.ministry, unit=region.region, year=2021, today=AFTER)
    report = indicators_report(data, now=now, is_demo=False)

    blocks = [block for section in report.sections for block in section.blocks]
    row = next(
        row
        for block in blocks
        if isinstance(block, PrintedTable) and block.table.caption.startswith("Показатели направления")
        for row in block.table.rows
        if row[1] == "9.9"
    )
    whole = sum(cells_of(region.region))
    assert row[2:6] == ("Отметки, участников; части — на рисунке под таблицей", "—", "—", f"всего {whole:.0f}")
    drawn = [block for block in blocks if isinstance(block, PrintedFigure) and "какова доля" in block.figure.question]
    assert [(one.figure.question, one.is_half) for one in drawn] == [
        ("Показатель 9.9: какова доля каждой части?", False)
    ]


def test_in_borders_of_today_cells_are_summed_of_the_schools(region):
    assert row_of(region, region.kezhma, is_today=True).cells[1].value.spread == (
        row_of(region, region.kezhma).cells[1].value.spread
    )
    narrowing = Narrowing(indicator="marks", period="2021", unit=None, unit_code=region.kezhma.code, level="")
    (value,) = TodaysValues(user=region.ministry, narrowing=narrowing)[0:1]
    assert list(value.cells) == cells_of(region.kezhma)


LEVELS = [["недостаточный"], ["пониженный", "ниже базового"], ["базовый"], ["повышенный"]]
SPREAD_OF_LEVELS = "распределение(уровни(кдр, «читательская грамотность», 4))"


@pytest.fixture
def reading(region, now):
    """A distribution over the levels of the КДР, computed for the year that its results feed."""
    Procedure.objects.filter(code="kdr").update(terms={"levels": LEVELS})
    SchoolResult.objects.filter(assessment__procedure__code="kdr").update(levels=[1, 2, 3, 4])
    definition = Definition(kind=IndicatorKind.DISTRIBUTION, formula=SPREAD_OF_LEVELS, unit_of_measure="участников")
    edition = define_indicator(
        code="reading", name="Чтение", definition=definition, valid_from=now.date(), actor=system_user(), now=now
    )
    fulfil_requests(clock=lambda: now)
    return edition


def renamed(region, now):
    """The procedure is given another level, as a newer catalogue would give it."""
    levels = [*LEVELS[:3], ["повышенный"], ["высший"]]
    Procedure.objects.filter(code="kdr").update(terms={"levels": levels})
    renewed = renew_parts(actor=system_user(), now=now, reason="изменились шкалы каталога")
    request_recalculation(facts={"уровни"}, actor=system_user(), now=now, reason="изменились шкалы каталога")
    fulfil_requests(clock=lambda: now)
    return renewed


def labels_of(edition, unit, year="2021"):
    value = IndicatorValue.objects.select_related("edition").get(edition=edition, unit=unit, period__code=year)
    spread = spread_of(value.edition, ValueCells.objects.get(edition=edition, unit=unit, period__code=year).cells)
    return dict(zip(spread.labels, (piece.count for piece in spread.pieces), strict=True))


def test_parts_that_are_called_otherwise_are_named_anew_with_their_values(region, reading, now):
    assert renamed(region, now) == 1
    assert renew_parts(actor=system_user(), now=now, reason="ещё раз") == 0

    assert list(labels_of(reading, region.region)) == ["недостаточный", "пониженный", "базовый", "повышенный", "высший"]


def test_values_of_a_closed_period_keep_the_parts_by_which_they_were_approved(region, reading, now):
    later = datetime(2022, 2, 1, 10, tzinfo=now.tzinfo)
    period, approver = Period.objects.get(code="2021"), region.ministry
    close_period(period=period, order=Order("15", date(2022, 1, 20)), actor=approver, now=later)
    before = labels_of(reading, region.region)

    assert renamed(region, later) == 1

    reading.refresh_from_db()
    assert labels_of(reading, region.region) == before
    assert list(before) == ["недостаточный", "пониженный", "базовый", "повышенный"]
    current = IndicatorEdition.objects.get(indicator=reading.indicator, is_current=True)
    assert (current.number, current.reason, len(current.parts)) == (2, "изменились шкалы каталога", 5)


def test_a_recalculation_does_not_rename_the_parts_of_what_was_approved(region, reading, now):
    later = datetime(2022, 2, 1, 10, tzinfo=now.tzinfo)
    period = Period.objects.get(code="2021")
    close_period(period=period, order=Order("15", date(2022, 1, 20)), actor=region.ministry, now=later)
    Procedure.objects.filter(code="kdr").update(terms={"levels": [*LEVELS, ["высший"]]})

    run = recalculate(reason="всё", now=later)

    assert run.problems["reading"] == (
        "Знак 1: части распределения теперь другие: недостаточный, пониженный, базовый, повышенный, высший. "
        "Запишите новую редакцию с тем же определением."
    )
    reading.refresh_from_db()
    assert len(reading.parts) == 4

    again = define_indicator(
        code="reading",
        name="Чтение",
        definition=definition_of(reading),
        valid_from=later.date(),
        actor=system_user(),
        now=later,
        reason="уровней стало больше",
    )

    assert (again.number, len(again.parts)) == (2, 5)


def test_the_years_of_what_only_a_concept_measures_are_those_of_the_concept(region, client, now):
    concept = make_programme(region.kezhma, region.coordinator, now, kind=ProgrammeKind.CONCEPT)
    ProgrammeIndicator.objects.filter(pk=region.place.pk).update(programme=concept)
    client.force_login(region.ministry)
    asked = {"unit": region.kezhma.pk, "year": 2021}

    page = client.get(reverse("programmes:indicator-years", args=[region.place.indicator_id]), asked)

    assert (page.context["programme"], page.context["row"].place.number) == (concept, "9.9")
