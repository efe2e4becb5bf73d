"""
Keys of others put into what is sent: by number, by code, by login. A foreign one answers as one that is not there.

Nothing is written down here: whatever in a body names a unit or a person is found by looking at the values.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from schools.models import Unit
from tests.access.asking import Answer, ask
from tests.access.cases import Case
from tests.access.matrix import address_of, is_json, may_read, things_for
from tests.access.people import Who
from tests.access.policy import POLICY
from tests.access.rules import Row
from tests.access.things import MISSING_NUMBER, Thing

MISSING_CODE = "799999"
TARGETS = ("a", "a1", "a11", "a111", "a112", "a12", "a121", "a21", "a211", "b", "b11", "b111")


@dataclass(frozen=True)
class Place:
    """A field of a body that names a unit: by its key, by its code, or in its own name as the cells of a form do."""

    field: str
    way: str

    def named(self, unit: Unit | None) -> Any:
        """Return what names a unit here; None is one that is not there."""
        if self.way == "code":
            return unit.code if unit else MISSING_CODE
        return unit.pk if unit else MISSING_NUMBER

    def put(self, body: dict[str, Any], former: Unit, unit: Unit | None) -> dict[str, Any]:
        """Return the body with another unit in this place."""
        if self.way == "name":
            swap = (str(former.pk), str(self.named(unit)))
            return {name.replace(*swap): value for name, value in body.items()}
        value = body[self.field]
        return body | {self.field: [self.named(unit)] if isinstance(value, list) else self.named(unit)}


def places_in(world: Any, body: dict[str, Any]) -> Iterator[tuple[Place, Unit]]:
    """Find what names units in a body."""
    by_key = {str(unit.pk): unit for unit in world.units.values()}
    by_code = {unit.code: unit for unit in world.units.values()}
    seen = set()
    for name, value in body.items():
        text = str(value[0] if isinstance(value, list) and len(value) == 1 else value)
        if text in by_key:
            yield Place(name, "key"), by_key[text]
        elif text in by_code and name in ("unit", "units", "school"):
            yield Place(name, "code"), by_code[text]
        for key in set(name.split("-")) & set(by_key) - seen:
            seen.add(key)
            yield Place(name, "name"), by_key[key]


def cases(world: Any, rows: Iterable[Row] = POLICY) -> Iterator[Case]:
    """Every body that names a unit × everybody who may send it × units of every relation to him."""
    for row in rows:
        if row.sends is None or row.method != "POST":
            continue
        for who in world.people:
            thing = _own(world, row, who)
            if thing is None and row.of or row.expected(world, who, thing)[0] != "allowed":
                continue
            body = row.sends(world, who, thing)
            for place, former in places_in(world, body):
                yield from _of_place(world, row, who, thing, place, former)


def _own(world: Any, row: Row, who: Who) -> Thing | None:
    if not row.of:
        return None
    found = (thing for _relation, thing in things_for(world, who, row.of))
    return next((one for one in found if row.expected(world, who, one)[0] == "allowed"), None)


def _of_place(world: Any, row: Row, who: Who, thing: Thing | None, place: Place, former: Unit) -> Iterator[Case]:
    for name in TARGETS:
        unit = world.units[name]
        if place.field == "school" and len(name) < 4:
            continue  # the beginning of a code means the schools that it begins
        if not any(unit.path.startswith(grant.unit.path) for grant in who.grants):
            words = f"{row.label} as {who} with {place.field if place.way != 'name' else 'a cell'} of {name}"
            yield Case(words, lambda unit=unit: _asked(world, row, who, thing, place, former, unit))


def _asked(world: Any, row: Row, who: Who, thing: Thing | None, place: Place, former: Unit, unit: Unit) -> str:
    foreign = _sent(world, row, who, thing, place.put(row.sends(world, who, thing), former, unit))
    if foreign.changes:
        return f"{foreign.status}: there was written to {foreign.changes}"
    shown = [one for one in world.things.marked_in(foreign.text) if not may_read(world, who, one)]
    if shown:
        return f"shows {', '.join(map(str, shown))}"
    missing = world.once(
        (row.label, who.name, place),
        lambda: _sent(world, row, who, thing, place.put(row.sends(world, who, thing), former, None)),
    )
    said = [place.named(unit), place.named(None), *([str(part) for part in thing.key] if thing else [])]
    if foreign.bare(*said) != missing.bare(*said):
        return f"{foreign.status} for a foreign one, {missing.status} for one that is not there"
    return ""


def _sent(world: Any, row: Row, who: Who, thing: Thing | None, body: dict[str, Any]) -> Answer:
    return ask(who, row.method, address_of(world, row, thing), body, as_json=is_json(row))
