"""Install or update a framework from a package that does not come with the program: next year's is a load."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from programmes.catalogue import ProgrammeRecord
from programmes.models import Programme
from roadmap.management.commands.load_programme import Command as LoadProgramme


class Command(LoadProgramme):
    help = "Установить или обновить методику (программу с показателями) из папки: версия, что добавится и изменится."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("package", type=Path, help="Папка пакета или её файл programme.yaml.")
        parser.add_argument("--dry-run", action="store_true", help="Только показать, что изменится.")
        parser.add_argument("--as", dest="login", help="Логин того, от чьего имени загружать. По умолчанию — система.")

    def handle(self, *, package: Path, dry_run: bool, login: str | None, **options: Any) -> None:
        folder = package.parent if package.name == "programme.yaml" else package
        if not _is_package(folder):
            raise CommandError(f"В «{package}» нет файла programme.yaml: это не пакет методики. Укажите его папку.")
        self.load(folder.resolve(), dry_run=dry_run, login=login)

    def announce(self, source: ProgrammeRecord) -> None:
        """Say which version is about to be loaded over which."""
        standing = Programme.objects.filter(code=source.code).values_list("version", flat=True).first()
        over = f"в портале версия {standing or '—'}" if standing is not None else "в портале её нет"
        self.stdout.write(f"Пакет «{source.code}», версия {source.version}; {over}.")


def _is_package(folder: Path) -> bool:
    try:
        return (folder / "programme.yaml").is_file()
    except OSError:  # a name longer than any file has
        return False
