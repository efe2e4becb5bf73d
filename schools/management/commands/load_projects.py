"""Load the projects and the infrastructure that organisations belong to from their file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.services.people import NoSuchPerson, acting_user
from common.catalogues import CatalogueError
from schools.access import NotAllowed
from schools.catalogue.projects import FILE
from schools.services.projects import load_projects


class Command(BaseCommand):
    help = "Загрузить справочник проектов («500+», «Точка роста», …). Повторная загрузка ничего не меняет."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", type=Path, default=FILE, help="Свой файл вместо того, что идёт с порталом.")
        parser.add_argument("--as", dest="login", help="От чьего имени; по умолчанию — от имени системы.")

    def handle(self, *, file: Path, login: str | None, **options: Any) -> None:
        try:
            report = load_projects(actor=acting_user(login), now=timezone.now(), path=file)
        except (CatalogueError, NotAllowed, NoSuchPerson) as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(
            f"Добавлено: {len(report['added'])}, изменено: {len(report['changed'])}, "
            f"без изменений: {len(report['left'])}."
        )
