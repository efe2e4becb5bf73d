"""Say which day of somebody's role at a place is the last."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.management.who import actor_of, add_actor, person_of
from accounts.permissions import Role
from schools.management.people import add_day, appointment_of
from schools.services.appointments import AppointmentRefused, end_appointment


class Command(BaseCommand):
    help = "Снять человека с роли: последний день — сегодня или названный."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("login")
        parser.add_argument("role", choices=list(Role.values), metavar="РОЛЬ", help="Код роли: docs/permissions.md.")
        parser.add_argument("unit", metavar="КОД", help="Код места.")
        add_day(parser, "--on", "Последний день; по умолчанию — сегодня.")
        parser.add_argument("--reason", default="", help="Приказ или причина.")
        add_actor(parser)

    def handle(self, *, login: str, role: str, unit: str, on: date | None, **options: Any) -> None:
        now, actor = timezone.now(), actor_of(options["actor"])
        appointment = appointment_of(person_of(login), role, unit)
        try:
            ended = end_appointment(
                appointment=appointment,
                on=on or timezone.localdate(now),
                reason=options["reason"],
                actor=actor,
                now=now,
            )
        except (AppointmentRefused, PermissionDenied) as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{ended.user}: {ended}, последний день {ended.ends_on:%d.%m.%Y}.")
