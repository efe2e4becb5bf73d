"""Memberships in projects from a sheet: what it would begin and end, and doing it."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission
from accounts.services.audit import record
from common.russian import search_key
from jobs.models import Upload
from schools.enums import ORGANISATIONS
from schools.models import Membership, Project, Unit
from schools.selectors.directory import Directory, Unclear, directory
from schools.services.files import Change, Line, Plan, SchoolFile, check_applicable, plan_of, written
from schools.services.projects import Stay, refusal_of

HEADINGS = {
    "code": "Код ОО",
    "login": "Логин ФИС ОКО",
    "name": "Наименование",
    "municipality": "Муниципалитет",
    "municipality_code": "Код МСУ",
    "project": "Проект",
    "since": "С",
    "until": "По",
}
Kept = dict[tuple[int, int], list[Membership]]


@transaction.atomic
def import_memberships(*, file: SchoolFile, upload: Upload, actor: User, now: datetime, apply: bool) -> Plan:
    """
    Say which memberships a sheet would begin and end and, with `apply`, do it whole.

    A row that is written already is left; one that only adds a last day ends what runs.

    :raises FileRefused: if it is to be applied and something is wrong in it
    """
    plan = plan_of(file)
    visible = Unit.objects.visible_to(actor, Permission.UNIT_EDIT)
    known = directory(visible.filter(kind__in=ORGANISATIONS, school__isnull=False).select_related("school", "parent"))
    projects = {key: project for project in Project.objects.all() for key in project.keys}
    kept: Kept = defaultdict(list)
    for membership in Membership.objects.filter(unit__in=known.by_key).select_related("project"):
        kept[membership.unit_id, membership.project_id].append(membership)
    begun: list[Membership] = []
    ended: list[Membership] = []
    for row in file.rows:
        drafted = _drafted(row, plan, known, projects, kept, now, f"{upload.name}, строка {row['row']}")
        if drafted is not None:
            (ended if drafted.pk else begun).append(drafted)
    if apply:
        check_applicable(plan)
        for membership in (*begun, *ended):
            membership.entered_by, membership.entered_at = actor, now
        Membership.objects.bulk_create(begun, batch_size=1000)
        Membership.objects.bulk_update(ended, ["until", "order", "entered_by", "entered_at"], batch_size=1000)
        record(actor=actor, action="memberships.imported", target=upload, now=now, after=written(plan, upload))
    return plan


def _drafted(
    row: dict[str, Any],
    plan: Plan,
    known: Directory,
    projects: Mapping[str, Project],
    kept: Kept,
    now: datetime,
    source: str,
) -> Membership | None:
    """Plan one row: a membership to be written, or None where nothing is to be done or something is wrong."""
    unit = known.whom(row, what="организация")
    project = projects.get(search_key(row["project"]))
    if isinstance(unit, Unclear):
        plan.problem(row, HEADINGS[unit.role], str(row.get(unit.role, "")), unit.what, unit.remedy)
        return None
    if project is None:
        names = ", ".join(sorted({one.short_name for one in projects.values()})) or "справочник пуст"
        plan.problem(row, HEADINGS["project"], row["project"], "такого проекта нет", f"бывает: {names}")
        return None
    if not row["since"]:
        return None  # noted by the reading
    since, until = date.fromisoformat(row["since"]), date.fromisoformat(row["until"]) if row["until"] else None
    place = unit.parent.short_name
    others = kept[unit.pk, project.pk]
    same = next((one for one in others if one.since == since), None)
    if same is not None and (same.until == until or until is None):
        plan.left += 1
        return None
    if same is not None and same.until is None and until is not None and until >= since:
        same.until, same.order = until, row["order"] or same.order
        change = Change("последний день", "", f"{until:%d.%m.%Y}")
        plan.changed.append(Line(unit.code, f"{unit.short_name}: {project}", place, row["row"], (change,)))
        plan.unit_ids.add(unit.pk)
        return same
    stay = Stay(unit, project, since, until, row["order"], source[:300])
    if problem := refusal_of(stay, now, others):
        plan.problem(row, HEADINGS["since"], f"{since:%d.%m.%Y}", problem, "исправьте срок или уберите строку")
        return None
    membership = Membership(
        unit=unit, project=project, since=since, until=until, order=row["order"], source=stay.source
    )
    others.append(membership)
    plan.added.append(Line(unit.code, f"{unit.short_name}: {project} с {since:%d.%m.%Y}", place, row["row"]))
    plan.unit_ids.add(unit.pk)
    return membership
