"""Load a programme from its catalogue: text, directions, indicators with targets, roadmap."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DataError, IntegrityError
from django.utils import timezone

from accounts.services.people import NoSuchPerson, acting_user
from common.russian import counted
from documents.services.filing import DocumentRefused
from programmes.catalogue import CatalogueError, ProgrammeRecord, load_catalogue
from programmes.services.load_report import LoadReport
from programmes.services.loading import OlderVersion, SameVersion, UnitMissing
from roadmap.services.loading import load_programme
from schools.access import NotAllowed

SHOWN = 8


class Command(BaseCommand):
    help = "Загрузить программу из каталога: текст, направления, показатели с целями, дорожную карту."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="Код каталога, например rppko-2020-2022.")
        parser.add_argument("--dry-run", action="store_true", help="Только показать, что изменится.")
        parser.add_argument("--as", dest="login", help="Логин того, от чьего имени загружать. По умолчанию — система.")

    def handle(self, *, code: str, dry_run: bool, login: str | None, **options: Any) -> None:
        self.load(code, dry_run=dry_run, login=login)

    def load(self, catalogue: str | Path, *, dry_run: bool, login: str | None) -> None:
        """Load a catalogue that comes with the program, by its code, or any other by its folder."""
        report = LoadReport()
        try:
            source = load_catalogue(catalogue)
            self.announce(source)
            programme = load_programme(
                source=source, actor=acting_user(login), now=timezone.now(), report=report, only_look=dry_run
            )
        except CatalogueError as wrong:
            raise CommandError("\n".join(wrong.problems)) from wrong
        except (UnitMissing, OlderVersion, SameVersion, DocumentRefused, NotAllowed, NoSuchPerson) as refused:
            raise CommandError(str(refused)) from refused
        except (DataError, IntegrityError) as unkept:
            raise CommandError(
                f"Пакет не загружен, ничего не записано: база не принимает запись ({str(unkept).splitlines()[0]})."
            ) from unkept
        self._print(report, "станет" if dry_run else "стало")
        if dry_run:
            self.stdout.write("Ничего не записано: это был просмотр.")
        elif report.is_empty:
            self.stdout.write(f"«{programme}» уже загружена: изменений нет.")
        else:
            self.stdout.write(f"Загружена программа «{programme}».")

    def announce(self, source: ProgrammeRecord) -> None:
        """Say what is about to be loaded; nothing for one that comes with the program."""

    def _print(self, report: LoadReport, becomes: str) -> None:
        for what, names in report.added.items():
            self.stdout.write(f"Добавлено, {what}: {len(names)} ({_listed(names)})")
        for what, names in report.changed.items():
            told = [one for one in report.told if one.what == what]
            self.stdout.write(f"Изменено, {what}: {len(names)}" + ("" if told else f" ({_listed(names)})"))
            for one in told:
                self.stdout.write(f"  {one.name} — {one.field}: было {one.was}, {becomes} {one.becomes}")
        for title, rows in (("Закрываются", report.closed), ("Снова открываются", report.reopened)):
            if rows:
                self.stdout.write(f"{title}, строки программы: {len(rows)}")
                self.stdout.writelines(f"  {row}" for row in rows)
        left = sum(report.left.values())
        if left:
            self.stdout.write(f"Без изменений: {counted(left, 'запись', 'записи', 'записей')}.")
        for what, sentences in report.decided.items():
            self.stdout.write(f"Решено в портале и оставлено так, {what}: {len(sentences)}")
            for sentence in sentences:
                self.stdout.write(f"  {sentence}")
        for what, names in report.superfluous.items():
            self.stdout.write(f"В каталоге больше нет, но оставлено, {what}: {', '.join(names)}")
        for remark in report.remarks:
            self.stdout.write(remark)


def _listed(names: list[str]) -> str:
    return ", ".join(names[:SHOWN]) + (" …" if len(names) > SHOWN else "")
