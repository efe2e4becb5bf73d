"""
Signing in: the password is checked, attempts are counted, and after several that failed no more are heard for a while.

Whoever does not know a login learns nothing of it: an unknown one and a wrong password are counted, answered and locked
alike, and as slowly.
"""

from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.enums import Counted, Way
from accounts.models import User
from accounts.services.audit import record, record_unknown
from accounts.services.limits import Standing, close_if_spent, count_attempt, forget_attempts, take_back_attempt

WRONG = "Логин или пароль не подходят. Проверьте раскладку клавиатуры и Caps Lock."
WRONG_OWN = "Пароль не подошёл. Введите тот, с которым вы вошли."
LEFT = "Учётная запись закрыта. Обратитесь к тому, кто ведёт портал."
TOLD_WHEN_LEFT = 2


class _Heard(NamedTuple):
    """Where an attempt that is heard stands."""

    by_login: Standing
    by_address: Standing


class SignInRefused(Exception):
    """Nobody is let in; the message is for the person."""


def check_sign_in(*, login: str, password: str, address: str, now: datetime) -> User:
    """
    Return whose login and password these are.

    :raises SignInRefused: if they do not fit, too many attempts have failed, or the account is closed
    """
    user = _proven(login.strip(), password, address, now, wrong=WRONG)
    refuse_who_has_left(user=user, address=address, now=now)
    return user


def check_own_password(*, user: User, password: str, address: str, now: datetime) -> None:
    """
    Ask who has signed in for the password once more, counted together with attempts to sign in.

    :raises SignInRefused: if it does not fit, or too many attempts have failed
    """
    _proven(user.login, password, address, now, wrong=WRONG_OWN)


def refuse_who_has_left(*, user: User, address: str, now: datetime) -> None:
    """:raises SignInRefused: if the account is closed."""
    if not user.is_active:
        told = _where(address)
        record(actor=user, action="sign_in.refused", target=user, now=now, reason="запись закрыта", after=told)
        raise SignInRefused(LEFT)


def record_sign_in(*, user: User, way: Way, second_factor: str, address: str, now: datetime) -> None:
    """Say in the trail that somebody signed in, and how."""
    after = {"way": way.value, "second_factor": second_factor, **_where(address)}
    record(actor=user, action="sign_in.succeeded", target=user, now=now, after=after)


def record_sign_out(*, user: User, now: datetime) -> None:
    """Say in the trail that somebody signed out."""
    record(actor=user, action="sign_in.ended", target=user, now=now)


@transaction.atomic
def unlock_sign_in(*, user: User, actor: User, now: datetime, reason: str) -> bool:
    """Open a login that was locked by failures, its codes too; say whether anything was counted."""
    opened = [
        forget_attempts(kind=Counted.LOGIN, value=user.login),
        forget_attempts(kind=Counted.CODE, value=str(user.pk)),
    ]
    record(actor=actor, action="sign_in.unlocked", target=user, now=now, reason=reason)
    return any(opened)


@transaction.atomic
def unlock_address(*, address: str, actor: User, now: datetime, reason: str) -> bool:
    """Open an address that was locked by failures; say whether anything was counted."""
    opened = forget_attempts(kind=Counted.ADDRESS, value=address)
    record(actor=actor, action="sign_in.address_unlocked", target=actor, now=now, reason=reason, after=_where(address))
    return opened


def lock_message(until: datetime) -> str:
    """Tell a person until when nothing is heard; the same words for a login that nobody has."""
    return (
        f"Слишком много неудачных попыток: вход закрыт до {timezone.localtime(until):%H:%M}. "
        "Подождите или попросите администратора открыть его раньше."
    )


def _proven(login: str, password: str, address: str, now: datetime, *, wrong: str) -> User:
    """Return whose login and password these are, told in words of the caller's where they do not fit."""
    heard = _hear(login, address, now)
    user = User.objects.filter(login=login, is_system=False).first()
    if user is None:
        User().set_password(password)  # takes as long as a check does
    if user is None or not user.check_password(password):
        raise SignInRefused(_count_failure(login, user, address, heard, now, wrong=wrong))
    forget_attempts(kind=Counted.LOGIN, value=login)
    take_back_attempt(kind=Counted.ADDRESS, value=address)
    return user


def _hear(login: str, address: str, now: datetime) -> _Heard:
    """Count the attempt, refuse it where no more are heard, and return where it stands."""
    by_address = count_attempt(kind=Counted.ADDRESS, value=address, now=now)
    if by_address.locked_until:
        raise SignInRefused(lock_message(by_address.locked_until))
    by_login = count_attempt(kind=Counted.LOGIN, value=login, now=now)
    if by_login.locked_until:
        raise SignInRefused(lock_message(by_login.locked_until))
    return _Heard(by_login, by_address)


@transaction.atomic
def _count_failure(login: str, user: User | None, address: str, heard: _Heard, now: datetime, *, wrong: str) -> str:
    """Write a failure down, lock what is spent, and return what the person is told."""
    address_until = close_if_spent(kind=Counted.ADDRESS, value=address, standing=heard.by_address, now=now)
    until = close_if_spent(kind=Counted.LOGIN, value=login, standing=heard.by_login, now=now)
    _record_failure(user, address, now, is_last=until is not None)
    if address_until:
        told = {**_where(address), "attempts": settings.SIGN_IN_ADDRESS_ATTEMPTS}
        record_unknown(
            action="sign_in.address_locked",
            target_kind="address",
            now=now,
            reason="неудачи с адреса",
            after=told,
        )
    if until or address_until:
        return lock_message(until or address_until)
    left = heard.by_login.left
    return f"{wrong} Осталось попыток: {left}." if left <= TOLD_WHEN_LEFT else wrong


def _record_failure(user: User | None, address: str, now: datetime, *, is_last: bool) -> None:
    action = "sign_in.locked" if is_last else "sign_in.failed"
    if user is None:
        reason = "такого логина нет"
        record_unknown(action=action, target_kind="accounts.user", now=now, reason=reason, after=_where(address))
    else:
        record(actor=user, action=action, target=user, now=now, reason="пароль не подошёл", after=_where(address))


def _where(address: str) -> dict[str, str]:
    return {"address": address}
