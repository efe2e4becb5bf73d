"""Do a journal of changes of the network from a file: all of it, or nothing."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.services.people import NoSuchPerson, acting_user
from common.catalogues import CatalogueError
from indicators.services.network import change_network_by_file
from schools.access import NotAllowed
from schools.services.operation_files import JournalReport
from schools.services.registry import UnitRefused


class Command(BaseCommand):
    help = "Выполнить журнал изменений сети (YAML), например schools/catalogue/reform-2025.yaml: весь или ничего."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="ФАЙЛ")
        parser.add_argument("--dry-run", action="store_true", help="Только показать, что изменится.")
        parser.add_argument("--as", dest="login", help="От чьего имени; по умолчанию — от имени системы.")

    def handle(self, *, file: Path, dry_run: bool, login: str | None, **options: Any) -> None:
        if not file.is_file():
            raise CommandError(f"Файла «{file}» нет.")
        try:
            report = change_network_by_file(path=file, apply=not dry_run, actor=acting_user(login), now=timezone.now())
        except (CatalogueError, UnitRefused, NotAllowed, NoSuchPerson) as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(said(report, is_done=not dry_run))


def said(report: JournalReport, *, is_done: bool) -> str:
    """Say what a journal did, or would do."""
    lines = [report.title, *(f"  {title}" for title in report.done)]
    if report.left:
        lines.append(f"Журнал уже применён: операций {report.left}, ничего не изменилось.")
    elif is_done:
        lines.append(f"Выполнено операций: {len(report.done)}, из них выведенных: {report.inferred}.")
    else:
        lines.append(
            f"Будет выполнено операций: {len(report.done)}, из них выведенных: {report.inferred}. "
            "Это предварительный просмотр: чтобы выполнить, уберите --dry-run."
        )
    return "\n".join(lines)
