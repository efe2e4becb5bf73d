"""
The world that is asked about: two regions, with every sort of object at every node where it can be.

    A ─┬─ a1 ─┬─ a11 ── schools a111, a112        B ── b1 ── b11 ── schools b111, b112
       │      └─ a12 ── schools a121, a122
       └─ a2 ─┬─ a21 ── schools a211, a212
              └─ a22 ── school a221

Whoever asks works in A; B is foreign to all of them.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.permissions import Role
from accounts.services.people import system_user
from schools.enums import Kind, Locality, MunicipalityType, SchoolLevel
from schools.models import Unit
from schools.services.registry import MunicipalityDetails, SchoolDetails
from tests.access.filling import fill
from tests.access.people import YEAR, Who, people_of
from tests.access.things import Thing, Things, mark
from tests.factories.schools import make_unit, make_user
from tests.factories.sessions import signed_in

TREE = {
    "a": ("24", ""), "a1": ("severny", "a"), "a2": ("yuzhny", "a"), "a11": ("131", "a1"), "a12": ("147", "a1"),
    "a21": ("109", "a2"), "a22": ("112", "a2"), "a111": ("131001", "a11"), "a112": ("131002", "a11"),
    "a121": ("147001", "a12"), "a122": ("147002", "a12"), "a211": ("109001", "a21"), "a212": ("109002", "a21"),
    "a221": ("112001", "a22"), "b": ("77", ""), "b1": ("dalny", "b"), "b11": ("771", "b1"), "b111": ("771001", "b11"),
    "b112": ("771002", "b11"),
}  # fmt: skip
KINDS = {1: Kind.REGION, 2: Kind.DISTRICT, 3: Kind.MUNICIPALITY, 4: Kind.SCHOOL}

SORTS = {1: "region", 4: "school"}


@dataclass
class World:
    """Units by their short names above, people, and everything that can be asked for."""

    now: datetime
    units: dict[str, Unit] = field(default_factory=dict)
    people: list[Who] = field(default_factory=list)
    things: Things = field(default_factory=Things)
    stranger: User | None = None
    system: Who | None = None
    appointed: dict[int, list[tuple[str, Unit, bool]]] = field(default_factory=lambda: defaultdict(list))
    shared: dict[str, Any] = field(default_factory=dict)
    answers: dict[Hashable, Any] = field(default_factory=dict)  # to questions that many others are compared with

    @property
    def next_month(self) -> str:
        """A day of which keys may still be good."""
        return (timezone.localdate() + timedelta(days=30)).isoformat()

    def once(self, question: Hashable, ask: Callable[[], Any]) -> Any:
        """Return the answer to a question that is asked once: whatever a question does is taken back after it."""
        if question not in self.answers:
            self.answers[question] = ask()
        return self.answers[question]

    def who(self, name: str) -> Who:
        """Return somebody by name."""
        return next(one for one in self.people if one.name == name)

    def thing(self, kind: str, unit: str) -> Thing:
        """Return the first thing of a kind at a unit."""
        return next(one for one in self.things.of(kind) if one.unit == self.units[unit])

    def region_of(self, unit: Unit) -> Unit:
        """Return the region that a unit is of."""
        return next(one for one in self.units.values() if one.parent is None and unit.path.startswith(one.path))

    def paper_of(self, unit: Unit) -> Any:
        """Return the document that was filed at a unit for its own sake."""
        return next(one.row for one in self.things.by_kind["document"] if one.unit == unit)


def build(now: datetime) -> World:
    """Make the world."""
    world = World(now)
    system_user()
    for name, (code, parent) in TREE.items():
        world.units[name] = _unit(name, code, world.units.get(parent))
        world.things.put("unit", world.units[name], world.units[name], marked=_mark_of(world.units[name]))
        if len(name) in SORTS:
            world.things.put(SORTS[len(name)], world.units[name], world.units[name])
    places = {"region": "a", "district": "a1", "municipality": "a11", "another": "a21", "school": "a111",
              "far school": "a211", "other region": "b"}  # fmt: skip
    world.people = people_of({kind: world.units[name] for kind, name in places.items()}, now)
    world.stranger = make_user("stranger", Role.MINISTRY_APPROVER, world.units["b"])
    world.system = Who("the system", user=system_user(), session=signed_in(system_user(), **YEAR))
    fill(world)
    return world


def _unit(name: str, code: str, parent: Unit | None) -> Unit:
    kind = KINDS[len(name)]
    details: dict[str, Any] = {}
    if kind == Kind.MUNICIPALITY:
        details["municipality"] = MunicipalityDetails(MunicipalityType.RAYON, code, int(code))
    if kind == Kind.SCHOOL:
        details["school"] = SchoolDetails(level=SchoolLevel.SECONDARY, locality=Locality.RURAL)
    word = mark("unit")
    return make_unit(kind, code, f"Место {word}", parent, short_name=f"Место {word}", **details)


def _mark_of(unit: Unit) -> str:
    return unit.short_name.removeprefix("Место ")
