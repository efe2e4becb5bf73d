"""
Signing in: the password is checked, failures are counted, and after several an account is closed for a while.

Whoever does not know a login learns nothing of it: an unknown one and a wrong password are answered alike, and as
slowly.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services.audit import record, record_unknown

LOCK = timedelta(minutes=settings.SIGN_IN_LOCK_MINUTES)
WRONG = "Логин или пароль не подходят. Проверьте раскладку клавиатуры и Caps Lock."


class SignInRefused(Exception):
    """Nobody is let in; the message is for the person."""


def check_sign_in(*, login: str, password: str, now: datetime) -> User:
    """
    Return whose login and password these are.

    :raises SignInRefused: if they do not fit, or the account is closed, for a while or for good
    """
    user = User.objects.filter(login=login.strip(), is_system=False).first()
    if user is None:
        User().set_password(password)  # takes as long as a check does
        record_unknown(action="sign_in.failed", target_kind="accounts.user", now=now, reason="такого логина нет")
        raise SignInRefused(WRONG)
    if user.locked_until and user.locked_until > now:
        record(actor=user, action="sign_in.refused", target=user, now=now, reason="запись закрыта на время")
        raise SignInRefused(_locked(user.locked_until))
    if not user.check_password(password):
        raise SignInRefused(_count_failure(user, now))
    if not user.is_active:
        record(actor=user, action="sign_in.refused", target=user, now=now, reason="запись закрыта")
        raise SignInRefused("Учётная запись закрыта. Обратитесь к тому, кто ведёт портал.")
    _forget_failures(user, now)
    return user


def record_sign_out(*, user: User, now: datetime) -> None:
    """Say in the trail that somebody signed out."""
    record(actor=user, action="sign_in.ended", target=user, now=now)


@transaction.atomic
def _count_failure(user: User, now: datetime) -> str:
    kept = User.objects.select_for_update().get(pk=user.pk)
    kept.failed_sign_ins += 1
    message = WRONG
    if kept.failed_sign_ins >= settings.SIGN_IN_ATTEMPTS:
        kept.failed_sign_ins, kept.locked_until = 0, now + LOCK
        message = _locked(kept.locked_until)
    else:
        left = settings.SIGN_IN_ATTEMPTS - kept.failed_sign_ins
        message = f"{WRONG} Осталось попыток: {left}." if left <= 2 else WRONG
    kept.save(update_fields=["failed_sign_ins", "locked_until"])
    action = "sign_in.locked" if kept.locked_until and kept.locked_until > now else "sign_in.failed"
    record(actor=kept, action=action, target=kept, now=now, reason="пароль не подошёл")
    return message


@transaction.atomic
def _forget_failures(user: User, now: datetime) -> None:
    user.failed_sign_ins, user.locked_until = 0, None
    user.save(update_fields=["failed_sign_ins", "locked_until"])
    record(actor=user, action="sign_in.succeeded", target=user, now=now)


def _locked(until: datetime) -> str:
    return (
        f"Слишком много неудачных попыток: вход закрыт до {timezone.localtime(until):%H:%M}. "
        "Подождите или попросите администратора выдать новый пароль."
    )
