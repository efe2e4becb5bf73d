"""What tests of monitoring share."""

import pytest

from monitoring.catalogue.method_files import method_files
from monitoring.services.identification_methods import load_methods
from tests.monitoring.drawn_region import DrawnRegion


@pytest.fixture
def drawn_region(db, now):
    """A region without schools, with the methods that come with the portal."""
    region = DrawnRegion(now)
    load_methods(written=method_files(), actor=region.centre, now=now)
    return region
