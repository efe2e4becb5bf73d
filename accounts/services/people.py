"""People who sign in, and the system itself, in whose name commands act."""

import secrets
from datetime import datetime

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.enums import Counted
from accounts.models import FormerPassword, User
from accounts.services.audit import record
from accounts.services.limits import forget_attempts
from accounts.services.sessions import end_sessions
from common.session_facts import learn

SYSTEM_LOGIN = "system"
# Letters and digits that nobody takes for one another when they are read from paper.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
PASSWORD_LENGTH = 14


class NoSuchPerson(LookupError):
    """Nobody who may act has this login; the message is for the person."""


class LoginTaken(ValueError):
    """Somebody has this login already; the message is for the person."""


class PasswordTooWeak(ValueError):
    """The password is easy to guess; the message is for the person."""


def system_user() -> User:
    """Return the user in whose name the program itself acts; it cannot sign in."""
    user, is_new = User.objects.get_or_create(
        login=SYSTEM_LOGIN, defaults={"full_name": "Система", "is_system": True, "password": "!"}
    )
    if is_new:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user


def acting_user(login: str | None = None) -> User:
    """
    Return in whose name a command acts: the person with the login, or the system where none is given.

    :raises NoSuchPerson: if nobody has the login, or the person no longer works here
    """
    user = system_user() if login is None else User.objects.filter(login=login).first()
    if user is None:
        raise NoSuchPerson(f"Пользователя «{login}» нет. Проверьте логин.")
    if not user.is_active:
        raise NoSuchPerson(f"Учётная запись «{login}» закрыта: от её имени действовать нельзя.")
    learn(actor=user.pk)
    return user


def generate_password() -> str:
    """Return a password that can be read out and typed: letters and digits that are not mistaken for one another."""
    length = max(PASSWORD_LENGTH, settings.PASSWORD_MIN_LENGTH)
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


@transaction.atomic
def create_user(
    *,
    login: str,
    full_name: str,
    actor: User,
    now: datetime,
    position: str = "",
    email: str = "",
    password: str | None = None,
) -> tuple[User, str]:
    """
    Make an account and return it with its password, which is made up unless given and is kept nowhere.

    What the person may do is said by `schools.services.appointments.appoint`.

    :raises LoginTaken: if the login is in use
    :raises PasswordTooWeak: if the given password does not pass the checks
    """
    user = _new_account(login, full_name, position, email, now)
    chosen = password if password is not None else generate_password()
    _put_password(user, chosen)
    _open(user, actor, now)
    return user, chosen


@transaction.atomic
def open_account(
    *, login: str, full_name: str, actor: User, now: datetime, position: str = "", email: str = ""
) -> User:
    """
    Make an account that nobody can sign in to until it is given a password by `change_password`.

    :raises LoginTaken: if the login is in use
    """
    user = _new_account(login, full_name, position, email, now)
    user.set_unusable_password()
    _open(user, actor, now)
    return user


@transaction.atomic
def change_password(*, user: User, password: str, actor: User, now: datetime, keep_session: str | None = None) -> None:
    """
    Give a user a new password, open the login if failures had locked it, and sign the user out in every other browser.

    Wrong codes of the second factor stay counted: who knows the password could otherwise guess codes for ever.

    :raises PasswordTooWeak: if it does not pass the checks
    """
    former = user.password if user.has_usable_password() else ""
    _put_password(user, password)
    user.password_changed_at = now
    user.save(update_fields=["password", "password_changed_at"])
    if former:
        _keep_former(user, former, now)
    forget_attempts(kind=Counted.LOGIN, value=user.login)
    record(actor=actor, action="user.password_changed", target=user, now=now)
    end_sessions(user=user, actor=actor, now=now, keep=keep_session, reason="смена пароля")


@transaction.atomic
def clear_password(*, user: User, actor: User, now: datetime, reason: str) -> None:
    """Let a password that was forgotten or given away serve no more, and sign the person out everywhere."""
    if user.has_usable_password():
        _keep_former(user, user.password, now)
    user.set_unusable_password()
    user.password_changed_at = now
    user.save(update_fields=["password", "password_changed_at"])
    record(actor=actor, action="user.password_cleared", target=user, now=now, reason=reason)
    end_sessions(user=user, actor=actor, now=now, reason=reason)


def _keep_former(user: User, password: str, now: datetime) -> None:
    """Remember a hash, and forget those that are compared with no more."""
    FormerPassword.objects.create(user=user, password=password, replaced_at=now)
    compared = user.former_passwords.order_by("-replaced_at", "-pk")[: settings.PASSWORD_HISTORY]
    user.former_passwords.exclude(pk__in=[one.pk for one in compared]).delete()


def _new_account(login: str, full_name: str, position: str, email: str, now: datetime) -> User:
    login = login.strip()
    if User.objects.filter(login=login).exists():
        raise LoginTaken(f"Логин «{login}» уже занят. Выберите другой.")
    return User(
        login=login,
        full_name=full_name.strip(),
        position=position,
        email=email,
        joined_at=now,
        password_changed_at=now,
    )


def _open(user: User, actor: User, now: datetime) -> None:
    user.save()
    record(actor=actor, action="user.created", target=user, now=now, after={"login": user.login})


def _put_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise PasswordTooWeak(" ".join(weak.messages)) from weak
    user.set_password(password)
