"""How far long work has come: for whoever waits at a command, and for the jobs' pages."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TextIO, TypeVar

from common.numbers import format_duration, format_number

Item = TypeVar("Item")
Progress = Callable[[int, int, str], None]
"""Called as `progress(done, total, "что делается")`; a total of 0 means that it is not known."""

_WIDTH = 28
_EVERY = 0.1  # seconds between two drawings


class Out(Protocol):
    """What a command writes to: Django's OutputWrapper, or a plain stream."""

    def write(self, text: str, /) -> object: ...

    def flush(self) -> object: ...


def no_progress(done: int, total: int, text: str) -> None:
    """Tell nobody."""


class Bar:
    """A line that shows how far the work is, what is done and how long is left. Call it as a Progress."""

    def __init__(self, out: Out | TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self.out, self.clock = out, clock
        self.live = bool(getattr(out, "isatty", bool)())
        self.text = ""
        self.started = self.drawn = clock()
        self.tenth = 0

    def __call__(self, done: int, total: int, text: str) -> None:
        now = self.clock()
        if text != self.text:
            self.text, self.started, self.tenth = text, now, 0
        elif now - self.drawn < _EVERY and done != total:
            return
        self.drawn = now
        if self.live:
            self._write(f"\r\033[K{self.line(done, total, now)}")
        elif self._is_news(done, total):
            self._write(self.line(done, total, now) + "\n")

    def line(self, done: int, total: int, now: float) -> str:
        """Return the line for this moment."""
        if not total:
            return f"{self.text}: {format_number(done)}" if done else self.text
        full = min(done * _WIDTH // total, _WIDTH)
        bar = "█" * full + "·" * (_WIDTH - full)
        return f"{bar} {min(100 * done // total, 100):3d} % {self.text}{self._left(done, total, now)}"

    def close(self) -> None:
        """End the line, so that what is written next begins on its own."""
        if self.live and self.text:
            self._write("\n")

    def _left(self, done: int, total: int, now: float) -> str:
        spent = now - self.started
        if not 0 < done < total or spent < 1:
            return ""
        return f", осталось {format_duration(spent / done * (total - done))}"

    def _is_news(self, done: int, total: int) -> bool:
        """Keep logs short: each new text, then every tenth."""
        tenth = 1 + (10 * done // total if total else 0)
        if tenth <= self.tenth:
            return False
        self.tenth = tenth
        return True

    def _write(self, text: str) -> None:
        # Django's OutputWrapper ends every text with a line feed of its own; the stream below it does not.
        stream = getattr(self.out, "_out", self.out)
        stream.write(text)
        stream.flush()


def track(items: Iterable[Item], *, total: int, out: Out | TextIO, text: str = "") -> Iterator[Item]:
    """Yield items and draw how far the loop has come."""
    bar = Bar(out)
    bar(0, total, text)
    for done, item in enumerate(items, start=1):
        yield item
        bar(done, total, text)
    bar.close()
