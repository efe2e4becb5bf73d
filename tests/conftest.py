"""What every test may use; nothing surprising."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from common.session_facts import acting
from tests.roles import IS_COPY_OF_MUTANTS, open_a_window


@pytest.fixture(scope="session")
def the_moment() -> datetime:
    """A moment in the demonstration's last school year. Services take it as an argument, so nothing is frozen."""
    return datetime(2021, 11, 15, 10, 30, tzinfo=ZoneInfo("Asia/Krasnoyarsk"))


@pytest.fixture
def now(the_moment) -> datetime:
    """The moment of a test; some modules have another."""
    return the_moment


@pytest.fixture(autouse=True)
def nobody_acts_yet() -> Iterator[None]:
    """A command learns in whose name it acts and ends with its process; the tests after it must not be told of it."""
    with acting(tell=False):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> None:
    """In the copy of `make mutants` there is no net: it would hide what a call that is switched off shows."""
    if IS_COPY_OF_MUTANTS:
        with django_db_blocker.unblock():
            open_a_window(name="always_away", when="true")
