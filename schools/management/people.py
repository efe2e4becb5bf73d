"""What commands about people have in common beside who acts and who is meant: days, places, appointments."""

from datetime import date

from django.core.management.base import CommandError, CommandParser

from accounts.models import User
from schools.models import Appointment, Unit


def add_day(parser: CommandParser, name: str, words: str, **more: object) -> None:
    """Take a day."""
    parser.add_argument(name, type=date.fromisoformat, metavar="ГГГГ-ММ-ДД", help=words, **more)


def units_of(codes: list[str]) -> list[Unit]:
    """Return places by their codes."""
    found = {unit.code: unit for unit in Unit.objects.filter(code__in=codes)}
    missing = [code for code in codes if code not in found]
    if missing:
        raise CommandError(f"Мест с кодами {', '.join(missing)} нет в реестре. Проверьте коды.")
    return [found[code] for code in codes]


def appointment_of(person: User, role: str, code: str) -> Appointment:
    """Return somebody's own appointment of today to a role at a place."""
    own = Appointment.objects.current().filter(user=person, role=role, unit__code=code, substitutes=None)
    found = own.select_related("unit", "user").first()
    if found is None:
        raise CommandError(f"У «{person.login}» сегодня нет назначения «{role}» в месте «{code}».")
    return found
