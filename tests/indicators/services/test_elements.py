"""A question that is defined anew: what is computed of its answers follows."""

import pytest

from indicators.enums import AskedEvery, IndicatorKind, YearValue
from indicators.models import IndicatorValue, ValueCells
from indicators.services.definitions import Definition, define_indicator
from indicators.services.elements import Breakdown, Collecting
from indicators.services.recalculation import fulfil_requests
from tests.indicators.test_categories import KINDS, TOTAL, ask, count, put  # noqa: F401 - fixtures

SPREAD = "распределение(значение(«ставки»))"


@pytest.fixture
def spread(ask, put, system, now):  # noqa: F811 - fixtures of another module
    """Two schools with their categories, and a distribution over these that is computed."""
    element = ask()
    for unit, therapists, psychologists in (("131001", 3, 1), ("131002", 5, 2)):
        put(element, therapists, "логопед", unit=unit)
        put(element, psychologists, "психолог", unit=unit)
    definition = Definition(kind=IndicatorKind.DISTRIBUTION, formula=SPREAD, unit_of_measure="ставок")
    edition = define_indicator(
        code="виды", name="Виды", definition=definition, valid_from=now.date(), actor=system, now=now
    )
    fulfil_requests(clock=lambda: now)
    return edition


def parts_of(edition, unit):
    """What stands of a unit under each name of a part."""
    value = IndicatorValue.objects.get(edition__indicator=edition.indicator_id, unit=unit, period__code="2021")
    return dict(
        zip(value.edition.parts, ValueCells.objects.get(edition=value.edition_id, unit=unit).cells, strict=True)
    )


def test_categories_that_change_places_take_their_values_along(ask, spread, place, now):  # noqa: F811 - fixtures of another module
    ask(breakdown=Breakdown(KINDS.name, (("психолог", "Психолог"), ("логопед", "Логопед"))))
    fulfil_requests(clock=lambda: now)

    assert parts_of(spread, place["131001"]) == {"Психолог": 1, "Логопед": 3}
    assert parts_of(spread, place["131002"]) == {"Психолог": 2, "Логопед": 5}


def test_a_year_that_is_made_up_otherwise_is_computed_anew(ask, put, count, place, now):  # noqa: F811 - fixtures of another module
    halves = {"every": AskedEvery.HALF}
    element = ask(breakdown=Breakdown(), collecting=Collecting(**halves, year_value=YearValue.SUM))
    count("итог", TOTAL)
    put(element, 1, code="2021-H1")
    put(element, 2, code="2021-H2")

    ask(breakdown=Breakdown(), collecting=Collecting(**halves, year_value=YearValue.LAST))
    fulfil_requests(clock=lambda: now)

    assert IndicatorValue.objects.get(unit=place["24"], period__code="2021").n == 2
