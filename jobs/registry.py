"""What kinds of long work there are. An app registers its kinds in `AppConfig.ready()`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from jobs.enums import Queue
from jobs.models import Job


@dataclass(frozen=True)
class Remedy:
    """What to do about work that would fail again just so: in words, and the page where it is done, if there is one."""

    text: str
    page: tuple[str, ...] = ()


class JobRefused(Exception):
    """
    The work cannot be done, for a reason that the person can read and mend. Not tried again.

    With a remedy it is of no use to have the same work done once more, and the remedy is offered instead.
    """

    def __init__(self, reason: str, *, remedy: Remedy | None = None) -> None:
        super().__init__(reason)
        self.remedy = remedy


class Progress(Protocol):
    """Says how far the work is; also keeps the lease."""

    def __call__(self, done: int, total: int, text: str = "") -> None: ...


Handler = Callable[[Job, Progress], dict[str, Any]]


@dataclass(frozen=True)
class Unfinished:
    """What is said of work that was given up or cancelled: what is left of it, and who takes it up again."""

    failed: str = "Данные не изменены. Запустите ещё раз; если повторится — сообщите администратору портала."
    cancelled: str = ""


@dataclass(frozen=True)
class JobKind:
    """A kind of work: how it is called, which workers do it, what does it, what is said where it does not end."""

    name: str
    title: str
    queue: Queue
    handler: Handler
    unfinished: Unfinished = Unfinished()


_kinds: dict[str, JobKind] = {}


def register(name: str, *, title: str, queue: Queue, handler: Handler, unfinished: Unfinished | None = None) -> None:
    """Declare a kind of work, such as `monitoring.parse_load`. Declaring it again replaces it."""
    _kinds[name] = JobKind(name, title, queue, handler, unfinished or Unfinished())


def kind_named(name: str) -> JobKind:
    """:raises KeyError: if no app has registered the kind."""
    return _kinds[name]


def unfinished_words(name: str) -> Unfinished:
    """Return what is said of unfinished work of a kind, be it one that no app registers any more."""
    return _kinds[name].unfinished if name in _kinds else Unfinished()


def forget(name: str) -> None:
    """Take a kind back, as a test does with its own."""
    del _kinds[name]
