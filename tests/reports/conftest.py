"""A region with results, an identified autumn, a programme with indicators, and people who look at it."""

from copy import deepcopy
from datetime import datetime

import pytest

from accounts.permissions import Role
from indicators.services.recalculation import fulfil_requests
from schools.models import Municipality
from tests.factories.programmes import make_programme
from tests.monitoring.conftest import counted, counted_once  # noqa: F401 - fixtures
from tests.monitoring.counted_region import approve, draw_counted
from tests.monitoring.drawn_region import DrawnRegion, make_user
from tests.shared_rows import shared_rows


@pytest.fixture(scope="module")
def place_once(django_db_setup, django_db_blocker, the_moment):
    """The region of `place`, drawn and computed once."""
    with shared_rows(django_db_blocker, lambda: draw_place(the_moment)) as region:
        yield region


@pytest.fixture
def place(place_once, db):
    """The counted region with its list approved, a municipal and a school programme, and a person of a school."""
    return deepcopy(place_once)


def draw_place(now: datetime) -> DrawnRegion:
    """The counted region with its list approved, a municipal and a school programme, and a person of a school."""
    region = draw_counted(now)
    region.order = approve(region, now)
    region.kezhma_programme = make_programme(region.kezhma, region.coordinator, now)
    region.school_programme = make_programme(region.schools[0], region.coordinator, now)
    for number, unit in enumerate((region.kezhma, region.minusinsk)):
        Municipality.objects.create(unit=unit, type="rayon", tile_label=unit.short_name[:4], tile_order=number)
    region.editor = make_user("imba", Role.SCHOOL_EDITOR, region.schools[0])
    fulfil_requests(clock=lambda: now)
    return region
