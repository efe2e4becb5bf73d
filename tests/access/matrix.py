"""The matrix: which question is asked as whom about what, what must come back, and whether it did."""

import hashlib
import re
from collections.abc import Hashable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any

from accounts.permissions import Permission as P
from tests.access.asking import Answer, ask
from tests.access.operations import Operation, operations
from tests.access.people import Who
from tests.access.policy import POLICY
from tests.access.rules import Row, in_every_region, in_region, opens_rows, owns, reads_programme, told_of_entry
from tests.access.things import Thing, missing_like
from tests.roles import net_taken_away

# Keys that look alike: one's own thing of another kind is no key to a thing of this one.
WRONG_KINDS = {
    "order": ("job.waiting", "upload"),
    "job": ("order", "upload"),
    "reading": ("order", "job.failed", "upload"),
    "upload": ("order", "job.waiting"),
}


@dataclass(frozen=True)
class Decision:
    """One question: as whom, what, about which thing and how that stands to him."""

    who: Who
    row: Row
    thing: Thing | None
    relation: str

    def __str__(self) -> str:
        about = f" about {self.thing}" if self.thing else ""
        return f"{self.row.label} as {self.who}{about} ({self.relation})"

    @property
    def is_of_the_tenth(self) -> bool:
        """Whether it belongs to the tenth that the daily lane asks; always the same ones."""
        text = f"{self.row.label}|{self.who}|{self.relation}"
        return int(hashlib.sha256(text.encode()).hexdigest(), 16) % 10 == 0


def relation(who: Who, thing: Thing) -> str:
    """Say how a thing stands to somebody."""
    if thing.unit is None:
        return "own" if thing.owner is None or thing.owner == who.owner else "cousin"
    if who.place is None:
        return "cousin"
    mine, other = who.place, thing.unit
    if thing.owner is not None and thing.owner != who.owner:
        return "cousin"
    if other == mine:
        return "own"
    if other.path.startswith(mine.path):
        return "descendant"
    if mine.path.startswith(other.path):
        return "ancestor"
    if mine.path.split("/")[1] != other.path.split("/")[1]:
        return "other region"
    return "sibling" if mine.parent and other.path.startswith(mine.parent.path) else "cousin"


def things_for(world: Any, who: Who, kind: str) -> Iterator[tuple[str, Thing]]:
    """
    Choose what somebody is asked about: of every relation one thing of each of two sorts, and one that is not there.

    Which ones differs from person to person, so that together they are asked about all.
    """
    found: dict[str, dict[str, list[Thing]]] = {}
    of_kind = world.things.of(kind)
    for thing in of_kind:
        found.setdefault(relation(who, thing), {}).setdefault(thing.kind, []).append(thing)
    turn = sum(map(ord, who.name + kind))
    for name, sorts in found.items():
        every = list(sorts.values())
        for place in {turn % len(every), (turn + 1) % len(every)}:
            yield name, every[place][turn % len(every[place])]
    if of_kind:
        yield "missing", missing_like(of_kind[0])
    for other in WRONG_KINDS.get(kind.partition(".")[0], ()):
        own = next((one for one in world.things.of(other) if one.owner is not None and one.owner == who.owner), None)
        if own is not None:
            yield "wrong kind", replace(own, kind=kind, is_missing=True)


def decisions(world: Any, rows: Iterable[Row] = POLICY) -> list[Decision]:
    """Return every question of object × verb; of nothing first, for what is hidden must be answered like that."""
    made = []
    for row in rows:
        for who in world.people:
            is_shut = not row.is_public and (not who.is_let_in or who.is_key and not row.is_api)
            if not row.of:
                made.append(Decision(who, row, None, "no object"))
            elif is_shut:  # nothing of the thing is looked at: one question is enough
                made.append(Decision(who, row, world.things.of(row.of)[0], "no object"))
            else:
                about = sorted(things_for(world, who, row.of), key=lambda one: one[0] != "missing")
                made += [Decision(who, row, thing, name) for name, thing in about]
    return made


def by_operation() -> dict[str, Operation]:
    """Return the operations by the name that the policy calls them by."""
    return {operation.label: operation for operation in operations()}


def address_of(world: Any, row: Row, thing: Thing | None) -> str:
    """Return the address of a question about a thing."""
    key = row.key(world, thing) if row.key else thing.key if thing and row.where == "path" else ()
    address = by_operation_once(world)[row.operation].address(key)
    named = f"{row.where[1:]}={thing.key[0]}" if row.where.startswith("?") else ""
    query = "&".join(part for part in (named, row.query) if part)
    return f"{address}?{query}" if query else address


def is_json(row: Row) -> bool:
    """Whether the body of a question is JSON; files are handed in as forms hand them in."""
    return row.is_api and row.method != "GET" and not row.operation.endswith("upload-list")


def put(world: Any, row: Row, who: Who, thing: Thing | None, **more: Any) -> Answer:
    """Ask one question."""
    sent = row.sends(world, who, thing) if row.sends else None
    return ask(who, row.method, address_of(world, row, thing), sent, as_json=is_json(row), **more)


def by_operation_once(world: Any) -> dict[str, Operation]:
    """The same, walked once."""
    if "operations" not in world.shared:
        world.shared["operations"] = by_operation()
    return world.shared["operations"]


def wrong(world: Any, one: Decision) -> str:
    """Ask a question; say what is wrong with what came back, or nothing. What must be hidden is so without the net."""
    word, statuses = one.row.expected(world, one.who, one.thing)
    with nullcontext() if word == "allowed" else net_taken_away():
        return _wrong(world, one, word, statuses)


def _wrong(world: Any, one: Decision, word: str, statuses: tuple[int, ...]) -> str:
    answer = put(world, one.row, one.who, one.thing)
    if answer.status not in statuses:
        return f"{one}: must be {word} {statuses}, is {answer.status}: {_gist(answer)}"
    if word in ("hidden", "denied", "unknown") and answer.changes:
        return f"{one}: {word}, and yet there was written to {answer.changes}"
    promised = 1 if answer.status == 403 else 0
    if word in ("hidden", "denied") and answer.denials != promised:
        return f"{one}: {word} leaves {answer.denials} rows in the trail, must be {promised}"
    if word == "hidden" and one.thing is not None:
        bare = answer.bare(*one.row.named(one.thing))
        missing = world.once(_like(world, one), lambda: bare if one.relation == "missing" else _missing(world, one))
        if bare != missing:
            return f"{one}: is not answered as a thing that is not there: {_gist(answer)} ≠ {missing[1][:300]}"
    return leak(world, one, answer)


def _like(world: Any, one: Decision) -> Hashable:
    """Name the question about nothing that an answer is compared with; what is sent differs from kind to kind."""
    kind = one.thing.kind if one.row.sends else ""
    return "missing", one.row.label, one.who.name, kind, address_of(world, one.row, missing_like(one.thing))


def _missing(world: Any, one: Decision) -> tuple[int, str]:
    nothing = missing_like(one.thing)
    return put(world, one.row, one.who, nothing).bare(*one.row.named(nothing))


def leak(world: Any, one: Decision, answer: Answer) -> str:
    """Say which words an answer shows that its reader may not see."""
    shown = [thing for thing in world.things.marked_in(answer.text) if not may_read(world, one.who, thing)]
    return f"{one}: shows {', '.join(map(str, shown))}" if shown else ""


def may_read(world: Any, who: Who, thing: Thing) -> bool:
    """Whether somebody may read the words of a thing, wherever they stand."""
    kind, unit = thing.kind.partition(".")[0], thing.unit
    if kind == "unit":
        return who.knows_of(unit) or unit == world.units["a"]  # the region of the portal stands in its sentences
    if kind in ("job", "upload"):
        return owns(world, who, thing)
    if kind == "partner":
        return in_region(P.UNIT_VIEW)(world, who, thing)
    if kind == "programme":
        return reads_programme(world, who, thing)
    if kind in ("document", "execution"):
        return who.knows(P.PROGRAMME_VIEW, unit)
    if kind == "recalculation":
        return in_every_region(P.HISTORY_VIEW)(world, who, thing)
    if kind == "rows":
        return opens_rows(world, who, thing)
    if kind == "observation":
        return who.may(P.OBSERVATION_ENTER, unit) or told_of_entry(world, who, thing)
    needed = {
        "remark": (P.INDICATOR_VIEW,),
        "load": (P.RESULT_VIEW,),
        "procedure": (P.RESULT_VIEW, P.RESULT_LOAD),
        "recommendation": (P.IDENTIFICATION_VIEW,),
        "event": (P.AUDIT_VIEW,),
    }[kind]
    return any(who.may(permission, unit) for permission in needed)


def _gist(answer: Answer) -> str:
    """Return what a page says, without its tags and its head."""
    _, _, main = answer.text.partition("<main")
    return " ".join(re.sub(r"<[^>]*>", " ", main or answer.text).split())[:400]
