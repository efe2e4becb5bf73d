"""Social passports of schools: a year from a file, or one school's year from a form."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from accounts.services.audit import record
from common.years import academic_year_of, format_academic_year
from jobs.models import Upload
from schools.access import require
from schools.enums import Kind
from schools.models import SchoolYear, Unit
from schools.selectors.directory import Directory, Unclear, directory
from schools.services.files import Change, Line, Plan, SchoolFile, check_applicable, plan_of, written
from schools.services.register_import import HEADINGS

FIGURES = tuple(
    field.name
    for field in SchoolYear._meta.fields
    if field.get_internal_type() == "PositiveIntegerField" and field.name != "source_row"
)
PARTS = FIGURES[1:8]  # parts of the pupils
LABELS = {name: str(SchoolYear._meta.get_field(name).verbose_name) for name in FIGURES}
FORM = "форма портала"
MOST = 20_000


class PassportRefused(ValueError):
    """The figures cannot be those of a school; the messages are for the person, by field."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = dict(problems)


class ChangedMeanwhile(Exception):
    """Somebody else has saved the passport since it was shown."""

    def __init__(self, kept: SchoolYear) -> None:
        super().__init__(f"Паспорт уже изменён: {kept.entered_by}.")
        self.kept = kept


@transaction.atomic
def enter_passport(
    *,
    unit: Unit,
    academic_year: int,
    values: Mapping[str, int | None],
    seen_at: datetime | None,
    actor: User,
    now: datetime,
) -> SchoolYear:
    """
    Write the passport of one school for one year; a figure that is None is unknown.

    `seen_at` is when the passport that the person was shown had been written, None if there was none.

    :raises PassportRefused: if a figure is impossible, or the year is ahead
    :raises ChangedMeanwhile: if somebody has written it since
    """
    require(actor, Permission.PASSPORT_EDIT, at=unit)
    figures = {name: values.get(name) for name in FIGURES}
    if problems := problems_of(figures, academic_year, now):
        raise PassportRefused(problems)
    kept = SchoolYear.objects.select_for_update().filter(unit=unit, academic_year=academic_year).first()
    if (kept.entered_at if kept else None) != seen_at:
        raise ChangedMeanwhile(kept) if kept else PassportRefused({"pupils": "Паспорт удалён: откройте форму заново."})
    before = {name: getattr(kept, name) for name in FIGURES} if kept else None
    passport = kept or SchoolYear(unit=unit, academic_year=academic_year)
    for name, value in figures.items():
        setattr(passport, name, value)
    passport.entered_by, passport.entered_at = actor, now
    passport.source, passport.source_row, passport.upload_id = FORM, None, None
    passport.save()
    record(actor=actor, action="passport.entered", target=passport, now=now, before=before, after=figures)
    return passport


def problems_of(figures: Mapping[str, int | None], academic_year: int, now: datetime) -> dict[str, str]:
    """Return what is impossible in the figures of a passport, by field, each with how to mend it."""
    problems: dict[str, str] = {}
    if not 2000 <= academic_year <= academic_year_of(timezone.localdate(now)):
        problems["pupils"] = f"{format_academic_year(academic_year)} учебный год ещё не начался: выберите другой."
    pupils = figures.get("pupils")
    for name, value in figures.items():
        if value is not None and not 0 <= value <= MOST:
            problems[name] = f"От 0 до {MOST}: проверьте число."
        elif name in PARTS and value is not None and pupils is not None and value > pupils:
            problems[name] = f"Больше, чем обучающихся всего ({pupils}): проверьте оба числа."
    return problems


@transaction.atomic
def import_passports(*, file: SchoolFile, upload: Upload, actor: User, now: datetime, apply: bool) -> Plan:
    """
    Say what a file of social passports would do and, with `apply`, do it whole. An empty cell leaves what is known.

    :raises FileRefused: if it is to be applied and something is wrong in it
    """
    plan = plan_of(file)
    year = file.academic_year
    if year > academic_year_of(timezone.localdate(now)):
        year_text = format_academic_year(year)
        plan.problem({"sheet": "", "row": 1}, "учебный год", year_text, "этот год ещё не начался", "исправьте год")
    visible = Unit.objects.visible_to(actor, Permission.PASSPORT_EDIT)
    schools = visible.filter(kind=Kind.SCHOOL, school__isnull=False).select_related("school", "parent")
    known = directory(schools)
    kept = {each.unit_id: each for each in SchoolYear.objects.filter(academic_year=year, unit__in=known.by_key)}
    passports = _drafted(file, plan, known, kept)
    if apply:
        check_applicable(plan)
        _write(passports, upload, actor, now)
        after = {**written(plan, upload), "academic_year": year}
        record(actor=actor, action="passports.imported", target=upload, now=now, after=after)
    return plan


def _drafted(
    file: SchoolFile, plan: Plan, known: Directory, kept: dict[int, SchoolYear]
) -> list[tuple[SchoolYear, dict[str, Any]]]:
    passports: list[tuple[SchoolYear, dict[str, Any]]] = []
    seen: dict[int, int] = {}
    for row in file.rows:
        unit = known.whom(row, what="школа")
        if isinstance(unit, Unclear):
            plan.problem(row, HEADINGS[unit.role], str(row.get(unit.role, "")), unit.what, unit.remedy)
            continue
        if unit.pk in seen:
            plan.problem(row, HEADINGS["code"], unit.code, f"школа уже есть в строке {seen[unit.pk]}", "уберите строку")
            continue
        seen[unit.pk] = row["row"]
        plan.figures[unit.code] = [row["values"].get(name) for name in FIGURES]
        old = kept.get(unit.pk)
        changes = _changes(old, row["values"])
        line = Line(unit.code, unit.short_name, unit.parent.short_name, row["row"], changes)
        if old is not None and not changes:
            plan.left += 1
            continue
        (plan.changed if old else plan.added).append(line)
        plan.unit_ids.add(unit.pk)
        passports.append((old or SchoolYear(unit=unit, academic_year=file.academic_year), row))
    return passports


def _changes(old: SchoolYear | None, values: Mapping[str, int]) -> tuple[Change, ...]:
    if old is None:
        return ()
    differ = [(name, getattr(old, name), value) for name, value in values.items() if getattr(old, name) != value]
    return tuple(Change(LABELS[name], "" if was is None else str(was), str(value)) for name, was, value in differ)


def _write(passports: list[tuple[SchoolYear, dict[str, Any]]], upload: Upload, actor: User, now: datetime) -> None:
    rows = []
    for passport, row in passports:
        for name, value in row["values"].items():
            setattr(passport, name, value)
        passport.entered_by, passport.entered_at = actor, now
        passport.upload_id, passport.source_row = upload.pk, row["row"]
        passport.source = f"{upload.name}, лист «{row['sheet']}»" if row["sheet"] else upload.name
        passport.pk = None
        rows.append(passport)
    names = [*FIGURES, "entered_by", "entered_at", "upload_id", "source", "source_row"]
    SchoolYear.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["unit", "academic_year"], update_fields=names, batch_size=1000
    )
