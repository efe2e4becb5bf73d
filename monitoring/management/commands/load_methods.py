"""Load the methods of identification that come with the portal. Editions made by people since are left alone."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.services.people import NoSuchPerson, acting_user
from common.russian import counted
from monitoring.catalogue.method_files import MethodFileError, method_files
from monitoring.identification.method import MethodError
from monitoring.services.identification_methods import load_methods


class Command(BaseCommand):
    help = "Загрузить методики идентификации, которые поставляются с порталом. Повторный запуск ничего не меняет."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as", dest="login", help="От чьего имени; по умолчанию — от имени системы.")

    def handle(self, *, login: str | None, **options: Any) -> None:
        try:
            added = load_methods(written=method_files(), actor=acting_user(login), now=timezone.now())
        except (MethodFileError, MethodError, NoSuchPerson, PermissionDenied) as refused:
            raise CommandError(str(refused)) from refused
        for code, number in added.items():
            said = f"добавлено {counted(number, 'редакция', 'редакции', 'редакций')}" if number else "без изменений"
            self.stdout.write(f"{code}: {said}")
