"""What every test may use; nothing surprising."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from common.session_facts import acting


@pytest.fixture
def now() -> datetime:
    """A moment in the demonstration's last school year. Services take it as an argument, so nothing is frozen."""
    return datetime(2021, 11, 15, 10, 30, tzinfo=ZoneInfo("Asia/Krasnoyarsk"))


@pytest.fixture(autouse=True)
def nobody_acts_yet() -> Iterator[None]:
    """A command learns in whose name it acts and ends with its process; the tests after it must not be told of it."""
    with acting(tell=False):
        yield
