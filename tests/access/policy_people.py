"""
The part of the policy about managing people: who reaches whom, and which roles one may give and take.

These pages are shut to whoever manages nobody, before anything is looked up. A form says itself what is beyond its
sender: that is a 422, not a 403.
"""

from typing import Any

from accounts.permissions import APPOINTS, Role
from accounts.permissions import Permission as P
from tests.access import bodies
from tests.access.people import Who
from tests.access.rules import Row, Rule, both, has, owns
from tests.access.things import Thing

DONE = (302,)
ALL = {"hidden": lambda who: 404 if who.has(P.PEOPLE_MANAGE) else 403}
MANAGES = has(P.PEOPLE_MANAGE)


def gives(who: Who, role: str, unit: Any) -> bool:
    """Whether somebody may give a role at a unit: one of the roles that he has above it says so."""
    return any(Role(role) in APPOINTS.get(own, ()) and unit.path.startswith(place.path) for own, place in who.roles)


def within_reach(world: Any, who: Who, thing: Thing | None) -> bool:
    """A person who was ever appointed where one manages people."""
    return any(who.may(P.PEOPLE_MANAGE, unit) for _role, unit, _is_over in world.appointed[thing.row.pk])


def reads_history(world: Any, who: Who, thing: Thing | None) -> bool:
    """Oneself; else whoever reads histories, or manages people, in all the places where the person ever worked."""
    places = [unit for _role, unit, _is_over in world.appointed[thing.row.pk]]
    is_known = any(who.may(P.AUDIT_VIEW, unit) or who.may(P.PEOPLE_MANAGE, unit) for unit in places)
    ways = (P.HISTORY_VIEW, P.PEOPLE_MANAGE)
    return owns(world, who, thing) or is_known and any(all(who.may(way, unit) for unit in places) for way in ways)


def at_own_place(world: Any, who: Who, thing: Thing | None) -> bool:
    """An appointment at a place where one manages people."""
    return who.may(P.PEOPLE_MANAGE, thing.unit)


def wholly(world: Any, who: Who, thing: Thing | None) -> bool:
    """A person all of whose standing appointments one could give; never oneself."""
    standing = [(role, unit) for role, unit, is_over in world.appointed[thing.row.pk] if not is_over]
    return thing.row != who.user and all(gives(who, role, unit) for role, unit in standing)


def can_take(world: Any, who: Who, thing: Thing | None) -> bool:
    """An appointment that one could give; never one's own."""
    return thing.owner != who.user and gives(who, thing.row.role, thing.unit)


def can_give(world: Any, who: Who, thing: Thing | None) -> bool:
    """An appointment that one could give, to whoever stands in; for oneself as well."""
    return gives(who, thing.row.role, thing.unit)


def can_appoint(world: Any, who: Who, thing: Thing | None) -> bool:
    """Somebody else, at one's own place."""
    return thing.row != who.user and who.place is not None


def of(kind: str, operation: str, sees: Rule, needs: Rule | None = None, **more: Any) -> Row:
    """A row about a person or an appointment."""
    return Row(operation, of=kind, sees=both(MANAGES, sees), needs=needs, **ALL, **more)


PEOPLE = [
    *(Row(f"GET people:{name}", needs=MANAGES) for name in ("list", "invite", "sheet", "hygiene")),
    Row("POST people:invite", needs=MANAGES, sends=bodies.invitation),
    Row("POST people:sheet", needs=MANAGES, sends=bodies.sheet_of_people),
    Row("POST people:sheet-apply", needs=MANAGES, sends=bodies.always(rows="unsigned"), good=(422,)),
    of("person", "GET people:person", within_reach),
    of("person", "GET people:appoint", within_reach),
    of("person", "POST people:appoint", within_reach, can_appoint, sends=bodies.appointing, good=DONE, denied=422),
    of("person", "GET people:change", within_reach),
    of("person", "POST people:change", within_reach, wholly, sends=bodies.renaming, good=DONE, denied=422),
    of("person", "GET people:coming-in", within_reach),
    of("person", "POST people:coming-in", within_reach, wholly, sends=bodies.coming_in, good=DONE, denied=422),
    of("person", "POST people:close", within_reach, wholly, sends=bodies.reason, good=DONE, denied=422),
    of("person", "POST people:reopen", within_reach, good=DONE),  # it is open already: a message says so
    of("person", "POST people:link", within_reach, wholly, denied=302),
    of("appointment", "GET people:end", at_own_place),
    of("appointment", "POST people:end", at_own_place, can_take, sends=bodies.ending, good=DONE, denied=422),
    of("appointment", "GET people:substitute", at_own_place),
    of(
        "appointment", "POST people:substitute", at_own_place, can_give, sends=bodies.standing_in, good=DONE, denied=422
    ),
    *(Row(f"{method} accounts:invitation", is_public=True, good=(404,)) for method in ("GET", "POST")),  # without a key
    Row("GET accounts:invitation-link", is_public=True, good=DONE, key=lambda world, thing: ("none",)),
]
