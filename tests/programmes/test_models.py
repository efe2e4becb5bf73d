"""What the database itself refuses of programmes."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from indicators.enums import PeriodKind
from indicators.models import Indicator, Period
from programmes.enums import SectionPart, TargetOperator
from programmes.models import Direction, Goal, PassportSection, Programme, ProgrammeIndicator, Target
from tests.factories.programmes import make_programme


@pytest.fixture
def programme(land, now):
    return make_programme(land.kezhma, land.coordinator, now)


def refused(name):
    return pytest.raises(IntegrityError, match=name)


def test_programme_does_not_end_before_it_begins(programme):
    with refused("programme_ends_after_it_begins"), transaction.atomic():
        Programme.objects.update(ends_on=date(2020, 1, 1))


def test_numbers_are_given_once(programme):
    Direction.objects.create(programme=programme, number=1, title="Управление")
    with refused("direction_numbered_once"), transaction.atomic():
        Direction.objects.create(programme=programme, number=1, title="Ещё одно")
    Goal.objects.create(programme=programme, number=1, text="Цель")
    with refused("goal_numbered_once"), transaction.atomic():
        Goal.objects.create(programme=programme, number=1, text="Другая цель")
    PassportSection.objects.create(programme=programme, part=SectionPart.PASSPORT, number=1, title="Цель")
    with refused("section_numbered_once"), transaction.atomic():
        PassportSection.objects.create(programme=programme, part=SectionPart.PASSPORT, number=1, title="Срок")


@pytest.fixture
def place(programme):
    indicator = Indicator.objects.create(code="one", name="Доля", sort_key="", search_key="")
    return ProgrammeIndicator.objects.create(programme=programme, indicator=indicator, number="1.1", sort_order=1)


def test_indicator_stands_in_a_programme_once(place):
    with refused("indicator_once_a_programme"), transaction.atomic():
        ProgrammeIndicator.objects.create(
            programme=place.programme, indicator=place.indicator, number="1.2", sort_order=2
        )


@pytest.mark.parametrize(
    ("operator", "value"),
    [(TargetOperator.AT_LEAST, None), (TargetOperator.YES, 1), (TargetOperator.NOT_APPLICABLE, 0)],
)
def test_value_of_a_target_goes_with_its_operator(place, operator, value):
    period = Period.objects.create(code="2021", kind=PeriodKind.YEAR, starts_on="2021-01-01", ends_on="2021-12-31")
    with refused("target_value_goes_with_its_operator"), transaction.atomic():
        Target.objects.create(programme_indicator=place, period=period, operator=operator, value=value)
