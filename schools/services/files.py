"""
Files about schools: handing them in and reading them in the confined child.

A file is read twice, for the preview and again when it is applied: what is applied is what the register needs then, not
what it needed when the preview was made. Between the two its bytes wait encrypted.
"""

import shutil
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from common.russian import counted
from common.spreadsheets.child import Limits, run_child
from common.spreadsheets.gate import Refused, judge
from jobs.models import Upload
from jobs.services.uploads import read_upload

PARSER = "schools.layouts"
LIMITS = Limits(memory=1024**3, cpu=40, wall=60, written=200 * 1024**2)


class FileRefused(ValueError):
    """The file cannot be taken; the message is one sentence for the person."""


@dataclass(frozen=True)
class SchoolFile:
    """What a file says: `kind` is «register», «passports» or «memberships»."""

    kind: str
    rows: list[dict[str, Any]]
    academic_year: int | None = None
    problems: list[dict[str, Any]] = field(default_factory=list)
    problems_total: int = 0
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Change:
    """One thing of a school that a file says otherwise."""

    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    """One school, or municipality, that a file adds or changes."""

    code: str
    name: str
    place: str
    row: int
    changes: tuple[Change, ...] = ()


@dataclass
class Plan:
    """What a file would do, and what keeps it from being done."""

    kind: str
    academic_year: int | None = None
    opened: list[Line] = field(default_factory=list)  # municipalities that the register did not know
    added: list[Line] = field(default_factory=list)
    changed: list[Line] = field(default_factory=list)
    left: int = 0
    problems: list[dict[str, Any]] = field(default_factory=list)
    problems_total: int = 0
    warnings: list[str] = field(default_factory=list)
    unit_ids: set[int] = field(default_factory=set)  # what was added or changed
    figures: dict[str, list[int | None]] = field(default_factory=dict)  # of passports, by the code of the school

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be written."""
        return not (self.opened or self.added or self.changed)

    def problem(self, row: dict[str, Any], column: str, value: str, what: str, remedy: str) -> None:
        """Note what keeps a row from being taken."""
        self.problems_total += 1
        if len(self.problems) < 500:
            where = {"sheet": row["sheet"], "row": row["row"], "column": column, "value": value or "пусто"}
            self.problems.append({**where, "what": what, "remedy": remedy})


def plan_of(file: SchoolFile) -> Plan:
    """Return an empty plan with what the reading found."""
    return Plan(
        kind=file.kind,
        academic_year=file.academic_year,
        problems=list(file.problems),
        problems_total=file.problems_total,
        warnings=list(file.warnings),
    )


def read_file(*, upload: Upload, kind: str | None = None, year: int | None = None) -> SchoolFile:
    """
    Read a file that was handed in.

    :raises FileRefused: if it is not a table of schools, or not of the kind that was expected
    """
    staging = Path(settings.DATA_DIR) / "staging" / f"schools-{uuid.uuid4().hex}"
    data = read_upload(upload)
    options = {"name": upload.name, "kind": kind, "year": year}
    try:
        judge(data, upload.name)
        found = run_child(PARSER, data=data, options=options, staging=staging, limits=LIMITS)
    except Refused as refused:
        raise FileRefused(str(refused)) from refused
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return SchoolFile(
        kind=found["kind"],
        rows=found["rows"],
        academic_year=found["year"],
        problems=found["problems"],
        problems_total=found["problems_total"],
        warnings=found["warnings"],
    )


def sentence(plan: Plan, *, is_done: bool = False) -> str:
    """Say in one sentence what a file would do, or did."""
    if plan.problems_total:
        return f"Ошибок: {plan.problems_total}; файл не принят, пока они не исправлены."
    if plan.is_empty:
        return f"Менять нечего: всё уже так и записано ({counted(plan.left, 'строка', 'строки', 'строк')})."
    opened = f"муниципалитетов {len(plan.opened)}, " if plan.opened else ""
    what = {"passports": "паспортов", "memberships": "участий в проектах"}.get(plan.kind, "школ")
    add, change = ("Добавлено", "изменено") if is_done else ("Добавить", "изменить")
    return f"{add}: {opened}{what} {len(plan.added)}; {change}: {len(plan.changed)}; без изменений: {plan.left}."


def check_applicable(plan: Plan) -> None:
    """:raises FileRefused: if the plan has problems; a file is taken whole or not at all"""
    if plan.problems_total:
        first = plan.problems[0]
        sheet = f"лист «{first['sheet']}», " if first["sheet"] else ""
        others = f" Всего ошибок: {plan.problems_total}." if plan.problems_total > 1 else ""
        raise FileRefused(
            f"Файл не принят, {sheet}строка {first['row']}, «{first['column']}»: {first['what']} "
            f"({first['value']}) — {first['remedy']}.{others}"
        )


def written(plan: Plan, upload: Upload) -> dict[str, Any]:
    """Return what the trail says of a file that was taken."""
    return {
        "sha256": upload.sha256,
        "opened": len(plan.opened),
        "added": len(plan.added),
        "changed": len(plan.changed),
        "left": plan.left,
    }
