"""
A catalogue into the database: what is new is added, what differs is changed, the rest is left; said before it is done.

Nothing that people wrote since is deleted: what the catalogue no longer has is named and kept.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import AuditEvent, User
from accounts.permissions import Permission
from common.russian import search_key
from documents.enums import DocumentKind
from documents.models import Document
from programmes.catalogue import ProgrammeRecord
from programmes.enums import ProgrammeKind, ProgrammeStatus, SectionPart
from programmes.models import Direction, Goal, PassportSection, Programme
from programmes.services.load_report import LoadReport, label_of, named, put, said
from schools.access import require
from schools.models import Unit

AMENDED = ("title", "starts_on", "ends_on")  # what an order of amendment changes in the portal


class UnitMissing(ValueError):
    """The unit of the programme is not in the tree; the message is for the person."""


class OlderVersion(ValueError):
    """A newer version of the catalogue has been loaded already; the message is for the person."""


class SameVersion(ValueError):
    """The portal has the same version of the catalogue with another content; the message is for the person."""


@transaction.atomic
def load_text(*, source: ProgrammeRecord, actor: User, now: datetime, report: LoadReport) -> Programme:
    """
    Load a programme with its passport, chapters, directions, goals and tasks.

    :raises UnitMissing: if the territory has not been loaded yet
    :raises OlderVersion: if the portal has a newer version of the catalogue
    """
    unit = Unit.objects.filter(code=source.unit).first()
    if unit is None:
        raise UnitMissing(f"Территории с кодом {source.unit} нет. Сначала загрузите её: manage.py load_territory.")
    require(actor, Permission.PROGRAMME_EDIT, at=unit)
    programme = _programme(source, unit, actor, now, report)
    for number, section in enumerate(source.passport, start=1):
        _section(programme, SectionPart.PASSPORT, number, section.title, section.items, report, section.slip)
    for chapter in source.chapters:
        items = [f"{title}: {item}" for title, group in chapter.groups for item in group]
        _section(programme, SectionPart.CHAPTER, chapter.number, chapter.title, items, report)
    for number, (place, text) in enumerate(source.notes, start=1):
        _section(programme, SectionPart.NOTE, number, place, [text], report)
    abbreviations = [f"{short} — {full}" for short, full in source.abbreviations.items()]
    if abbreviations:
        _section(programme, SectionPart.ABBREVIATIONS, 1, "Сокращения", abbreviations, report)
    for direction in source.directions:
        put(
            report,
            "направления",
            str(direction.number),
            Direction,
            {"programme": programme, "number": direction.number},
            {
                "label": direction.label,
                "title": direction.title,
                "short_title": direction.short,
                "slip": direction.slip,
            },
        )
    _goals(programme, source, report)
    _name_left(programme, source, report)
    return programme


def _programme(source: ProgrammeRecord, unit: Unit, actor: User, now: datetime, report: LoadReport) -> Programme:
    document = _document(source, unit, actor, now, report)
    standing = Programme.objects.filter(code=source.code).first()
    if standing is not None and _parts(standing.version) > _parts(source.version):
        raise OlderVersion(
            f"«{source.short_title}»: в портале версия {standing.version}, а в пакете — {source.version}, старше её. "
            "Загрузите пакет не старше того, что в портале."
        )
    values = {
        "version": source.version,
        "fingerprint": source.fingerprint,
        "kind": ProgrammeKind(source.kind),
        "unit": unit,
        "title": source.title,
        "short_title": source.short_title,
        "search_key": search_key(f"{source.short_title} {source.title}")[:800],
        "starts_on": source.starts_on,
        "ends_on": source.ends_on,
    }
    if source.approval.approved_on is not None:
        values |= {
            "status": ProgrammeStatus.APPROVED,
            "approved_on": source.approval.approved_on,
            "document": document,
        }
    if standing is not None:
        values = _as_amended(standing, values, report)
    programme = put(report, "программа", source.short_title, Programme, {"code": source.code}, values)
    if programme.approved_at is None and source.approval.approved_on is not None:
        programme.approved_at, programme.approved_by = now, actor
        programme.save(update_fields=["approved_at", "approved_by"])
    return programme


def other_content(source: ProgrammeRecord) -> str:
    """Say that the portal has this very version with another content; empty where it has not, or nobody knows."""
    standing = Programme.objects.filter(code=source.code, version=source.version).exclude(fingerprint="").first()
    if standing is None or not source.fingerprint or standing.fingerprint == source.fingerprint:
        return ""
    told = f"«{source.short_title}»: версия {source.version} уже загружена с другим содержанием"
    if source.is_shipped:
        return f"{told}: каталог изменился вместе с программой портала."
    return f"{told}. Чтобы загрузить изменения, поднимите version в programme.yaml."


def _as_amended(standing: Programme, values: dict[str, Any], report: LoadReport) -> dict[str, Any]:
    """What a load may write over a programme: its title and term stay if people have amended them by an order."""
    amended = AuditEvent.objects.filter(
        action="programme.amended", target_kind=Programme._meta.label_lower, target_id=str(standing.pk)
    )
    differing = [name for name in AMENDED if getattr(standing, name) != values[name]]
    if not differing or not amended.exists():
        return values
    for name in differing:
        column = Programme._meta.get_field(name)
        both = f"в портале {said(column, getattr(standing, name))}, в пакете {said(column, values[name])}"
        report.decide("программа", f"{label_of(column)}: {both}")
    return {name: value for name, value in values.items() if name not in (*AMENDED, "search_key")}


def _parts(version: str) -> list[int]:
    return [int(part) for part in version.split(".") if part]


def _document(source: ProgrammeRecord, unit: Unit, actor: User, now: datetime, report: LoadReport) -> Document | None:
    """The document behind a programme; a text without requisites stays a draft until somebody approves it."""
    approval = source.approval
    if approval.approved_on is None:
        return None
    key = {"unit": unit, "kind": DocumentKind.PROGRAMME, "title": source.title, "dated_on": approval.approved_on}
    found = Document.objects.filter(**key).first()
    report.note("документ", source.short_title, "left" if found else "added")
    return found or Document.objects.create(**key, number=approval.number, filed_by=actor, filed_at=now)


def _section(
    programme: Programme,
    part: SectionPart,
    number: int,
    title: str,
    items: Iterable[str],
    report: LoadReport,
    slip: str = "",
) -> None:
    put(
        report,
        f"текст: {part.label}",
        title,
        PassportSection,
        {"programme": programme, "part": part, "number": number},
        {"title": title, "items": list(items), "slip": slip},
    )


def _goals(programme: Programme, source: ProgrammeRecord, report: LoadReport) -> None:
    for goal in source.goals:
        key = {"programme": programme, "parent": None, "number": goal.number}
        row = put(report, "цели программы", str(goal.number), Goal, key, {"text": goal.text, "slip": goal.slip})
        for task in goal.tasks:
            key = {"programme": programme, "parent": row, "number": task.number}
            put(report, "задачи", str(task.number), Goal, key, {"text": task.text, "slip": task.slip})


def _name_left(programme: Programme, source: ProgrammeRecord, report: LoadReport) -> None:
    """Name the text that an earlier version had and this one has not."""
    written = {(SectionPart.PASSPORT, number) for number in range(1, 1 + len(source.passport))}
    written |= {(SectionPart.CHAPTER, chapter.number) for chapter in source.chapters}
    written |= {(SectionPart.NOTE, number) for number in range(1, 1 + len(source.notes))}
    written |= {(SectionPart.ABBREVIATIONS, 1)} if source.abbreviations else set()
    sections = [each for each in programme.sections.all() if (each.part, each.number) not in written]
    report.keep("текст", (f"{each.get_part_display()}: {each.title}" for each in sections))
    numbers = [each.number for each in source.directions]
    report.keep("направления", (str(each) for each in programme.directions.exclude(number__in=numbers)))
    goals = {(None, goal.number) for goal in source.goals}
    goals |= {(goal.number, task.number) for goal in source.goals for task in goal.tasks}
    standing = programme.goals.select_related("parent")
    gone = [each for each in standing if (each.parent and each.parent.number, each.number) not in goals]
    report.keep("цели и задачи", (named(each.text, str(each.number)) for each in gone))
