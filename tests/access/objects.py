"""Object × verb, a share of the policy at a time: its operations, as everybody, about things of every relation."""

from typing import Any

import pytest

from tests.access.matrix import decisions, wrong
from tests.access.policy import SHARES
from tests.access.rules import Row


def asked_of(share: str) -> pytest.MarkDecorator:
    """Let a test be asked each row of a share: a tenth of its questions each day, the rest in the long lane."""
    parts = [(row, "tenth") for row in SHARES[share]]
    rest = [pytest.param(row, "rest", marks=pytest.mark.slow) for row in SHARES[share]]
    return pytest.mark.parametrize(("row", "part"), [*parts, *rest], ids=_named)


def _named(given: Any) -> str:
    return given.label if isinstance(given, Row) else given


def judge_row(world: Any, row: Row, part: str) -> None:
    """Ask a row's questions of a part; each that goes wrong is named."""
    asked = [one for one in decisions(world, [row]) if one.is_of_the_tenth == (part == "tenth")]
    mistakes = [said for one in asked if (said := wrong(world, one))]

    assert not mistakes, "\n".join(mistakes)
