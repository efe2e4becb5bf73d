"""Whom a command about people is about, and in whose name it acts; a refusal is one sentence."""

from django.core.management.base import CommandError

from accounts.models import User
from accounts.services.people import NoSuchPerson, acting_user


def person(login: str) -> User:
    """:raises CommandError: if nobody has the login."""
    user = User.objects.filter(login=login, is_system=False).first()
    if user is None:
        raise CommandError(f"Пользователя «{login}» нет. Проверьте логин.")
    return user


def responsible(login: str | None) -> User:
    """:raises CommandError: if nobody who may act has the login."""
    try:
        return acting_user(login)
    except NoSuchPerson as nobody:
        raise CommandError(str(nobody)) from nobody
