"""The head of a table: which column holds what, by the words of its heading."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from common.spreadsheets.cells import key, plain

_DEEPEST = 40  # lines above a head: titles, dates, notes
_DIGIT = re.compile(r"\d")
Patterns = tuple[tuple[str, re.Pattern[str]], ...]


def patterns(**roles: str) -> Patterns:
    """Compile what headings of each role look like; the first role that fits a heading has it."""
    return tuple((role, re.compile(pattern)) for role, pattern in roles.items())


@dataclass(frozen=True)
class Head:
    """A head that was found: the last line of it, columns by role, headings by role, headings that nobody knows."""

    line: int
    places: Mapping[str, int]
    titles: Mapping[str, str]
    unknown: tuple[str, ...]

    def cell(self, row: Sequence[Any], role: str) -> Any:
        """Return the cell of a role, empty where the column or the cell is not there."""
        place = self.places.get(role)
        return row[place] if place is not None and place < len(row) else ""


def find_head(rows: Sequence[Sequence[Any]], known: Patterns, *needed: Collection[str]) -> Head | None:
    """
    Find the head among the first lines: it has a column of at least one role out of each collection.

    A head may take two lines, the upper of which names what several columns of the lower have in common.
    """
    for number in range(min(len(rows), _DEEPEST)):
        one = _roles(number, [plain(cell) for cell in rows[number]], known)
        if number + 1 < len(rows) and not any(_DIGIT.search(plain(cell)) for cell in rows[number + 1]):
            two = _roles(number + 1, _together(rows[number], rows[number + 1]), known)
            # Two lines are one head only if together they say more than the upper alone; a line of data has digits.
            if _has(two, needed) and len(two.places) > len(one.places):
                return two
        if _has(one, needed):
            return one
    return None


def _has(head: Head, needed: Sequence[Collection[str]]) -> bool:
    return all(any(role in head.places for role in roles) for roles in needed)


def _roles(line: int, titles: Sequence[str], known: Patterns) -> Head:
    places: dict[str, int] = {}
    said: dict[str, str] = {}
    unknown: list[str] = []
    for place, title in enumerate(titles):
        words = key(title)
        role = next((role for role, pattern in known if words and pattern.fullmatch(words)), None)
        if role is not None and role not in places:
            places[role], said[role] = place, title
        elif words:
            unknown.append(title)
    return Head(line, places, said, tuple(unknown))


def _together(upper: Sequence[Any], lower: Sequence[Any]) -> list[str]:
    titles, above = [], ""
    for place in range(max(len(upper), len(lower))):
        over = plain(upper[place]) if place < len(upper) else ""
        under = plain(lower[place]) if place < len(lower) else ""
        above = over or (above if under else "")
        titles.append(f"{above} {under}".strip())
    return titles
