"""Appoint somebody to a role at one place or at several by one order."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.management.who import actor_of, add_actor, person_of
from accounts.permissions import Role
from schools.management.people import add_day, units_of
from schools.services.appointments import AppointmentRefused, appoint_to_several


class Command(BaseCommand):
    help = "Назначить человека в роль: в одно место или в несколько одним приказом."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("login")
        parser.add_argument("role", choices=list(Role.values), metavar="РОЛЬ", help="Код роли: docs/permissions.md.")
        parser.add_argument("units", nargs="+", metavar="КОД", help="Коды мест: 24, округ, МСУ (131), школа (131001).")
        parser.add_argument("--order", required=True, help="Номер и дата приказа.")
        add_day(parser, "--since", "Первый день; по умолчанию — сегодня.")
        add_day(parser, "--until", "Последний день; по умолчанию — без срока.")
        parser.add_argument("--direction", type=int, help="Номер направления программы, если назначение ограничено им.")
        add_actor(parser)

    def handle(self, *, login: str, role: str, units: list[str], since: date | None, **options: Any) -> None:
        now, actor = timezone.now(), actor_of(options["actor"])
        try:
            made = appoint_to_several(
                user=person_of(login),
                role=Role(role),
                units=units_of(units),
                starts_on=since or timezone.localdate(now),
                ends_on=options["until"],
                order=options["order"],
                direction=options["direction"],
                actor=actor,
                now=now,
            )
        except (AppointmentRefused, PermissionDenied) as refused:
            raise CommandError(str(refused)) from refused
        for one in made:
            self.stdout.write(f"{one.user}: {one.in_words}, с {one.starts_on:%d.%m.%Y}.")
