"""What formulas learn of programmes: from the day of the order, for every unit of the level."""

from datetime import date

import pytest

from indicators.enums import PeriodKind
from indicators.facts import Basis
from indicators.models import Period
from programmes.enums import ProgrammeKind, ProgrammeStatus
from programmes.facts import (
    municipal_programme_approved,
    municipal_programme_running,
    regional_programme_approved,
    school_programme_approved,
    school_programme_running,
)
from tests.factories.programmes import make_programme


@pytest.fixture
def basis(db):
    starts_on, ends_on = date(2021, 1, 1), date(2021, 12, 31)
    period = Period.objects.create(code="2021", kind=PeriodKind.YEAR, starts_on=starts_on, ends_on=ends_on)
    return Basis(period, 2021, 2020, 2021)


def test_every_municipality_has_an_answer(land, now, basis):
    make_programme(land.kezhma, land.analyst, now)
    assert dict(municipal_programme_approved(basis)) == {land.kezhma.pk: 1, land.kansk.pk: 0}


def test_set_of_measures_counts_as_a_programme(land, now, basis):
    make_programme(land.kansk, land.analyst, now, kind=ProgrammeKind.MUNICIPAL_MEASURES)
    assert dict(municipal_programme_approved(basis)) == {land.kezhma.pk: 0, land.kansk.pk: 1}


@pytest.mark.parametrize("status", [ProgrammeStatus.DRAFT, ProgrammeStatus.SUBMITTED, ProgrammeStatus.RETURNED])
def test_what_is_not_approved_does_not_count(land, now, basis, status):
    make_programme(land.kezhma, land.analyst, now, status=status)
    assert dict(municipal_programme_approved(basis))[land.kezhma.pk] == 0


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "approved_on", "approved", "running"),
    [
        (date(2021, 1, 1), date(2021, 12, 31), date(2021, 12, 31), 1, 1),
        (date(2021, 1, 1), date(2021, 12, 31), date(2022, 1, 1), 0, 0),  # ordered after the day
        (date(2019, 1, 1), date(2021, 1, 1), date(2019, 1, 1), 1, 0),  # ended within the year
        (date(2022, 1, 1), date(2023, 12, 31), date(2021, 12, 21), 0, 0),  # begins after the year
        (date(2019, 1, 1), date(2020, 12, 31), date(2019, 1, 1), 0, 0),  # ended before it
    ],
)
def test_day_of_the_order_and_the_term_decide(land, now, basis, starts_on, ends_on, approved_on, approved, running):
    make_programme(land.kezhma, land.analyst, now, starts_on=starts_on, ends_on=ends_on, approved_on=approved_on)
    assert dict(municipal_programme_approved(basis))[land.kezhma.pk] == approved
    assert dict(municipal_programme_running(basis))[land.kezhma.pk] == running


def test_schools_are_asked_apart_from_municipalities(land, now, basis):
    make_programme(land.imba, land.editor, now)
    make_programme(land.kezhma, land.analyst, now)
    assert dict(school_programme_approved(basis)) == {land.imba.pk: 1, land.taga.pk: 0, land.kansk_school.pk: 0}


def test_a_school_programme_runs_while_its_term_covers_the_last_day(land, now, basis):
    make_programme(land.imba, land.editor, now, starts_on=date(2020, 1, 1), ends_on=date(2021, 12, 30))
    make_programme(land.taga, land.editor, now, starts_on=date(2021, 9, 1), ends_on=date(2021, 12, 31))
    assert dict(school_programme_running(basis)) == {land.imba.pk: 0, land.taga.pk: 1, land.kansk_school.pk: 0}
    assert dict(school_programme_approved(basis)) == {land.imba.pk: 1, land.taga.pk: 1, land.kansk_school.pk: 0}


def test_the_region_has_its_own_programme(land, now, basis):
    make_programme(land.kezhma, land.analyst, now)
    assert dict(regional_programme_approved(basis)) == {land.region.pk: 0}
    make_programme(land.region, land.analyst, now)
    assert dict(regional_programme_approved(basis)) == {land.region.pk: 1}
