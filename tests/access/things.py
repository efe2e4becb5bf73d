"""What there is to ask for: an object, its unit, and the word by which an answer that shows it is known."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from django.db import connection

from accounts.models import User
from schools.models import Unit

MARK = re.compile(r"§([a-z]+)(\d+)§")
_numbers = count(1)


def mark(kind: str) -> str:
    """Return a word that stands nowhere else, to be put into a name that pages show."""
    return f"§{kind}{next(_numbers)}§"


@dataclass(frozen=True)
class Thing:
    """An object of the world: `key` is what an address says of it."""

    kind: str
    key: tuple[Any, ...]
    unit: Unit | None = None
    owner: User | None = None
    mark: str = ""
    row: Any = None
    is_missing: bool = False

    def __str__(self) -> str:
        return f"{self.kind} {self.key} of {self.unit.short_name if self.unit else self.owner}"


FIRST_KEY = 71_000_000
MISSING_NUMBER = 79_999_999
MISSING_UUID = "01999999-9999-7999-8999-999999999999"


def missing_like(thing: Thing) -> Thing:
    """Return a thing that is not there, whose address looks like that of one that is."""
    key = tuple(_missing(part) for part in thing.key)
    return Thing(thing.kind, key, is_missing=True)


def _missing(part: Any) -> Any:
    """Return a key like another one; what is no key, as the year of a passport, stays as it is."""
    if isinstance(part, int):
        return MISSING_NUMBER if part > FIRST_KEY else part
    return MISSING_UUID


@dataclass
class Things:
    """All of them, by kind, by unit, by the word that marks them."""

    by_kind: dict[str, list[Thing]] = field(default_factory=lambda: defaultdict(list))
    by_mark: dict[str, Thing] = field(default_factory=dict)

    def put(
        self, kind: str, row: Any, unit: Unit | None = None, *, owner: User | None = None, key: Iterable[Any] = (),
        marked: str = "",
    ) -> Thing:  # fmt: skip
        """Add a thing."""
        thing = Thing(kind, tuple(key) or (row.pk,), unit, owner, marked, row)
        self.by_kind[kind].append(thing)
        if marked:
            self.by_mark.setdefault(marked, thing)
        return thing

    def of(self, kind: str) -> list[Thing]:
        """Return the things of a kind; `programme` are those of every state, `programme.draft` those of one."""
        return [
            thing
            for name in self.by_kind
            if name == kind or name.startswith(f"{kind}.")
            for thing in self.by_kind[name]
        ]

    def marked_in(self, text: str) -> Iterator[Thing]:
        """Return the things that an answer shows."""
        for word in {found[0] for found in MARK.finditer(text)}:
            if word in self.by_mark:
                yield self.by_mark[word]


def far_keys() -> dict[str, int]:
    """
    Let every key begin at 71 000 000, each table at a number of its own, and return where they stood.

    Keys are taken out of answers before these are compared, and a short number would be found where it is no key.
    """
    stood = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sequencename, coalesce(last_value, 1) FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1"
        )
        for place, (name, last) in enumerate(cursor.fetchall()):
            stood[name] = last
            if last < FIRST_KEY:
                cursor.execute("SELECT setval(%s::regclass, %s)", [f'public."{name}"', FIRST_KEY + 10_000 * place])
    return stood


def former_keys(stood: dict[str, int]) -> None:
    """Let keys go on from where they stood."""
    with connection.cursor() as cursor:
        for name, last in stood.items():
            cursor.execute("SELECT setval(%s::regclass, %s)", [f'public."{name}"', last])
