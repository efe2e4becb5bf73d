"""What the two commands that read files about schools have in common."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser, OutputWrapper
from django.utils import timezone

from accounts.services.people import NoSuchPerson, acting_user
from common.years import format_academic_year
from indicators.services.school_files import import_school_file
from jobs.registry import JobRefused
from schools.access import NotAllowed
from schools.services.files import FileRefused, Line, Plan, sentence
from schools.services.registry import UnitRefused

_PIECE = 1024 * 1024
_SHOWN = 50


def add_file_arguments(parser: CommandParser) -> None:
    """Add the arguments of both commands."""
    parser.add_argument("files", nargs="+", type=Path, metavar="ФАЙЛ")
    parser.add_argument("--apply", action="store_true", help="Записать; без этого только показать.")
    parser.add_argument("--dry-run", action="store_true", help="Только показать, что изменится (так и без ключей).")
    parser.add_argument("--json", action="store_true", dest="as_json", help="Вывести прочитанное в JSON.")
    parser.add_argument("--as", dest="login", help="Логин того, от чьего имени; по умолчанию — система.")


def read_at_once(
    path: Path,
    *,
    kind: str,
    year: int | None,
    out: OutputWrapper,
    apply: bool,
    dry_run: bool,
    login: str | None,
    **_options: Any,
) -> Plan:
    """Read a file, and take it if asked. :raises CommandError: with the sentence that says why not."""
    if apply and dry_run:
        raise CommandError("Ключи --apply и --dry-run спорят: оставьте один.")
    try:
        with path.open("rb") as file:
            plan = import_school_file(
                name=path.name,
                pieces=iter(lambda: file.read(_PIECE), b""),
                kind=kind,
                year=year,
                apply=apply,
                actor=acting_user(login),
                now=timezone.now(),
            )
    except OSError as missing:
        raise CommandError(f"Файл «{path}» не открывается: {missing.strerror}.") from missing
    except (FileRefused, JobRefused, UnitRefused, NotAllowed, NoSuchPerson) as refused:
        raise CommandError(f"{path.name}: {refused}") from refused
    for warning in plan.warnings:
        out.write(f"{path.name}: {warning}")
    for problem in plan.problems:
        sheet = f"лист «{problem['sheet']}», " if problem["sheet"] else ""
        out.write(
            f"{path.name}: {sheet}строка {problem['row']}, «{problem['column']}» = {problem['value']}: "
            f"{problem['what']} — {problem['remedy']}."
        )
    if plan.problems_total:
        raise CommandError(f"{path.name}: {sentence(plan)}")
    return plan


def print_plan(out: OutputWrapper, name: str, plan: Plan, *, applied: bool) -> None:
    """Print what a file does."""
    year = f", {format_academic_year(plan.academic_year)} учебный год" if plan.academic_year else ""
    out.write(f"{name}{year}")
    for title, lines in (
        ("Новые муниципалитеты", plan.opened),
        ("Добавить", plan.added),
        ("Изменить", plan.changed),
    ):
        if lines:
            out.write(f"  {title}: {len(lines)}")
            for line in lines[:_SHOWN]:
                out.write(f"    {_written(line)}")
            if len(lines) > _SHOWN:
                out.write(f"    … и ещё {len(lines) - _SHOWN}")
    out.write(f"  Без изменений: {plan.left}")
    if plan.is_empty:
        out.write("Ничего не изменилось: всё уже так и записано.")
    else:
        out.write("Записано." if applied else "Это предварительный просмотр: чтобы записать, добавьте --apply.")


def _written(line: Line) -> str:
    changes = "; ".join(f"{change.what}: {change.before or '—'} → {change.after}" for change in line.changes)
    return f"{line.code} {line.name}, {line.place}" + (f": {changes}" if changes else "")
