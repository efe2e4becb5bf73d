"""Members held against the territory above them: who is computed anew with one school, what is kept, how it is said."""

from decimal import Decimal

import pytest

from indicators.enums import ElementType, IndicatorKind, RollUp
from indicators.facts import FactsOf
from indicators.formula.check import check
from indicators.models import HeldAgainst, IndicatorValue, Period
from indicators.selectors.bases import basis_of
from indicators.selectors.world import explained
from indicators.services.definitions import Definition, define_indicator
from indicators.services.elements import define_element
from indicators.services.entries import Entry
from indicators.services.observations import enter_observation
from indicators.services.recalculation import fulfil_requests, recalculate
from schools.enums import Kind

MEAN = "по_краю(среднее(баллы))"


@pytest.fixture
def entered(place, years, system, now):
    """Write a number of a school and let everything that rests on it be computed."""
    element = define_element(
        code="баллы", name="Баллы", type=ElementType.AMOUNT, level=Kind.SCHOOL, actor=system, now=now
    )

    def written(**values):
        for code, value in values.items():
            entry = Entry(element, place[code.strip("n")], Period.objects.get(code="2021"), Decimal(value))
            enter_observation(entry=entry, actor=system, now=now)
        fulfil_requests(clock=lambda: now)

    return written


@pytest.fixture
def edition(entered, system, now):
    definition = Definition(kind=IndicatorKind.SHARE, formula=f"доля(школы, где баллы < {MEAN})")
    edition = define_indicator(
        code="ниже", name="Ниже среднего", definition=definition, valid_from=now.date(), actor=system, now=now
    )
    entered(n131001=10, n131002=20, n147001=60, n147002=30)
    return edition


def shares(edition, place, *codes):
    rows = IndicatorValue.objects.filter(edition=edition, period__code="2021")
    return {code: rows.filter(unit=place[code]).values_list("n", "d").get() for code in codes}


def test_one_school_moves_all_that_are_compared_with_its_territory(place, edition, entered):
    assert shares(edition, place, "24", "131", "131002") == {"24": (2, 4), "131": (2, 2), "131002": (1, 1)}

    entered(n147001=20)

    assert shares(edition, place, "24", "131", "131002") == {"24": (1, 4), "131": (1, 2), "131002": (0, 1)}


def test_the_number_of_the_territory_is_kept_and_both_are_told(place, edition):
    value = IndicatorValue.objects.get(edition=edition, unit=place["131"], period__code="2021")
    basis = basis_of(2021)

    said = explained(value=value, meaning=check(edition.formula, FactsOf(basis)), basis=basis)

    assert list(HeldAgainst.objects.filter(period__code="2021").values_list("place", "unit__code", "value")) == [
        (0, "24", 30)
    ]
    assert said.headline == "100,0\xa0% = 2 из 2\xa0школ."
    assert [(line.name, dict(line.seen)) for line in said.parts[0].counted] == [
        ("Имбинская СОШ", {"баллы": "10", MEAN: "30"}),
        ("Кодинская СОШ № 4", {"баллы": "20", MEAN: "30"}),
    ]


def test_computing_twice_keeps_the_same_and_the_value_of_the_region_adds_up(edition, now):
    kept = sorted(HeldAgainst.objects.values_list("pk", "value"))

    recalculate(reason="ещё раз", now=now)

    assert sorted(HeldAgainst.objects.values_list("pk", "value")) == kept
    assert edition.roll_up == RollUp.SHARE


def test_what_is_compared_within_municipalities_is_computed_anew_in_the_borders_of_today(entered, system, now):
    definition = Definition(
        kind=IndicatorKind.COUNT, formula="количество(школы, где баллы < по_муниципалитету(среднее(баллы)))"
    )

    edition = define_indicator(
        code="в_районе", name="Ниже района", definition=definition, valid_from=now.date(), actor=system, now=now
    )

    assert edition.roll_up == RollUp.ANEW
    assert edition.get_roll_up_display() == "считается заново: сравниваются годы или территории"
