"""Who may do what where. `can` asks the same question as a list does, so the two cannot disagree."""

from collections.abc import Hashable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from accounts.models import User
from accounts.permissions import DIRECTED, SECOND_FACTOR_ROLES, Permission, Role, permissions_of
from accounts.selectors import acting_token
from schools.models import Appointment, Unit
from schools.querysets import ANY_DIRECTION, Direction, acts_as_the_system, in_force


class NotAllowed(PermissionDenied):
    """Somebody asked for what the role at that place does not give."""


_answers: ContextVar[dict[Hashable, bool] | None] = ContextVar("answers of this block", default=None)


@contextmanager
def asked_once() -> Iterator[None]:
    """
    Ask the database each question of the block once.

    For commands that write thousands of things in the name of a few people whose appointments nobody changes meanwhile.
    """
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def can(user: User | AnonymousUser, permission: Permission, *, at: Unit, direction: Direction = None) -> bool:
    """
    Say whether somebody holds the permission at a unit today. The system itself may do everything.

    `direction` is the number of the programme's direction that the thing belongs to, None for things of no direction.
    """
    answers = _answers.get()
    if answers is None or acting_token(user) is not None:
        return _asked(user, permission, at, direction)
    question = (user.pk, permission, at.pk, direction)
    if question not in answers:
        answers[question] = _asked(user, permission, at, direction)
    return answers[question]


def _asked(user: User | AnonymousUser, permission: Permission, at: Unit, direction: Direction) -> bool:
    return Unit.objects.visible_to(user, permission, direction=direction).filter(pk=at.pk).exists()


def held(user: User | AnonymousUser, *, at: Unit, direction: int | None = None) -> frozenset[Permission]:
    """
    Return everything that somebody may do at a unit today: what `can` says of each permission.

    For pages, which hide what is refused anyway: it reads a loaded person's appointments once.
    """
    if acts_as_the_system(user):
        return frozenset(Permission)
    own = [one for one in appointments_of(user) if at.path.startswith(one.unit.path)]
    scopes = token_scopes(user)
    if scopes is not None and not any(at.path.startswith(unit.path) for unit in scopes):
        return frozenset()
    return _given(user, own, direction)


def region_above(unit: Unit) -> Unit:
    """Return the region over a unit, as far as `held` asks of it: its key and path, without a query."""
    root = unit.line[0]
    return Unit(pk=root, path=f"/{root}/")


def held_somewhere(user: User | AnonymousUser) -> frozenset[Permission]:
    """Return everything that somebody may do at one place or another today; for pages, as `held`."""
    if acts_as_the_system(user):
        return frozenset(Permission)
    return _given(user, appointments_of(user), None)


def _given(user: User | AnonymousUser, own: Iterable[Appointment], direction: int | None) -> frozenset[Permission]:
    """Put together what appointments give, and a token leaves."""
    held = frozenset[Permission]().union(
        *(permissions_of(Role(one.role), limited_to=one.direction, direction=direction) for one in own)
    )
    token = acting_token(user)
    return held if token is None else held & frozenset(Permission(code) for code in token.permissions)


def token_scopes(user: User | AnonymousUser) -> list[Unit] | None:
    """Return the places of the token that signs the request, None where there is no token."""
    token = acting_token(user)
    if token is None:
        return None
    return [one.unit for one in token.appointments.current().select_related("unit")]


def needs_second_factor(user: User | AnonymousUser) -> bool:
    """Say whether somebody is appointed today to a role that signs or administers."""
    return any(one.role in SECOND_FACTOR_ROLES for one in appointments_of(user))


def appointments_of(user: User | AnonymousUser) -> list[Appointment]:
    """Return somebody's appointments of today with their units, the highest place first, read once a loaded person."""
    if not hasattr(user, "_appointments_today"):
        appointments = in_force(user)
        found = [] if appointments is None else appointments.with_regions().select_related("unit", "substitutes__user")
        user._appointments_today = sorted(found, key=lambda one: (one.unit.path.count("/"), one.unit.path, one.role))
    return user._appointments_today


def require(actor: User | AnonymousUser, permission: Permission, *, at: Unit, direction: int | None = None) -> None:
    """
    Go on only if the actor holds the permission at the unit; the trail then says whom the actor substitutes.

    :raises NotAllowed: if the actor does not hold it there, or holds it for another direction only
    """
    if can(actor, permission, at=at, direction=direction):
        actor.acting_for = acting_for(actor, permission, at=at, direction=direction)
        return
    if direction is not None or permission in DIRECTED:
        elsewhere = _asked(actor, permission, at, ANY_DIRECTION)
        if elsewhere:
            raise NotAllowed(f"Право «{permission.label}» дано вам здесь по другому направлению: {at.short_name}.")
    raise NotAllowed(f"Нет права «{permission.label}»: {at.short_name}.")


def acting_for(actor: User, permission: Permission, *, at: Unit, direction: int | None = None) -> str:
    """Say whom the actor substitutes when using a permission; empty if an appointment of the own gives it as well."""
    if acts_as_the_system(actor):
        return ""
    if not hasattr(actor, "_substitutes"):
        standing_in = actor.appointments.current().exclude(substitutes=None)
        actor._substitutes = list(standing_in.select_related("unit", "substitutes__user"))
    if not actor._substitutes:
        return ""
    own = actor.appointments.granting(permission, direction).filter(substitutes=None)
    if own.filter(unit__in=at.line).exists():
        return ""
    covering = [one for one in actor._substitutes if at.path.startswith(one.unit.path)]
    return next(
        (
            one.absent
            for one in covering
            if permission in permissions_of(Role(one.role), limited_to=one.direction, direction=direction)
        ),
        "",
    )
