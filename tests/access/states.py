"""What may be done to a thing only where it is on its way: elsewhere it is refused, and changes nothing."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tests.access.cases import Case
from tests.access.matrix import put, things_for
from tests.access.people import Who
from tests.access.policy import LISTS, POLICY
from tests.access.rules import Row
from tests.access.things import Thing

# What is done from more than one state; a repeated refusal of a load is no mistake and changes nothing either.
ALSO = {
    ("POST programmes:bands", "programme.draft"),
    ("POST programmes:bands", "programme.returned"),
    ("POST programmes:correct", "programme.returned"),
    ("POST programmes:row-new", "programme.draft"),
    ("POST programmes:row-new", "programme.returned"),
    ("POST programmes:submit", "programme.returned"),
}
REFUSED = (302, 400, 409, 422)
WITH_STATES = ("programme.", "load.", "list.", "job.")


def cases(world: Any) -> Iterator[Case]:
    """Every way forward × the states it does not start from × everybody."""
    for row in map(_of_any_state, POLICY):
        if row.method == "GET" or not row.of.startswith(WITH_STATES):
            continue
        sort = row.of.partition(".")[0]
        for kind in [name for name in world.things.by_kind if name.startswith(f"{sort}.")]:
            if kind == row.of or (row.operation, kind) in ALSO or kind in ("job.reading", "job.order"):
                continue
            for who in world.people:
                for relation, thing in things_for(world, who, kind):
                    if relation not in ("missing", "other region"):
                        yield _case(world, row, who, thing, relation)


def _of_any_state(row: Row) -> Row:
    """A list is seen by more people once it is approved."""
    return replace(row, sees=LISTS) if row.of == "list.draft" else row


def _case(world: Any, row: Row, who: Who, thing: Thing, relation: str) -> Case:
    words = f"{row.label} as {who} about a {thing.kind} of {thing.unit and thing.unit.code} ({relation})"
    return Case(words, lambda: _asked(world, row, who, thing))


def _asked(world: Any, row: Row, who: Who, thing: Thing) -> str:
    word, statuses = row.expected(world, who, thing)
    answer = put(world, row, who, thing)
    allowed = REFUSED if word == "allowed" else statuses
    if answer.status not in allowed:
        return f"{word}, must be {allowed}, is {answer.status}"
    return f"was refused, and yet there was written to {answer.changes}" if answer.changes else ""
