"""
The last net in tests: what it lets through, and what is shown beyond that.

The reach of somebody is reckoned from the world alone, as everything that is expected here.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from accounts.permissions import READING
from programmes.enums import ProgrammeStatus
from tests.access import lists
from tests.access.matrix import Decision, decisions, put
from tests.access.people import Who
from tests.access.policy import POLICY
from tests.access.things import Thing

# Kinds of things of the world that are rows of the tables under the net.
KINDS = (
    "programme",
    "observation",
    "value",
    "execution",
    "finding",
    "finding_row",
    "school_result",
    "school_year",
    "order",
)
MARKED = ("programme", "observation", "execution")  # those whose words answers show


def is_guarded(thing: Thing) -> bool:
    """Whether a thing is a row of a table under the net."""
    return thing.kind.partition(".")[0] in KINDS and not thing.is_missing


def reaches(who: Who, thing: Thing) -> bool:
    """Whether the net lets somebody read a thing: at or under a place where he reads anything, a little above it."""
    if not who.is_let_in or who.user is None or thing.unit is None:
        return False
    kind = thing.kind.partition(".")[0]
    places = [grant.unit.path for grant in who.grants if grant.permissions & READING]
    is_within = any(thing.unit.path.startswith(path) for path in places)
    if kind == "order":
        return is_within and thing.row.ordered_by_id == who.user.pk
    is_above = any(path.startswith(thing.unit.path) for path in places)
    is_told_below = kind == "execution" or getattr(thing.row, "status", "") == ProgrammeStatus.APPROVED
    return is_within or (kind in ("programme", "execution") and is_above and is_told_below)


@dataclass
class Leaks:
    """What was shown of the tables under the net that its reader does not reach, by kind, and how much was asked."""

    asked: int = 0
    words: list[str] = field(default_factory=list)
    of: Counter[str] = field(default_factory=Counter)

    def add(self, words: str, things: Iterable[Thing]) -> None:
        """Judge one answer by the things that it showed."""
        self.asked += 1
        for thing in things:
            self.of[thing.kind.partition(".")[0]] += 1
            self.words.append(f"{words}: {thing}")


def of_lists(world: Any, people: Iterable[Who]) -> Leaks:
    """Ask for every list of things under the net, in pages and in the API."""
    found = Leaks()
    pages = [one for one in lists.PAGES if one.kind in KINDS or one.name == "monitoring:result-list"]
    rows = {name: rows for name, rows in lists.api_lists().items() if rows[0].of in KINDS}
    for who in people:
        for one in pages:
            _answer, marks = lists.shown(world, who, one, next(lists.spellings(one)))
            things = [world.things.by_mark[mark] for mark in marks]
            found.add(f"{one.name} as {who}", [thing for thing in things if not reaches(who, thing)])
        for name in rows:
            found.add(f"{name} as {who}", _of_api_list(world, who, name, rows[name][0].of))
    return found


def _of_api_list(world: Any, who: Who, name: str, kind: str) -> list[Thing]:
    _status, keys = lists.api_shown(world, who, name)
    things = world.things.of(kind)
    return [one for one in things if lists.key_in_api(one) in keys and not reaches(who, one)]


def of_objects(world: Any, asked: Iterable[Decision]) -> Leaks:
    """Ask for objects that somebody does not reach, and look for their words on every page of the question."""
    found = Leaks()
    for one in asked:
        answer = put(world, one.row, one.who, one.thing)
        shown = [thing for thing in world.things.marked_in(answer.text) if thing.kind.partition(".")[0] in MARKED]
        things = {thing.mark: thing for thing in shown if not reaches(one.who, thing)}
        if is_guarded(one.thing) and not reaches(one.who, one.thing) and answer.status in one.row.good:
            things.setdefault(one.thing.mark, one.thing)
        found.add(str(one), things.values())
    return found


def questions(world: Any) -> list[Decision]:
    """Return what is asked about objects: whatever shows a thing under the net, and pages of places."""
    kinds = (*KINDS, "unit", "school")
    rows = [row for row in POLICY if row.method == "GET" and row.of.partition(".")[0] in kinds]
    return [one for one in decisions(world, rows) if one.thing is not None and one.who.is_let_in]
