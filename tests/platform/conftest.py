"""Data folders of their own, with real servers in them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.platform.processes import User, data_folder


@pytest.fixture
def home() -> Iterator[Path]:
    """An empty data folder; whatever runs there at the end is stopped."""
    with data_folder() as folder:
        yield folder


@pytest.fixture
def use(home: Path) -> Iterator[Callable[..., User]]:
    """Make processes that use the embedded services of `home`; what is left of them is killed at the end."""
    users: list[User] = []

    def start(*arguments: str) -> User:
        users.append(User(home, *arguments))
        return users[-1]

    yield start
    for user in users:
        user.kill()
