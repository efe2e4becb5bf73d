"""Load the region, its districts and municipalities from their file."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.services.people import NoSuchPerson, acting_user
from common.catalogues import CatalogueError
from schools.access import NotAllowed
from schools.catalogue.territory import FILE
from schools.services.registry import UnitRefused
from schools.services.territory import load_territory


class Command(BaseCommand):
    help = "Загрузить край, округа и муниципалитеты. Повторная загрузка ничего не меняет."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--file", type=Path, default=FILE, help="Свой файл вместо того, что идёт с порталом.")
        parser.add_argument("--json", action="store_true", help="Вывести итог в JSON.")
        parser.add_argument("--as", dest="login", help="От чьего имени; по умолчанию — от имени системы.")

    def handle(self, *, file: Path, json: bool, login: str | None, **options: Any) -> None:
        try:
            report = load_territory(actor=acting_user(login), now=timezone.now(), path=file)
        except (CatalogueError, UnitRefused, NotAllowed, NoSuchPerson) as refused:
            raise CommandError(str(refused)) from refused
        if json:
            self.stdout.write(dumped(asdict(report)))
            return
        self.stdout.write(
            f"Добавлено: {len(report.added)}, изменено: {len(report.changed)}, "
            f"переведено в округ: {len(report.moved)}, без изменений: {len(report.left)}."
        )
        if report.elsewhere:
            self.stdout.write(f"В реестре стоят не там, где в файле, и оставлены: {', '.join(report.elsewhere)}.")


def dumped(report: dict[str, Any]) -> str:
    """Write a report as JSON that people can read too."""
    return json.dumps(report, ensure_ascii=False, indent=2)
