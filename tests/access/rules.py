"""The words in which the policy is written: who may see a thing, who may do something to it, what then comes back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accounts.permissions import Permission, Role
from programmes.enums import ProgrammeStatus
from tests.access.people import Who
from tests.access.things import FIRST_KEY, Thing

SMALL_GROUP = 10
Rule = Callable[[Any, Who, Thing | None], bool]  # of the world, who asks, what for


def everybody(world: Any, who: Who, thing: Thing | None) -> bool:
    """Whoever is let in."""
    return True


def nobody(world: Any, who: Who, thing: Thing | None) -> bool:
    """Not even who may do everything."""
    return False


def may(*permissions: Permission) -> Rule:
    """Whoever holds one of the permissions at the thing's unit."""
    return lambda world, who, thing: any(who.may(permission, thing.unit) for permission in permissions)


def may_of_some(permission: Permission) -> Rule:
    """Whoever holds the permission at the thing's unit, be it about things of one direction alone."""
    return lambda world, who, thing: who.may_of_some(permission, thing.unit)


def knows(permission: Permission) -> Rule:
    """Whoever holds the permission at the thing's unit, or anywhere below it."""
    return lambda world, who, thing: who.knows(permission, thing.unit)


def told_of_entry(world: Any, who: Who, thing: Thing | None) -> bool:
    """
    Whoever sees the unit is told of what was sent.

    A draft is told to whoever enters values there or answers for those of the very unit, what was returned also to
    whoever reviews it.
    """
    state, unit = thing.kind.partition(".")[2], thing.unit
    if not state or not who.may(Permission.INDICATOR_VIEW, unit):
        return who.may(Permission.INDICATOR_VIEW, unit)
    if who.may_of_some(Permission.OBSERVATION_ENTER, unit) or who.works_at(Permission.DATA_SIGN, unit):
        return True
    accepts = who.may(Permission.OBSERVATION_ACCEPT, unit.parent or unit)
    return state == "returned" and (accepts or who.may_of_some(Permission.REVIEW, unit))


def has(*permissions: Permission) -> Rule:
    """Whoever holds one of the permissions anywhere."""
    return lambda world, who, thing: any(who.has(permission) for permission in permissions)


def at_region(permission: Permission) -> Rule:
    """Whoever holds the permission at the region of the portal: what belongs to no unit is kept there."""
    return lambda world, who, thing: who.may(permission, world.units["a"])


def in_every_region(permission: Permission) -> Rule:
    """Whoever holds the permission at each region: what names units of all of them is told in part to nobody."""
    return lambda world, who, thing: all(who.may(permission, world.units[name]) for name in ("a", "b"))


def works_at(permission: Permission) -> Rule:
    """Whoever is appointed with the permission to the very unit."""
    return lambda world, who, thing: who.works_at(permission, thing.unit)


def owns(world: Any, who: Who, thing: Thing | None) -> bool:
    """Whose own it is."""
    of_own_key = not who.is_key and who.user is not None and getattr(thing.owner, "user", None) == who.user
    return thing.owner is not None and (thing.owner == who.owner or of_own_key)


def in_region(permission: Permission) -> Rule:
    """Whoever holds the permission anywhere in the thing's region."""
    return lambda world, who, thing: any(
        permission in grant.permissions and grant.unit.path.split("/")[1] == thing.unit.path.split("/")[1]
        for grant in who.grants
    )


def both(*rules: Rule) -> Rule:
    """Whoever all the rules allow."""
    return lambda world, who, thing: all(rule(world, who, thing) for rule in rules)


def either(*rules: Rule) -> Rule:
    """Whoever one of the rules allows."""
    return lambda world, who, thing: any(rule(world, who, thing) for rule in rules)


def step_above(permission: Permission) -> Rule:
    """Whoever holds the permission a step above the thing's unit: programmes are approved there."""
    return lambda world, who, thing: who.may(permission, thing.unit.parent or thing.unit)


def reads_programme(world: Any, who: Who, thing: Thing | None) -> bool:
    """Programmes of the own territory in any state; of the units above it what is approved."""
    permission = Permission.PROGRAMME_VIEW
    if who.may(permission, thing.unit):
        return True
    programme = getattr(thing.row, "programme", thing.row)
    is_approved = getattr(programme, "status", "") == ProgrammeStatus.APPROVED
    return is_approved and who.knows(permission, thing.unit)


def has_schools_in(permission: Permission) -> Rule:
    """Whoever sees one of the schools of the thing's region."""

    def rule(world: Any, who: Who, thing: Thing | None) -> bool:
        schools = [unit for name, unit in world.units.items() if len(name) == 4]
        return any(who.may(permission, unit) for unit in schools if unit.path.startswith(thing.unit.path))

    return rule


def opens_rows(world: Any, who: Who, thing: Thing | None) -> bool:
    """Whoever sees a result and holds «result_rows» there; of a small group its own school and the centre alone."""
    if not all(who.may(permission, thing.unit) for permission in (Permission.RESULT_VIEW, Permission.RESULT_ROWS)):
        return False
    centres = [unit for role, unit in who.roles if role == Role.CENTRE_OPERATOR and unit.parent is None]
    is_near = who.works_at(Permission.RESULT_ROWS, thing.unit) or any(
        who.may(Permission.RESULT_ROWS, one) for one in centres
    )
    return thing.row.n >= SMALL_GROUP or is_near


@dataclass(frozen=True)
class Row:
    """
    One row of the policy.

    `of` is the kind of thing that is asked for, `where` the place in which the request names it: the address itself,
    `?unit` a parameter of it, or the body. Who may not see the thing gets `hidden`, the same as for one that is not
    there; who sees it and may not do it gets `denied`; who may gets one of `good`.
    """

    operation: str
    of: str = ""
    where: str = "path"
    sees: Rule = everybody
    needs: Rule | None = None
    sends: Callable[[Any, Who, Thing | None], dict[str, Any]] | None = None
    good: tuple[int, ...] = (200,)
    denied: int = 403
    hidden: int | Callable[[Who], int] = 404
    is_public: bool = False
    query: str = ""  # of the address, the same for everybody
    about: str = ""  # tells rows of one operation apart
    key: Callable[[Any, Thing | None], tuple[Any, ...]] | None = None  # of the address, where it is not the thing's

    @property
    def method(self) -> str:
        """The method that is asked with."""
        return self.operation.split()[0]

    @property
    def is_api(self) -> bool:
        """Whether scripts ask it: keys open it, and who is unknown gets 401."""
        return " api:" in self.operation and self.operation != "GET api:docs"

    @property
    def label(self) -> str:
        """How the row is called in reports."""
        return " ".join(part for part in (self.operation, self.about) if part)

    def named(self, thing: Thing) -> list[Any]:
        """Return what the asker himself said of a thing, which comes back to him: its keys, and in a body its code."""
        keys = [part for part in thing.key if not isinstance(part, int) or part > FIRST_KEY]
        code = getattr(thing.unit, "code", None)
        return [*keys, code] if self.where == "body" and code else keys

    def expected(self, world: Any, who: Who, thing: Thing | None) -> tuple[str, tuple[int, ...]]:
        """Return what must come of a question: in a word, and as statuses."""
        if self.is_public:
            return "public", self.good
        if not who.is_let_in or who.is_key and not self.is_api or who.user is None:
            return "unknown", (401,) if self.is_api else (302,)
        is_missing = thing is not None and thing.is_missing
        if is_missing and self.of or not is_missing and not self.sees(world, who, thing):
            return "hidden", (self.hidden(who) if callable(self.hidden) else self.hidden,)
        if self.needs is not None and not self.needs(world, who, thing):
            return "denied", (self.denied,)
        return "allowed", self.good
