"""Import files of assessment results: recognised by their headers, each taken whole or not at all."""

import json
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import User
from accounts.services.people import NoSuchPerson, acting_user, system_user
from common.progress import Bar, no_progress
from common.russian import counted
from common.spreadsheets.gate import MAX_BYTES, Refused
from common.years import YearError, format_academic_year
from monitoring.catalogue.procedures import procedure_catalogue
from monitoring.layouts.identity import Hints
from monitoring.models import Procedure
from monitoring.selectors.hints import HintError, hints_from
from monitoring.selectors.loads import places_to_load
from monitoring.selectors.recognised import recognised
from monitoring.services.importing import FileHasProblems, ResultFile, import_file, preview_file
from monitoring.services.procedures import load_procedures
from monitoring.services.reading import AlreadyLoaded
from schools.models import Unit

_SHOWN = 50


class Command(BaseCommand):
    help = (
        "Загрузить файлы результатов оценочных процедур (ФИС ОКО, РЦОИ, КДР, по школам). "
        "Файл принимается целиком или не принимается вовсе."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", help="Файлы xlsx, xls, ods, csv или txt.")
        parser.add_argument("--dry-run", action="store_true", help="Только показать, что узнано; ничего не записывать.")
        parser.add_argument("--apply", action="store_true", help="Записать (так и без этого ключа).")
        parser.add_argument("--json", dest="as_json", action="store_true", help="Только JSON: что узнано по школам.")
        parser.add_argument("--procedure", help="Процедура, если её не называет сам файл: ВПР, ОГЭ, ЕГЭ, КДР.")
        parser.add_argument("--subject", help="Предмет.")
        parser.add_argument("--grade", help="Класс.")
        parser.add_argument("--year", help="Учебный год, например 2021/22.")
        parser.add_argument("--unit", help="Код территории, за которую сдаются результаты; обычно своя.")
        parser.add_argument("--as", dest="login", help="От чьего имени; по умолчанию — от имени системы.")

    def handle(self, *, files: list[str], dry_run: bool, apply: bool, as_json: bool, **options: Any) -> None:
        if dry_run and apply:
            raise CommandError("Укажите одно из двух: --dry-run или --apply.")
        if not Procedure.objects.exists():
            load_procedures(written=procedure_catalogue(), actor=system_user(), now=timezone.now())
        try:
            actor = acting_user(options["login"])
            unit = _place(actor, options["unit"])
            given = {name: options[name] for name in ("procedure", "subject", "grade", "year")}
            hints = hints_from(unit=unit, **given)
        except (NoSuchPerson, HintError, YearError) as wrong:
            raise CommandError(str(wrong)) from wrong
        self.quiet, self.dry_run = as_json, dry_run
        found: dict[str, Any] = {}
        refused = []
        for path in map(Path, files):
            try:
                summary = self._import(path, unit, hints, actor)
            except (Refused, FileHasProblems, PermissionDenied) as wrong:
                self._complain(path.name, wrong)
                refused.append(path.name)
            else:
                found[path.name] = recognised(summary)
        if as_json:
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))
        if refused:
            raise CommandError(f"Не принято файлов: {len(refused)} из {len(files)} ({', '.join(refused)}).")

    def _import(self, path: Path, unit: Unit, hints: Hints, actor: User) -> dict[str, Any]:
        """Take one file, or only look at it, and return what was recognised."""
        bar = None if self.quiet else Bar(self.stdout)
        given = {"unit": unit, "hints": hints, "actor": actor, "now": timezone.now()}
        given |= {"file": ResultFile(path.name, _bytes(path)), "progress": bar or no_progress}
        try:
            if self.dry_run:
                summary = preview_file(**given)
                if summary["problems_total"]:
                    raise FileHasProblems(summary)
                said = "узнан, ничего не записано"
            else:
                load = import_file(**given)
                summary, said = load.summary, f"принят, загрузка № {load.pk}"
        except AlreadyLoaded as twin:
            summary, said = twin.load.summary, str(twin)
        finally:
            if bar:
                bar.close()
        if not self.quiet:
            self._say(path.name, summary, said)
        return summary

    def _say(self, name: str, summary: dict[str, Any], said: str) -> None:
        self.stdout.write(f"{name}: {said}")
        for part in summary["assessments"]:
            title = f"{part['procedure']}, {part['subject']}, {part['grade']} класс"
            people = sum(sums["n"] for sums in part["units"].values())
            schools = counted(len(part["units"]), "школа", "школы", "школ")
            self.stdout.write(
                f"  {title}, {format_academic_year(part['academic_year'])}: {schools}, участников {people}"
            )
        if summary["dropped_columns"]:
            self.stdout.write(f"  Не читались и не хранятся столбцы: {', '.join(summary['dropped_columns'])}.")
        for warning in summary["warnings"]:
            self.stdout.write(f"  Обратите внимание: {warning}")

    def _complain(self, name: str, wrong: Exception) -> None:
        if not isinstance(wrong, FileHasProblems):
            self.stderr.write(f"{name}: {wrong}")
            return
        problems, total = wrong.summary["problems"], wrong.summary["problems_total"]
        for one in problems[:_SHOWN]:
            sheet = f"лист «{one['sheet']}», " if one["sheet"] else ""
            column = f", столбец «{one['column']}»" if one["column"] else ""
            value = f", значение «{one['value']}»" if one["value"] else ""
            self.stderr.write(f"{name}: {sheet}строка {one['row']}{column}{value}: {one['what']} — {one['remedy']}.")
        if total > len(problems[:_SHOWN]):
            self.stderr.write(f"{name}: и ещё замечаний: {total - len(problems[:_SHOWN])}.")


def _place(actor: User, code: str | None) -> Unit:
    places = list(places_to_load(actor))
    if code is not None:
        found = Unit.objects.filter(code=code).first()
        if found is None:
            raise CommandError(f"Территории с кодом «{code}» нет: укажите код края (24) или муниципалитета, как 131.")
        return found
    if not places and actor.is_system:
        raise CommandError("Край ещё не заведён: выполните load_territory и import_schools.")
    if not places:
        raise CommandError(f"У пользователя «{actor.login}» нет права загружать результаты.")
    if len(places) > 1:
        listed = ", ".join(place.code for place in places)
        raise CommandError(f"Укажите --unit: за какую территорию сдаются результаты ({listed}).")
    return places[0]


def _bytes(path: Path) -> bytes:
    """Read a file from the disk, no more of it than may be taken. :raises Refused: if it cannot be read"""
    try:
        with path.open("rb") as source:
            return source.read(MAX_BYTES + 1)
    except OSError as missing:
        raise Refused(f"Файл «{path.name}» не прочитан с диска: проверьте, что он есть и доступен.") from missing
