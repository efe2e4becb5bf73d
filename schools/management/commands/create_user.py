"""Make an account with a role at a place; its password is made up, printed once, and kept nowhere."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Role
from accounts.services.people import LoginTaken, change_password, create_user, generate_password, system_user
from schools.models import Unit
from schools.services.appointments import AppointmentRefused, appoint


class Command(BaseCommand):
    help = "Завести пользователя с ролью в месте (или выдать прежнему новый пароль: --new-password)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("login")
        parser.add_argument("--name", default="", help="Фамилия, имя, отчество.")
        parser.add_argument("--position", default="", help="Должность.")
        parser.add_argument("--role", choices=list(Role.values), help="Роль.")
        parser.add_argument("--unit", help="Код места: 24, округ, МСУ (131) или школа (131001).")
        parser.add_argument("--order", default="", help="Приказ о назначении.")
        parser.add_argument("--until", type=date.fromisoformat, help="Последний день назначения, 2025-08-31.")
        parser.add_argument("--new-password", action="store_true", help="Пользователь есть: выдать новый пароль.")

    def handle(self, *, login: str, new_password: bool, **options: Any) -> None:
        password = self._renew(login) if new_password else self._create(login, **options)
        self.stdout.write(f"Логин:  {login}\nПароль: {password}")
        self.stdout.write("Пароль больше нигде не записан: передайте его лично и попросите сменить.")

    def _renew(self, login: str) -> str:
        user = User.objects.filter(login=login, is_system=False).first()
        if user is None:
            raise CommandError(f"Пользователя «{login}» нет. Проверьте логин.")
        password = generate_password()
        change_password(user=user, password=password, actor=system_user(), now=timezone.now())
        return password

    def _create(
        self, login: str, *, name: str, position: str, role: str | None, unit: str | None, **options: Any
    ) -> str:
        if not (name and role and unit):
            raise CommandError("Укажите --name, --role и --unit.")
        place = Unit.objects.filter(code=unit).first()
        if place is None:
            raise CommandError(f"Места с кодом «{unit}» нет в реестре. Проверьте код.")
        now, system = timezone.now(), system_user()
        try:
            with transaction.atomic():
                user, password = create_user(login=login, full_name=name, position=position, actor=system, now=now)
                appoint(
                    user=user,
                    role=Role(role),
                    unit=place,
                    actor=system,
                    now=now,
                    starts_on=timezone.localdate(now),
                    ends_on=options["until"],
                    order=options["order"],
                )
        except (LoginTaken, AppointmentRefused) as refused:
            raise CommandError(str(refused)) from refused
        return password
