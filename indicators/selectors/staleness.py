"""Which values are about to change: a note waits that touches the facts of their formula."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from indicators.models import RecalculationRequest

EVERY_FACT = "*"
INDICATOR = "indicator:"


def indicator_key(code: str) -> str:
    """How a note and a formula's dependencies name an indicator."""
    return f"{INDICATOR}{code}"


def indicators_among(names: Collection[str]) -> list[str]:
    """Return the codes of the indicators among the names of a note or of a formula's dependencies."""
    return [name.removeprefix(INDICATOR) for name in names if name.startswith(INDICATOR)]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Notes that nobody has fulfilled yet: (facts, years or None for every year)."""

    notes: tuple[tuple[frozenset[str], frozenset[int] | None], ...]

    def touches(self, code: str, depends_on: Collection[str] | None, year: int, reach: int = 0) -> bool:
        """Say whether the value of an indicator in a year, or in one it looks back to, waits to be computed anew."""
        names = {EVERY_FACT, indicator_key(code), *(depends_on or ())}
        seen = set(range(year - reach, year + 1))
        return any(names & facts and (years is None or seen & years) for facts, years in self.notes)


def waiting_notes() -> Waiting:
    """Read the notes that wait."""
    rows = RecalculationRequest.objects.filter(fulfilled_at=None).values_list("facts", "years")
    return Waiting(tuple((frozenset(facts), None if years is None else frozenset(years)) for facts, years in rows))
