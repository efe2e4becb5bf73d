"""
Lists in which one's own and a foreign thing stand together: the foreign one answers as one that is not there.

Fields that take several units, forms of many cells, and the sheet by which many people are invited. What is done with
the own ones is the portal's business; with a foreign one beside them it must be the same, to the row, as with a key of
nothing.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from accounts.permissions import Permission as P
from accounts.permissions import Role
from schools.forms.invitations import signed
from schools.models import Unit
from tests.access.asking import Answer, ask
from tests.access.bodies import ROLES_AT
from tests.access.cases import Case
from tests.access.foreign_keys import MISSING_CODE, TARGETS, Place, places_in
from tests.access.matrix import address_of, by_operation_once, is_json, may_read, things_for
from tests.access.people import Who
from tests.access.policy import POLICY
from tests.access.rules import Row
from tests.access.things import MISSING_NUMBER, Thing

SHEET = "POST people:sheet-apply"
SEVERAL = ("units",)  # typed as codes with commas between them
Body = dict[str, Any]


def cases(world: Any, rows: Iterable[Row] = POLICY) -> Iterator[Case]:
    """Every body with a list of units, and sheets of people × everybody who may send it × units that are foreign."""
    for row in rows:
        if row.operation == SHEET:
            yield from _of_sheets(world)
        if row.sends is None or row.method != "POST":
            continue
        for who in world.people:
            for thing in _allowed(world, row, who):
                body = row.sends(world, who, thing)
                for place, former in places_in(world, body):
                    if takes_several(place, body):
                        yield from _of_place(world, row, who, thing, place, former)


def takes_several(place: Place, body: Body) -> bool:
    """Whether a place of a body may name more than one unit."""
    return place.way == "name" or place.field in SEVERAL or isinstance(body[place.field], list)


def with_another(place: Place, body: Body, former: Unit, unit: Unit | None) -> Body:
    """Return a body that names another unit beside the one that it named; None is one that is not there."""
    if place.way == "name":
        return place.put(body, former, unit) | body
    value = body[place.field]
    more = [*value, place.named(unit)] if isinstance(value, list) else f"{value}, {place.named(unit)}"
    return body | {place.field: more}


def _allowed(world: Any, row: Row, who: Who) -> list[Thing | None]:
    """Return what somebody may send the body about: one thing at most."""
    things = [thing for _relation, thing in things_for(world, who, row.of)] if row.of else [None]
    return [thing for thing in things if row.expected(world, who, thing)[0] == "allowed"][:1]


def _foreign(world: Any, who: Who) -> Iterator[tuple[str, Unit]]:
    for name in TARGETS:
        if not any(world.units[name].path.startswith(grant.unit.path) for grant in who.grants):
            yield name, world.units[name]


def _of_place(world: Any, row: Row, who: Who, thing: Thing | None, place: Place, former: Unit) -> Iterator[Case]:
    def send(unit: Unit | None) -> Answer:
        body = with_another(place, row.sends(world, who, thing), former, unit)
        return ask(who, row.method, address_of(world, row, thing), body, as_json=is_json(row))

    field = "a cell" if place.way == "name" else place.field
    said = [str(part) for part in thing.key] if thing else []
    for name, unit in _foreign(world, who):
        words = f"{row.label} as {who} with its own and {name} in {field}"
        yield Case(words, lambda unit=unit: _alike(world, who, (row.label, field), send, unit, said))


def _of_sheets(world: Any) -> Iterator[Case]:
    for who in world.people:
        if who.has(P.PEOPLE_MANAGE) and who.session:
            yield from _of_sheet(world, who)


def _of_sheet(world: Any, who: Who) -> Iterator[Case]:
    own = who.place
    address = by_operation_once(world)[SHEET].address(())

    def send(unit: Unit | None) -> Answer:
        rows = [_line(1, own.code, own), _line(2, unit.code if unit else MISSING_CODE, unit or own)]
        return ask(who, "POST", address, {"rows": signed({"rows": rows, "problems": [], "warnings": []})})

    for name, unit in _foreign(world, who):
        words = f"a sheet of people of its own place and of {name} as {who}"
        yield Case(words, lambda unit=unit: _alike(world, who, ("a sheet", ""), send, unit, []))


def _line(number: int, code: str, unit: Unit) -> dict[str, Any]:
    empty = dict.fromkeys(("position", "email", "login", "order", "starts_on", "ends_on", "direction"), "")
    role = ROLES_AT.get(unit.kind, Role.SCHOOL_EDITOR).label
    return {"sheet": "Лист1", "row": number, "full_name": f"Петрова Вера {number}", "role": role, "unit": code} | empty


def _alike(world: Any, who: Who, what: tuple[str, str], send: Any, unit: Unit, said: list[str]) -> str:
    foreign = send(unit)
    missing = world.once(("mixed", who.name, *what), lambda: send(None))
    if foreign.changes != missing.changes:
        return f"there was written to {foreign.changes}, with a key of nothing to {missing.changes}"
    shown = [one for one in world.things.marked_in(foreign.text) if not may_read(world, who, one)]
    if shown:
        return f"shows {', '.join(map(str, shown))}"
    named = [unit.pk, MISSING_NUMBER, unit.code, MISSING_CODE, *said]
    if foreign.bare(*named) != missing.bare(*named):
        return f"{foreign.status} for a foreign one, {missing.status} for one that is not there"
    return ""
