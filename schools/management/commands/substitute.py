"""Let somebody stand in for an absent person: the same role at the same place, for some days, by an order."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.management.who import actor_of, add_actor, person_of
from accounts.permissions import Role
from schools.management.people import add_day, appointment_of
from schools.services.appointments import AppointmentRefused, substitute


class Command(BaseCommand):
    help = "Назначить замещение: роль отсутствующего на время переходит к другому."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("absent", help="Логин того, кто отсутствует.")
        parser.add_argument("login", help="Логин того, кто замещает.")
        parser.add_argument("role", choices=list(Role.values), metavar="РОЛЬ", help="Код роли: docs/permissions.md.")
        parser.add_argument("unit", metavar="КОД", help="Код места.")
        add_day(parser, "--since", "Первый день.", required=True)
        add_day(parser, "--until", "Последний день.", required=True)
        parser.add_argument("--order", required=True, help="Номер и дата приказа.")
        add_actor(parser)

    def handle(self, *, absent: str, login: str, role: str, unit: str, **options: Any) -> None:
        actor = actor_of(options["actor"])
        try:
            made = substitute(
                appointment=appointment_of(person_of(absent), role, unit),
                user=person_of(login),
                starts_on=options["since"],
                ends_on=options["until"],
                order=options["order"],
                actor=actor,
                now=timezone.now(),
            )
        except (AppointmentRefused, PermissionDenied) as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{made.user}: {made.in_words}, с {made.starts_on:%d.%m.%Y} по {made.ends_on:%d.%m.%Y}.")
