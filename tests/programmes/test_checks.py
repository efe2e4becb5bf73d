"""Every check of programmes: content with a row as it should be, and not when its fault is planted."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest

from accounts.permissions import Role
from accounts.services.people import system_user
from indicators.checks.registry import find_check
from indicators.checks.scene import Scene
from indicators.enums import Better, IndicatorKind
from indicators.models import IndicatorEdition, IndicatorValue, Period
from indicators.services.agreement import disagreement
from indicators.services.closing import close_period
from indicators.services.computing import dependencies
from indicators.services.definitions import Definition, create_indicator, define_indicator, set_basis
from indicators.services.documents import Order
from indicators.services.recalculation import fulfil_requests
from programmes.enums import RowChoice, TargetOperator, TargetScope
from programmes.models import Direction, Programme, ProgrammeIndicator, Target
from schools.enums import Kind
from tests.factories.programmes import make_person, make_programme


@dataclass
class Planned:
    """A programme of one direction with one indicator, a share that is known for 2020, and its target."""

    programme: Programme
    row: ProgrammeIndicator
    target: Target
    edition: IndicatorEdition
    today: date

    def look(self, code):
        scene = Scene(now=None, today=self.today, depends=dependencies, disagrees=disagreement)
        return [(one.title, one.said) for one in find_check(code).look(scene)]

    def aim(self, **fields):
        Target.objects.filter(pk=self.target.pk).update(**fields)

    def change(self, **fields):
        IndicatorEdition.objects.filter(pk=self.edition.pk).update(**fields)


@pytest.fixture
def planned(land, now):
    given = {"actor": system_user(), "now": now}
    set_basis(year=2020, academic_year=2019, cohort_year=2020, **given)
    edition = create_indicator(
        code="rural", name="Сельских", definition=Definition(IndicatorKind.SHARE, "доля(школы, где сельская)"),
        valid_from=date(2020, 1, 1), **given,
    )  # fmt: skip
    programme = make_programme(land.region, land.analyst, now)
    direction = Direction.objects.create(programme=programme, number=1, title="Первое")
    row = ProgrammeIndicator.objects.create(
        programme=programme, direction=direction, indicator=edition.indicator, number="1.1", sort_order=1
    )
    target = Target.objects.create(
        programme_indicator=row, period=Period.objects.get(code="2020"), operator=TargetOperator.AT_LEAST, value=20
    )
    fulfil_requests(clock=lambda: now)
    IndicatorValue.objects.filter(edition=edition, unit=land.region).update(n=1, d=3, status="known")
    return Planned(programme, row, target, edition, date(2021, 6, 1))


PLANTS: dict[str, tuple[Callable[[Planned], object], str]] = {}


def planted(said: str) -> Callable:
    """Register a function of the check's name, which plants its fault, with what is said of the row then."""

    def register(plant):
        PLANTS[plant.__name__] = (plant, said)
        return plant

    return register


@planted("2020 год: 20 %")
def target_without_sign(planned):
    planned.aim(operator=TargetOperator.UNSPECIFIED, verbatim="20 %")


@planted("2020 год: цель 120")
def target_out_of_range(planned):
    planned.aim(value=120)


@planted("2020 год: да")
def target_of_another_kind(planned):
    planned.aim(operator=TargetOperator.YES, value=None)


@planted("2020 год: не менее, а меньше — лучше")
def target_against_direction(planned):
    planned.change(better=Better.LESS)


@planted("2020 год: не менее")
def target_without_data(planned):
    IndicatorValue.objects.update(status="not_submitted")


@planted("2020 год: нет значения 2019 года")
def growth_without_base(planned):
    planned.aim(operator=TargetOperator.GROWTH, value=None, base_year=2019)


@planted("2020 год: вопроса «нет_такого» нет")
def other_half_unknown(planned):
    planned.aim(also={"element": "нет_такого", "operator": "at_least", "value": "1"})


@planted("")
def row_without_edition(planned):
    planned.change(is_current=False)


@planted("")
def row_without_targets(planned):
    planned.aim(operator=TargetOperator.NOT_APPLICABLE, value=None)


@planted("2020 год: каждой школы списка")
def scope_below_level(planned):
    planned.change(level=Kind.MUNICIPALITY)
    planned.aim(scope=TargetScope.EACH_SCHOOL)


@pytest.mark.parametrize("code", sorted(PLANTS))
def test_a_planted_fault_is_found(planned, code):
    plant, said = PLANTS[code]
    before = planned.look(code)
    plant(planned)

    assert (before, planned.look(code)) == ([], [(f"{planned.programme}: 1.1 Сельских", said)])


def test_what_another_has_is_no_data_of_the_one_that_is_asked(planned):
    found = [(f"{planned.programme}: 1.1 Сельских", "2020 год: не менее")]
    values = IndicatorValue.objects.filter(edition=planned.edition)
    values.exclude(unit=planned.programme.unit).update(status="known", n=1, d=1)
    values.filter(unit=planned.programme.unit).update(status="not_submitted")
    school = values.filter(unit__kind=Kind.SCHOOL).first().unit

    assert planned.look("target_without_data") == found
    planned.aim(scope=TargetScope.EACH_SCHOOL)
    assert planned.look("target_without_data") == []
    values.update(status="not_submitted")
    values.filter(unit=planned.programme.unit).update(status="known")
    assert planned.look("target_without_data") == found
    planned.aim(scope=TargetScope.WHOLE, unit=school)
    assert planned.look("target_without_data") == found
    values.filter(unit=school).update(status="known")
    assert planned.look("target_without_data") == []


def test_a_closed_year_has_the_data_that_were_approved_with_it(planned, now):
    year, given = Period.objects.get(code="2020"), {"actor": system_user(), "now": now}
    approver = make_person("signatory", Role.MINISTRY_APPROVER, planned.programme.unit)
    close_period(period=year, order=Order("15", date(2021, 11, 10)), signatory=approver, **given)
    anew = Definition(IndicatorKind.SHARE, "доля(школы, где не сельская)")
    define_indicator(code="rural", name="Сельских", definition=anew, valid_from=now.date(), reason="иначе", **given)
    fulfil_requests(clock=lambda: now)

    assert planned.look("target_without_data") == []
    planned.aim(operator=TargetOperator.GROWTH, base_year=2020, value=None)
    assert planned.look("growth_without_base") == []


def test_a_row_that_is_not_asked_has_no_faults(planned):
    ProgrammeIndicator.objects.update(choice=RowChoice.OPTIONAL)
    planned.aim(value=120)

    assert planned.look("target_out_of_range") == []


def test_a_direction_without_rows_is_found(planned):
    assert planned.look("direction_without_rows") == []
    Direction.objects.create(programme=planned.programme, number=2, title="Второе")

    assert planned.look("direction_without_rows") == [(f"{planned.programme}: 2. Второе", "")]


def test_an_indicator_of_no_programme_is_found(planned):
    assert planned.look("in_no_programme") == []
    planned.row.delete()

    assert planned.look("in_no_programme") == [("rural: Сельских", "")]
