"""The city's plan and the council's resolution as data, read a second time: figures, dates, what cannot be measured."""

from collections import Counter
from decimal import Decimal

import pytest

from accounts.services.people import system_user
from indicators.enums import IndicatorKind
from indicators.models import DataElement, IndicatorEdition, Period
from indicators.services.entries import Entry
from indicators.services.observations import enter_observation
from indicators.services.recalculation import recalculate
from programmes.catalogue import load_catalogue
from programmes.enums import Standing
from programmes.selectors.indicator_table import indicator_table
from programmes.services.load_report import LoadReport
from roadmap.services.loading import load_programme
from schools.enums import Kind
from tests.factories.programmes import make_unit

EACH = "each_extracurricular"
# Rows with a measure: year, operator, figure, of what it is asked.
PLAN = {
    "1.1.3": (2022, "at_least", 100, EACH), "1.2.1.1": (2022, "at_most", 3, EACH),
    "1.2.1.2": (2022, "at_most", 3, EACH),
    "1.2.2": (2022, "yes", None, EACH), "1.2.3": (2022, "yes", None, EACH), "1.2.4": (2023, "yes", None, EACH),
    "1.2.5": (2023, "yes", None, EACH), "1.3.2.1": (2023, "positive_dynamics", None, "whole"),
    "1.3.2.2": (2023, "positive_dynamics", None, "whole"), "3.3.3.1": (2023, "unspecified", None, EACH),
    "3.3.3.2": (2023, "unspecified", None, EACH),
}  # fmt: skip
RESOLUTION = {
    "1.20": (2021, "at_least", 100, "whole"), "2.8": (2021, "at_least", 1, "each_municipality"),
    "4.5": (2021, "at_least", 5, "whole"), "4.7": (2021, "at_least", 29, "whole"),
    "4.9": (2021, "at_least", 9, "whole"), "4.10": (2021, "yes", None, "whole"),
    "4.16": (2021, "at_least", 50, "whole"),
}  # fmt: skip
ACTIONS = {"1.1": 3, "1.2": 5, "1.3": 2, "2.1": 4, "2.2": 2, "3.1": 2, "3.2": 2, "3.3": 3, "3.4": 1, "3.5": 1, "4.1": 1,
           "4.2": 5, "4.3": 5, "4.4": 3, "4.5": 2}  # fmt: skip


@pytest.fixture(scope="module")
def plan():
    return load_catalogue("ksko-plan-udo-2022-2023")


@pytest.fixture(scope="module")
def resolution():
    return load_catalogue("resolution-august-council-2020")


def promises(source):
    """What is promised of each row, by its number: every row has one promise."""
    found = {}
    for one in source.indicators:
        (target,) = [target for target in one.targets if target.operator != "not_applicable"]
        found[one.number] = (target.year, target.operator, target.value and int(target.value), target.scope)
    return found


def test_measures_of_the_plan(plan):
    assert promises(plan) == PLAN
    assert {one.level for one in plan.indicators} == {"extracurricular"}
    deadlines = {one.number: one.management["deadline"] for one in plan.indicators}
    assert deadlines["1.2.1.1"] == ["октябрь – ноябрь 2022"]
    assert deadlines["1.2.3"] == ["до 30 ноября 2022"]


def test_every_action_of_the_plan_is_measured_or_says_why_not(plan):
    measured = {".".join(one.number.split(".")[:3]) for one in plan.indicators}
    numbers = measured | {one.number for one in plan.not_measured}
    assert Counter(number.rpartition(".")[0] for number in numbers) == ACTIONS
    assert measured & {one.number for one in plan.not_measured} == set()


def test_terms_left_from_the_last_plan_are_named(plan):
    left = {one.number for one in plan.not_measured if "прошлого плана" in one.why}
    assert left == {"2.2.1", "2.2.2", "3.2.2", "4.2.4", "4.2.5"}


def test_measures_of_the_resolution(resolution):
    assert promises(resolution) == RESOLUTION
    deadlines = {one.number: one.management["deadline"] for one in resolution.indicators if one.management}
    assert deadlines == {"1.20": ["к 1 сентября 2021 года"], "4.7": ["в 2021 году"]}


def test_every_task_of_the_resolution_is_measured_or_says_why_not(resolution):
    numbers = [one.number for one in (*resolution.indicators, *resolution.not_measured)]
    assert Counter(number.split(".")[0] for number in numbers) == {"1": 26, "2": 13, "3": 14, "4": 16}
    assert len(set(numbers)) == len(numbers)


def test_limits_of_the_plan_are_asked_of_each_institution(land, plan, now):
    """Two institutions, one of which has chosen four qualities: the plan is not kept, and that one is named."""
    city = make_unit(Kind.MUNICIPALITY, "101", "город Красноярск", land.district)
    good, bad = (make_unit(Kind.EXTRACURRICULAR, f"10190{n}", f"ЦДО № {n}", city) for n in (1, 2))
    moment = now.replace(year=2023)
    programme = load_programme(source=plan, actor=system_user(), now=moment, report=LoadReport())
    element, period = DataElement.objects.get(code="кско_1_2_1_1"), Period.objects.get(code="2022")
    for unit, qualities in ((good, 3), (bad, 4)):
        entry = Entry(element, unit, period, Decimal(qualities))
        enter_observation(entry=entry, actor=land.analyst, now=moment)
    recalculate(reason="проверка", now=moment)

    table = indicator_table(unit=city, programme=programme, today=moment.date())

    cell = next(row.cells[0] for row in table.rows if row.place.number == "1.2.1.1")
    assert (cell.judgement.standing, cell.judgement.cause) == (Standing.MISSED, "не выполняют: 1 из 2")
    assert [unit.unit_name for unit in cell.judgement.failing] == ["ЦДО № 2"]
    assert cell.promise == "≤\xa03 в каждом УДО"


def test_resolution_is_loaded_and_every_formula_makes_sense(land, resolution, now):
    load_programme(source=resolution, actor=system_user(), now=now, report=LoadReport())

    editions = IndicatorEdition.objects.filter(is_current=True)
    assert editions.count() == 7
    assert editions.get(indicator__code="council_4_7").kind == IndicatorKind.COUNT
    assert set(DataElement.objects.values_list("asked_under", flat=True)) == {None}
