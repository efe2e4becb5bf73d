"""A region with results, an identified autumn, a programme with indicators, and people who look at it."""

import pytest

from accounts.permissions import Role
from indicators.services.recalculation import fulfil_requests
from schools.models import Municipality
from tests.factories.programmes import make_programme
from tests.monitoring.conftest import drawn_region  # noqa: F401 - a fixture
from tests.monitoring.drawn_region import make_user
from tests.monitoring.test_programme_indicators import approve, counted  # noqa: F401 - a fixture


@pytest.fixture
def place(counted, now):  # noqa: F811 - the fixture of the other module
    """The counted region with its list approved, a municipal and a school programme, and a person of a school."""
    region = counted
    region.order = approve(region, now)
    region.kezhma_programme = make_programme(region.kezhma, region.coordinator, now)
    region.school_programme = make_programme(region.schools[0], region.coordinator, now)
    for number, unit in enumerate((region.kezhma, region.minusinsk)):
        Municipality.objects.create(unit=unit, type="rayon", tile_label=unit.short_name[:4], tile_order=number)
    region.editor = make_user("imba", Role.SCHOOL_EDITOR, region.schools[0])
    fulfil_requests(clock=lambda: now)
    return region
