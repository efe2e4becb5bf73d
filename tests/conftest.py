"""What every test may use; nothing surprising."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest


@pytest.fixture
def now() -> datetime:
    """A moment in the demonstration's last school year. Services take it as an argument, so nothing is frozen."""
    return datetime(2021, 11, 15, 10, 30, tzinfo=ZoneInfo("Asia/Krasnoyarsk"))
