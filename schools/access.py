"""Who may do what where. `can` asks the same question as a list does, so the two cannot disagree."""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from accounts.models import User
from accounts.permissions import ROLE_PERMISSIONS, Permission, Role
from schools.models import Appointment, Unit
from schools.querysets import acts_as_the_system, in_force


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


def can(user: User | AnonymousUser, permission: Permission, *, at: Unit) -> bool:
    """Say whether somebody holds the permission at a unit today. The system itself may do everything."""
    answers = _answers.get()
    if answers is None or hasattr(user, "acting_token"):
        return Unit.objects.visible_to(user, permission).filter(pk=at.pk).exists()
    question = (user.pk, permission, at.pk)
    if question not in answers:
        answers[question] = Unit.objects.visible_to(user, permission).filter(pk=at.pk).exists()
    return answers[question]


def held(user: User | AnonymousUser, *, at: Unit) -> frozenset[Permission]:
    """
    Return everything that somebody may do at a unit today: what `can` says of each permission.

    For pages, which hide what is refused anyway: it reads a loaded person's appointments once.
    """
    if acts_as_the_system(user):
        return frozenset(Permission)
    roles = {one.role for one in appointments_of(user) if at.path.startswith(one.unit.path)}
    return frozenset(permission for role in roles for permission in ROLE_PERMISSIONS[Role(role)])


def held_somewhere(user: User | AnonymousUser) -> frozenset[Permission]:
    """Return everything that somebody may do at one place or another today; for pages, as `held`."""
    if acts_as_the_system(user):
        return frozenset(Permission)
    roles = {one.role for one in appointments_of(user)}
    return frozenset(permission for role in roles for permission in ROLE_PERMISSIONS[Role(role)])


def appointments_of(user: User | AnonymousUser) -> list[Appointment]:
    """Return somebody's appointments of today with their units, the highest place first, read once a loaded person."""
    if not hasattr(user, "_appointments_today"):
        appointments = in_force(user)
        found = [] if appointments is None else appointments.select_related("unit").order_by("unit__path", "role")
        user._appointments_today = sorted(found, key=lambda one: one.unit.path.count("/"))
    return user._appointments_today


def require(actor: User | AnonymousUser, permission: Permission, *, at: Unit) -> None:
    """:raises NotAllowed: if the actor does not hold the permission at the unit."""
    if not can(actor, permission, at=at):
        raise NotAllowed(f"Нет права «{permission.label}»: {at.short_name}.")
