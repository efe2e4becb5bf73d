"""Whom a command about people is about, and in whose name it acts; a refusal is one sentence."""

from django.core.management.base import CommandError, CommandParser

from accounts.models import User
from accounts.services.people import NoSuchPerson, acting_user


def add_actor(parser: CommandParser) -> None:
    """Let a command act in somebody's name."""
    words = "От чьего имени; по умолчанию — от имени системы."
    parser.add_argument("--as", dest="actor", metavar="LOGIN", help=words)


def actor_of(login: str | None) -> User:
    """Return in whose name the command acts. :raises CommandError: if nobody who may act has the login"""
    try:
        return acting_user(login)
    except NoSuchPerson as missing:
        raise CommandError(str(missing)) from missing


def person_of(login: str) -> User:
    """Return somebody by the login. :raises CommandError: if nobody has it"""
    person = User.objects.filter(login=login, is_system=False).first()
    if person is None:
        raise CommandError(f"Пользователя «{login}» нет. Проверьте логин.")
    return person
