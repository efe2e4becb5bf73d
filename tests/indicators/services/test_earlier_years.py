"""What was a year ago: which year feeds it, who is counted, what is computed anew when it changes, how it is said."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import count

import pytest

from indicators.enums import ElementType, IndicatorKind
from indicators.facts import FactsOf
from indicators.formula.check import check
from indicators.formula.facts import Standpoint
from indicators.models import IndicatorValue, Observation, Period
from indicators.selectors.bases import basis_of
from indicators.selectors.staleness import Waiting
from indicators.selectors.today import values_today
from indicators.selectors.world import explained
from indicators.services.definitions import Definition, define_indicator, set_basis
from indicators.services.elements import define_element
from indicators.services.recalculation import (
    fulfil_requests,
    recalculate,
    request_recalculation,
    years_of_cohort,
)
from schools.enums import Kind
from schools.models import Ancestry, SchoolYear

MOVED_ON = date(2021, 3, 1)


@pytest.fixture
def diplomas(years, system, now):
    return define_element(
        code="дипломы", name="Дипломы", type=ElementType.COUNT, level=Kind.SCHOOL, actor=system, now=now
    )


@pytest.fixture
def entered(place, diplomas, system, now):
    """Diplomas of two schools of one municipality and one of another, in two years."""
    for year, values in {2020: (3, 5, 1), 2021: (4, 7, None)}.items():
        for code, value in zip(("131001", "131002", "147001"), values, strict=True):
            if value is not None:
                Observation.objects.create(
                    element=diplomas,
                    unit=place[code],
                    period=Period.objects.get(code=str(year)),
                    value=value,
                    entered_by=system,
                    entered_at=now,
                )


@pytest.fixture
def defined(years, system, now):
    numbers = count(1)

    def define(formula, kind=IndicatorKind.COUNT, unit=""):
        edition = define_indicator(
            code=f"проба_{next(numbers)}",
            name="Проба",
            definition=Definition(kind=kind, formula=formula, unit_of_measure=unit),
            valid_from=now.date(),
            actor=system,
            now=now,
        )
        fulfil_requests(clock=lambda: now)
        return edition

    return define


def value(edition, unit, year):
    row = IndicatorValue.objects.filter(edition=edition, unit=unit, period__code=str(year)).first()
    return row and (row.n, row.d, row.left_out)


def test_the_same_schools_and_the_whole_are_different_things(place, entered, defined):
    same = defined("сумма(изменение(значение(«дипломы»)))")
    whole = defined("изменение(сумма(значение(«дипломы»)))", IndicatorKind.CHANGE)

    assert value(same, place["severny"], 2021) == (3, None, 2)
    assert value(whole, place["severny"], 2021) == (2, None, 3)


def test_a_school_that_moved_is_counted_then_where_it_stood_then(place, entered, defined):
    Ancestry.objects.filter(unit=place["131002"], ancestor=place["131"]).update(valid_to=MOVED_ON - timedelta(1))
    Ancestry.objects.create(unit=place["131002"], ancestor=place["147"], valid_from=MOVED_ON)

    before = defined("прежде(сумма(значение(«дипломы»)))")
    members_of_now = defined("сумма(прежде(значение(«дипломы»)))")

    assert (value(before, place["131"], 2021), value(before, place["147"], 2021)) == ((8, None, 0), (1, None, 1))
    assert (value(members_of_now, place["131"], 2021), value(members_of_now, place["147"], 2021)) == (
        (3, None, 0),
        (6, None, 1),
    )


def test_a_year_before_the_portal_is_known_by_what_rests_on_its_academic_year(place, years, defined, system, now):
    for school, then in (("131001", 2018), ("131002", 2019)):
        SchoolYear.objects.create(unit=place[school], academic_year=then, pupils=100, entered_at=now, entered_by=system)

    edition = defined("прежде(сумма(обучающиеся))")
    entered = defined("прежде(количество(школы, где сельская))")

    assert value(edition, place["131"], 2020) == (100, None, 1)
    assert value(edition, place["131"], 2021) == (100, None, 1)
    assert value(entered, place["24"], 2020) == (3, None, 0)


def test_an_exception_of_the_indicator_holds_in_the_earlier_year_too(place, years, defined, system, now):
    edition = defined("прежде(сумма(обучающиеся))")
    for then, pupils in ((2019, 100), (2020, 300)):
        SchoolYear.objects.create(
            unit=place["131001"], academic_year=then, pupils=pupils, entered_at=now, entered_by=system
        )

    usual = basis_of(2021, edition.indicator).seen_from(Standpoint(1)).academic_year
    set_basis(year=2020, academic_year=2020, cohort_year=2020, indicator=edition.indicator, actor=system, now=now)
    fulfil_requests(clock=lambda: now)
    recalculate(reason="проба", now=now)

    assert usual == 2019
    assert basis_of(2021, edition.indicator).seen_from(Standpoint(1)).academic_year == 2020
    assert value(edition, place["131"], 2021) == (300, None, 1)


def test_a_change_of_a_year_touches_the_years_that_look_back_to_it(defined, diplomas, system, now):
    edition = defined("сумма(значение(«дипломы»)) - прежде(сумма(значение(«дипломы»)), 2)")
    request_recalculation(facts={"значение"}, years={2020}, actor=system, now=now, reason="проба")

    done = fulfil_requests(clock=lambda: now)

    assert edition.reach == 2
    assert done["editions"] == 3
    notes = Waiting(((frozenset({"значение"}), frozenset({2020})),))
    assert [notes.touches("проба_1", edition.depends_on, year, edition.reach) for year in (2019, 2020, 2022, 2023)] == [
        False,
        True,
        True,
        False,
    ]


def test_a_list_of_a_year_that_is_not_kept_is_looked_back_to(years):
    assert years_of_cohort(2019) == {2019}
    assert years_of_cohort(2021) == {2021}


def test_a_change_is_said_with_both_halves_and_their_members(place, entered, defined):
    edition = defined("изменение(доля(школы, где значение(«дипломы») > 4))", IndicatorKind.CHANGE, "п. п.")
    row = IndicatorValue.objects.get(edition=edition, unit=place["131"], period__code="2021")
    basis = basis_of(2021)

    explanation = explained(value=row, meaning=check(edition.formula, FactsOf(basis)), basis=basis)

    assert (row.n, row.d) == (0, 4)
    assert explanation.headline == "0,0\xa0п. п.: 50,0\xa0% (1 из 2) против 50,0\xa0% (1 из 2) годом раньше."
    assert [(part.title, [line.name for line in part.counted]) for part in explanation.parts] == [
        ("Теперь", ["Кодинская СОШ № 4"]),
        ("Годом раньше", ["Кодинская СОШ № 4"]),
    ]


def test_what_a_member_had_is_said_beside_what_it_has(place, entered, defined):
    edition = defined("количество(школы, где значение(«дипломы») > прежде(значение(«дипломы»)))")
    row = IndicatorValue.objects.get(edition=edition, unit=place["severny"], period__code="2021")
    basis = basis_of(2021)

    (part,) = explained(value=row, meaning=check(edition.formula, FactsOf(basis)), basis=basis).parts

    assert dict(part.counted[0].seen) == {"значение(«дипломы»)": "4", "прежде(значение(«дипломы»))": "3"}
    assert {line.name: line.cause for line in part.left_out} == {
        "Тасеевская СОШ № 1": "значение(«дипломы»): число не внесено",
        "Тасеевская СОШ № 2": "значение(«дипломы»): число не внесено; прежде(значение(«дипломы»)): число не внесено",
    }


def test_a_change_is_not_added_up_of_todays_territories_but_computed(place, entered, defined):
    edition = defined("изменение(доля(школы, где значение(«дипломы») > 3))", IndicatorKind.CHANGE, "п. п.")
    period = Period.objects.get(code="2021")

    (today,) = values_today(units=[place["severny"].pk], editions=[edition], periods=[period.pk])

    assert (today.n, today.d) == value(edition, place["severny"], 2021)[:2]
    assert edition.shown(today.n, today.d).quantize(Decimal("0.1")) == Decimal("66.7")
