"""Lines of a sheet with their numbers, which can be looked at ahead and put back."""

from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from common.spreadsheets.reading import Sheet

Line = tuple[int, list[Any]]
_EVERY = 20_000


class Lines:
    """
    The lines of one sheet, in `stream`, once each and in order.

    Lines may be looked at ahead, and put back, also in the middle of a loop over `stream`: it is one generator, and
    what was looked at or put back comes next.
    """

    def __init__(self, sheet: Sheet, offset: int, told: Callable[[int, int], None]) -> None:
        self.sheet = sheet.name
        self.offset = offset  # lines of the sheets before, so that numbers are unique over the file
        self.height = sheet.height
        self.last = 0
        self._told = told
        self._read = enumerate(self._counted(sheet.rows), start=1)
        self._waiting: deque[Line] = deque()
        self.stream: Iterator[Line] = self._all()

    def back(self, *lines: Line) -> None:
        """Put lines back; they come again first."""
        self._waiting.extendleft(reversed(lines))

    def ahead(self, count: int) -> list[Line]:
        """Look at the next lines without taking them."""
        self._waiting.extend(islice(self._read, max(0, count - len(self._waiting))))
        return list(islice(self._waiting, count))

    def _all(self) -> Iterator[Line]:
        waiting, going_on = self._waiting, True
        while going_on:
            while waiting:
                yield waiting.popleft()
            going_on = False
            # The loop over a million lines stays here; it is left only when something waits.
            for line in self._read:
                yield line
                if waiting:
                    going_on = True
                    break
            going_on = going_on or bool(waiting)

    def _counted(self, rows: Iterator[list[Any]]) -> Iterator[list[Any]]:
        while block := list(islice(rows, _EVERY)):
            yield from block
            self.last += len(block)
            self._told(self.offset + self.last, self.offset + self.height)
