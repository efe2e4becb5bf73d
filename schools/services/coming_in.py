"""What whoever manages people does about somebody's coming in: locks, sessions, a lost telephone."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.services.people import clear_password
from accounts.services.second_factor import remove_second_factor
from accounts.services.sessions import end_sessions
from accounts.services.sign_in import unlock_sign_in
from schools.selectors.reach import require_whole_reach
from schools.services.staff import StaffRefused


@transaction.atomic
def end_persons_sessions(*, user: User, reason: str, actor: User, now: datetime) -> int:
    """Sign somebody out everywhere, and return in how many browsers. :raises NotAllowed, StaffRefused: as below"""
    said = _allowed(user, reason, actor)
    return end_sessions(user=user, actor=actor, now=now, reason=said)


@transaction.atomic
def open_persons_sign_in(*, user: User, reason: str, actor: User, now: datetime) -> bool:
    """Open a login that failures have locked. :raises NotAllowed, StaffRefused: as below"""
    return unlock_sign_in(user=user, actor=actor, now=now, reason=_allowed(user, reason, actor))


@transaction.atomic
def reset_persons_second_factor(*, user: User, reason: str, actor: User, now: datetime) -> bool:
    """
    Take a lost telephone off somebody's account and sign the person out everywhere; say whether there was one.

    :raises NotAllowed: if the person is not wholly within the actor's reach, or is the actor
    :raises StaffRefused: if nobody said why
    """
    said = _allowed(user, reason, actor)
    was_on = remove_second_factor(user=user, actor=actor, now=now, reason=said)
    end_sessions(user=user, actor=actor, now=now, reason=said)
    return was_on


@transaction.atomic
def clear_persons_password(*, user: User, reason: str, actor: User, now: datetime) -> None:
    """Take a forgotten password away; a link for a new one is made after that. :raises: as above"""
    said = _allowed(user, reason, actor)
    clear_password(user=user, actor=actor, now=now, reason=said)


def _allowed(user: User, reason: str, actor: User) -> str:
    require_whole_reach(actor, user)
    if not reason.strip():
        raise StaffRefused("Не сказано почему. Напишите причину одним предложением.")
    return reason.strip()
