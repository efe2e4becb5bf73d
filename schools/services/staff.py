"""Accounts of people within somebody's reach: invited, closed, opened again, named anew."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from accounts.permissions import Role
from accounts.services.audit import record
from accounts.services.invitations import make_invitation
from accounts.services.people import open_account
from accounts.services.sessions import end_sessions
from common.russian import latin
from common.versions import refuse_if_changed
from schools.access import NotAllowed
from schools.models import Unit
from schools.selectors.reach import require_whole_reach
from schools.services.appointments import appoint_to_several, keep_an_administrator


class StaffRefused(ValueError):
    """The account cannot be changed so; the message is for the person."""


@dataclass(frozen=True, slots=True)
class Invited:
    """Whom somebody invites, and to what."""

    full_name: str
    role: Role
    units: Sequence[Unit]
    position: str = ""
    email: str = ""
    login: str = ""
    order: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    direction: int | None = None


@transaction.atomic
def invite_person(*, invited: Invited, actor: User, now: datetime, today: date) -> tuple[User, str]:
    """
    Open an account, appoint the person and make the link; return the account and the key of the link.

    :raises NotAllowed, AppointmentRefused: as `appoint`; nothing is left then
    :raises LoginTaken: if the login that was asked for is in use
    """
    login = invited.login.strip() or free_login(invited.full_name)
    user = open_account(
        login=login,
        full_name=invited.full_name,
        position=invited.position.strip(),
        email=invited.email.strip(),
        actor=actor,
        now=now,
    )
    appoint_to_several(
        user=user,
        units=invited.units,
        role=invited.role,
        starts_on=invited.starts_on or today,
        ends_on=invited.ends_on,
        order=invited.order,
        direction=invited.direction,
        actor=actor,
        now=now,
    )
    return user, make_invitation(user=user, actor=actor, now=now)[1]


def renew_invitation(*, user: User, actor: User, now: datetime) -> str:
    """
    Make a new link for somebody who has not come in yet, and return its key.

    :raises NotAllowed: if the person is not wholly within the actor's reach
    :raises InvitationRefused: if the person has a password
    """
    require_whole_reach(actor, user)
    return make_invitation(user=user, actor=actor, now=now)[1]


@transaction.atomic
def close_account(*, user: User, reason: str, actor: User, now: datetime) -> User:
    """
    Let nobody in by this account any more, by password, key or open session; what the person did stays.

    :raises NotAllowed: if the person is not wholly within the actor's reach, or is the actor
    :raises LastAdministrator: if nobody would be left to manage accounts
    :raises StaffRefused: if it is closed already, or nobody said why
    """
    require_whole_reach(actor, user)
    locked = _locked(user)
    if not locked.is_active:
        raise StaffRefused(f"Учётная запись «{locked.login}» уже закрыта.")
    if not reason.strip():
        raise StaffRefused("Не сказано, почему запись закрывается. Напишите причину одним предложением.")
    keep_an_administrator(without=locked)
    locked.is_active = False
    locked.save(update_fields=["is_active"])
    locked.invitations.filter(accepted_at=None, revoked_at=None).update(revoked_at=now)
    record(actor=actor, action="user.closed", target=locked, now=now, reason=reason.strip())
    end_sessions(user=locked, actor=actor, now=now, reason="учётная запись закрыта")
    return locked


@transaction.atomic
def reopen_account(*, user: User, actor: User, now: datetime) -> User:
    """Let somebody in again. :raises NotAllowed: as `close_account`; :raises StaffRefused: if the account is open"""
    require_whole_reach(actor, user)
    locked = _locked(user)
    if locked.is_active:
        raise StaffRefused(f"Учётная запись «{locked.login}» открыта.")
    locked.is_active = True
    locked.save(update_fields=["is_active"])
    record(actor=actor, action="user.reopened", target=locked, now=now)
    return locked


def shown_of(user: User) -> dict[str, object]:
    """Return what the form shows of somebody, by the names of its fields."""
    return {"full_name": user.full_name, "position": user.position, "email": user.email}


@transaction.atomic
def rename_person(
    *, user: User, full_name: str, position: str, email: str, actor: User, now: datetime, seen: str = ""
) -> User:
    """
    Write down what somebody is called now, what the person is by office, and where to write.

    `seen` is the mark of what the actor was shown (`shown_of`).

    :raises NotAllowed: if the person is not wholly within the actor's reach
    :raises StaffRefused: if no name is left
    :raises ChangedMeanwhile: if somebody has written it since the actor looked
    """
    require_whole_reach(actor, user)
    if not full_name.strip():
        raise StaffRefused("Нет имени. Впишите фамилию, имя и отчество.")
    locked = _locked(user)
    refuse_if_changed(seen=seen, shown=shown_of(locked))
    before = shown_of(locked)
    locked.full_name, locked.position, locked.email = full_name.strip(), position.strip(), email.strip()
    locked.save(update_fields=["full_name", "position", "email"])
    record(actor=actor, action="user.changed", target=locked, now=now, before=before, after=shown_of(locked))
    return locked


def free_login(full_name: str, *, taken: frozenset[str] = frozenset()) -> str:
    """Return a login of a surname and initials in Latin letters that nobody has: `sokolova.ap`, `sokolova.ap2`."""
    words = [latin(word) for word in full_name.split()[:3]]
    words = [word for word in words if word] or ["user"]
    base = ".".join(filter(None, [words[0], "".join(word[0] for word in words[1:])]))[:90]
    standing = set(User.objects.filter(login__startswith=base).values_list("login", flat=True)) | taken
    login, number = base, 2
    while login in standing:
        login, number = f"{base}{number}", number + 1
    return login


def _locked(user: User) -> User:
    locked = User.objects.select_for_update().get(pk=user.pk)
    if locked.is_system:
        raise NotAllowed("Служебную запись не меняют.")
    return locked
