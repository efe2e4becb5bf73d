"""A question with its answer judged, and how many of them a run asks: a tenth each day, all in the long lane."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pytest

from tests.roles import net_taken_away

CHUNKS = 6  # a test is stopped after five minutes, so that the rest is asked in parts
PARTS = ["tenth", *(pytest.param(f"rest {number}", marks=pytest.mark.slow) for number in range(CHUNKS))]


@dataclass(frozen=True)
class Case:
    """One decision: what is asked, in words that never change, and the asking, which says what is wrong or nothing."""

    words: str
    ask: Callable[[], str]

    @property
    def number(self) -> int:
        """A number that is always the same and says nothing."""
        return int(hashlib.sha256(self.words.encode()).hexdigest(), 16)

    @property
    def part(self) -> str:
        """The part of the matrix that it belongs to."""
        if self.number % 10 == 0:
            return "tenth"
        return f"rest {self.number // 10 % CHUNKS}"


def judge(cases: Iterable[Case], part: str) -> None:
    """Ask the cases of a part, without the last net; each that goes wrong is named."""
    with net_taken_away():
        mistakes = [f"{case.words}: {said}" for case in cases if case.part == part and (said := case.ask())]

    assert not mistakes, "\n".join(mistakes)
