"""What tests of monitoring share, and those of pages that show it."""

from copy import deepcopy

import pytest

from tests.monitoring.counted_region import draw_counted, draw_region
from tests.shared_rows import shared_rows


@pytest.fixture
def drawn_region(db, now):
    """A region without schools, with the methods that come with the portal."""
    return draw_region(now)


@pytest.fixture(scope="module")
def counted_once(django_db_setup, django_db_blocker, the_moment):
    """The region of `counted`, drawn and computed once: that takes two seconds, and hundreds of tests begin with it."""
    with shared_rows(django_db_blocker, lambda: draw_counted(the_moment)) as region:
        yield region


@pytest.fixture
def counted(counted_once, db):
    """The region with a programme, five schools with results and a list of the autumn of 2021, not yet approved."""
    return deepcopy(counted_once)
