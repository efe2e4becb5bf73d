"""
Formulas that have been read, kept so that a recalculation reads each once: so many letters of them and no more.

Nodes take up to 120 bytes a letter, and whoever types in the editor sends another formula with every stroke. So it is
letters that are counted and not formulas, and what is very long is read each time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

Read = TypeVar("Read")
BESIDE = 100  # letters that keeping one more text costs, however short


class KeptByLength(Generic[Read]):
    """What was read of texts: those asked for last, of so many letters together, and none longer than the longest."""

    def __init__(self, read: Callable[[str], Read], *, letters: int, longest: int) -> None:
        self._read = read
        self._room, self._longest = letters, longest
        self._known: OrderedDict[str, Read] = OrderedDict()
        self._lock = Lock()
        self.letters = 0

    def __len__(self) -> int:
        return len(self._known)

    def __call__(self, text: str) -> Read:
        """Return what is kept of a text, or read it; what cannot be read is not kept."""
        with self._lock:
            if text in self._known:
                self._known.move_to_end(text)
                return self._known[text]
        found = self._read(text)
        if len(text) <= self._longest:
            self._keep(text, found)
        return found

    def _keep(self, text: str, found: Read) -> None:
        with self._lock:
            if text not in self._known:
                self.letters += len(text) + BESIDE
            self._known[text] = found
            while self.letters > self._room:
                oldest, _ = self._known.popitem(last=False)
                self.letters -= len(oldest) + BESIDE
