"""
A role that sees places and nothing else: today every role that reads reads everything, tomorrow one may not.

Pages that show many things ask for each of them. With the table of roles as it is nobody could tell whether they do, so
the observer's row of it is narrowed while these questions are asked.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from accounts.permissions import ROLE_PERMISSIONS, Role
from accounts.permissions import Permission as P
from tests.access.cases import Case
from tests.access.matrix import may_read, put, things_for
from tests.access.people import Grant, Who
from tests.access.policy import POLICY
from tests.access.rules import Row
from tests.access.things import Thing

NARROW = frozenset({P.UNIT_VIEW})
# What carries no mark: row → what the whole observer is shown and the narrow one is not.
WORDS = {
    "GET reports:school-marks": "<svg",
    "GET reports:indicator-chart": "<svg",
    "GET reports:unit-indicators": "Сколько всего",
    "GET reports:map": "муниципальная программа — утверждена",
}


@contextmanager
def narrowed(world: Any) -> Iterator[Who]:
    """Let the observer of the region see places only."""
    who = world.who(f"{Role.OBSERVER} of the region")
    whole = ROLE_PERMISSIONS[Role.OBSERVER]
    ROLE_PERMISSIONS[Role.OBSERVER] = NARROW
    try:
        yield replace(who, grants=[Grant(NARROW, one.unit) for one in who.grants])
    finally:
        ROLE_PERMISSIONS[Role.OBSERVER] = whole


def cases(world: Any, rows: Iterable[Row] = POLICY) -> Iterator[Case]:
    """Everything that is read, about things of every relation."""
    who = world.who(f"{Role.OBSERVER} of the region")
    for row in rows:
        if row.method == "GET" and not row.is_public:
            about = things_for(world, who, row.of) if row.of else [("no object", None)]
            for relation, thing in about:
                if relation != "missing":
                    words = f"{row.label} as who sees places only about {thing} ({relation})"
                    yield Case(words, lambda given=(row, thing): _asked(world, *given))


def _asked(world: Any, row: Row, thing: Thing | None) -> str:
    whole = world.who(f"{Role.OBSERVER} of the region")
    word = WORDS.get(row.label)
    is_shown = word is not None and word in put(world, row, whole, thing).text
    with narrowed(world) as who:
        answer = put(world, row, who, thing)
        shown = [one for one in world.things.marked_in(answer.text) if not may_read(world, who, one)]
    if shown:
        return f"{answer.status}: shows {', '.join(map(str, shown))}"
    return f"{answer.status}: shows «{word}»" if is_shown and word in answer.text else ""
