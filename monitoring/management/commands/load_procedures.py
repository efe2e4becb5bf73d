"""Load procedures, subjects, scales and names of levels from the catalogue."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.services.people import NoSuchPerson, acting_user
from monitoring.catalogue.procedures import procedure_catalogue
from monitoring.services.procedures import load_procedures


class Command(BaseCommand):
    help = "Загрузить оценочные процедуры, предметы, шкалы и названия уровней. Повторный запуск ничего не меняет."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as", dest="login", help="От чьего имени; по умолчанию — от имени системы.")

    def handle(self, *, login: str | None, **options: Any) -> None:
        try:
            done = load_procedures(written=procedure_catalogue(), actor=acting_user(login), now=timezone.now())
        except (NoSuchPerson, PermissionDenied) as wrong:
            raise CommandError(str(wrong)) from wrong
        self.stdout.write(f"Записей добавлено: {done.added}, изменено: {done.changed}, без изменений: {done.same}.")
