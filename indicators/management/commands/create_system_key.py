"""Make a key by which an information system sends what it keeps. It is printed once."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.services.people import NoSuchPerson, acting_user
from indicators.models import SourceSystem
from indicators.services.systems import create_system_key
from schools.access import NotAllowed
from schools.models import Unit
from schools.services.tokens import TokenNotMade


class Command(BaseCommand):
    help = "Создать ключ, которым информационная система передаёт свои показатели. Ключ печатается один раз."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("system", metavar="СИСТЕМА", help="Код системы, например навигатор.")
        parser.add_argument("--unit", required=True, help="Код края, муниципалитета или школы, где система пишет.")
        parser.add_argument("--until", required=True, type=date.fromisoformat, help="Последний день: 2027-06-30.")
        parser.add_argument("--as", dest="login", required=True, help="Чей это ключ: кто ведёт показатели.")

    def handle(self, *, system: str, unit: str, until: date, login: str, **options: Any) -> None:
        found = SourceSystem.objects.filter(code=system).first()
        if found is None:
            known = ", ".join(SourceSystem.objects.order_by("code").values_list("code", flat=True)) or "ни одной"
            raise CommandError(f"Системы «{system}» в справочнике нет. Есть: {known}.")
        place = Unit.objects.filter(code=unit).first()
        if place is None:
            raise CommandError(f"Единицы с кодом «{unit}» нет.")
        try:
            _token, key = create_system_key(
                system=found, units=[place], expires_on=until, actor=acting_user(login), now=timezone.now()
            )
        except (NotAllowed, NoSuchPerson, TokenNotMade) as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(key)
