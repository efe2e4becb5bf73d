"""Lines of a sheet with their numbers, which can be looked at ahead and put back."""

from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import Any

from common.spreadsheets.reading import Sheet

Line = tuple[int, list[Any]]
_EVERY = 20_000


class Lines:
    """The lines of one sheet. `stream` is plain, so that a loop over a million lines stays quick."""

    def __init__(self, sheet: Sheet, offset: int, told: Callable[[int, int], None]) -> None:
        self.sheet = sheet.name
        self.offset = offset  # lines of the sheets before, so that numbers are unique over the file
        self.height = sheet.height
        self.last = 0
        self._told = told
        self.stream: Iterator[Line] = enumerate(self._counted(sheet.rows), start=1)

    def back(self, *lines: Line) -> None:
        """Put lines back; they come again first."""
        self.stream = chain(lines, self.stream)

    def ahead(self, count: int) -> list[Line]:
        """Look at the next lines without taking them."""
        seen = list(islice(self.stream, count))
        self.back(*seen)
        return seen

    def _counted(self, rows: Iterator[list[Any]]) -> Iterator[list[Any]]:
        while block := list(islice(rows, _EVERY)):
            yield from block
            self.last += len(block)
            self._told(self.offset + self.last, self.offset + self.height)
