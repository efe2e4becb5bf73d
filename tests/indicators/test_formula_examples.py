"""What docs/formula.md prints as right is right in the portal: over its own registry, with the catalogues loaded."""

import re

import pytest

from accounts.services.people import system_user
from indicators.enums import ElementType, IndicatorKind
from indicators.formula.errors import FormulaError
from indicators.management.pages.formula import ABOVE, LIMITS, QUESTIONS, SPREAD, TIME
from indicators.services.definitions import Definition, define_indicator
from indicators.services.elements import Breakdown, define_element
from indicators.services.trying import try_formula
from programmes.catalogue import load_catalogue
from programmes.services.load_report import LoadReport
from roadmap.services.loading import load_programme
from schools.enums import Kind
from tests.factories.programmes import make_land, make_unit
from tests.spec.formula.cases import CASES, ISSUE
from tests.spec.formula.mistakes import MISTAKES
from tests.spec.formula.world import CATEGORIES, REFERRED

CATALOGUES = (
    "rppko-2020-2022", "mppko-kezhma-2022-2023", "concept-tasseevo", "ksko-plan-udo-2022-2023",
    "resolution-august-council-2020",
)  # fmt: skip
KINDS = {
    "доля_выявленных": IndicatorKind.SHARE,
    "прирост_учителей": IndicatorKind.CHANGE,
    "зрелость": IndicatorKind.THREE_STATE,
    "отметки_огэ": IndicatorKind.DISTRIBUTION,
}


@pytest.fixture
def land(db, now):
    """A small region with all five documents loaded, and the indicators to which examples refer."""
    land = make_land()
    make_unit(Kind.MUNICIPALITY, "101", "город Красноярск", land.district)
    for name in CATALOGUES:
        load_programme(source=load_catalogue(name), actor=system_user(), now=now, report=LoadReport())
    define_element(
        code="ставки_специалистов", name="Ставки узких специалистов", type=ElementType.AMOUNT, level=Kind.SCHOOL,
        unit_of_measure="ставок", actor=system_user(), now=now,
        breakdown=Breakdown("по видам специалистов", CATEGORIES["ставки_специалистов"]),
    )  # fmt: skip
    for code, formula in REFERRED.items():
        definition = Definition(kind=KINDS.get(code, IndicatorKind.COUNT), formula=formula)
        define_indicator(
            code=code, name=code, definition=definition, valid_from=now.date(), actor=system_user(), now=now
        )
    return land


def refused(formulas, actor):
    """What the portal says of those of the formulas that it does not compute."""
    said = {}
    for formula in formulas:
        try:
            try_formula(formula=formula, year=2021, precision=1, actor=actor)
        except FormulaError as error:
            said[formula] = str(error)
    return said


def printed_in_prose():
    """Whole formulas that the page tells by the way; «…» stands where something is left out."""
    spans = re.findall(r"`([^`]+\))`", "\n".join((QUESTIONS, ABOVE, TIME, SPREAD, LIMITS)))
    return [one for one in spans if "…" not in one and not one.startswith("среди ")]


def test_the_portal_computes_every_example_and_refuses_every_mistake(land):
    formulas = {case.formula for case in CASES} | {*printed_in_prose()}
    mistakes = [formula for formula, _ in MISTAKES]

    assert ISSUE in formulas
    assert len(formulas) > 80
    assert refused(formulas, land.analyst) == {}
    said = refused(mistakes, land.analyst)
    assert [formula for formula in mistakes if formula not in said] == []
