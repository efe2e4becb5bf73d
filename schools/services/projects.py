"""Projects from their file into the portal, and which organisations belong to them, from a day to a day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from accounts.services.audit import record
from common.russian import search_key, sort_key
from schools.access import NotAllowed, require
from schools.catalogue.projects import FILE, read_projects
from schools.enums import ORGANISATIONS
from schools.models import Membership, Project, Unit

FIRST_DAY = date(2000, 1, 1)


class MembershipRefused(ValueError):
    """An organisation cannot belong to a project so; the message is for the person."""


@dataclass(frozen=True)
class Stay:
    """What is said of one membership."""

    unit: Unit
    project: Project
    since: date
    until: date | None = None
    order: str = ""
    source: str = ""


@transaction.atomic
def load_projects(*, actor: User, now: datetime, path: Path = FILE) -> dict[str, list[str]]:
    """
    Load the projects of a file; loading it again changes nothing, and none is ever taken away.

    :raises CatalogueError: if the file is not well formed
    """
    if not actor.is_system:
        raise NotAllowed("Справочник проектов загружает только сама система.")
    report: dict[str, list[str]] = {"added": [], "changed": [], "left": []}
    known = {project.code: project for project in Project.objects.select_for_update()}
    for row in read_projects(path):
        keys = sorted({search_key(name) for name in (row.name, row.short_name, row.code, *row.names)})
        said = {
            "kind": row.kind,
            "name": row.name,
            "short_name": row.short_name,
            "document": row.document,
            "url": row.url,
            "keys": keys,
            "sort_key": sort_key(row.short_name)[:300],
        }
        project = known.get(row.code)
        before = {name: getattr(project, name) for name in said} if project else None
        if before == said:
            report["left"].append(row.code)
            continue
        project = project or Project(code=row.code)
        for name, value in said.items():
            setattr(project, name, value)
        project.save()
        record(actor=actor, action="project.loaded", target=project, now=now, before=before, after=said)
        report["changed" if before else "added"].append(row.code)
    return report


@transaction.atomic
def begin_membership(*, stay: Stay, actor: User, now: datetime) -> Membership:
    """
    Say that an organisation belongs to a project from a day on.

    :raises MembershipRefused: if it does already, was closed then, or the days are impossible
    """
    require(actor, Permission.UNIT_EDIT, at=stay.unit)
    Unit.objects.select_for_update(no_key=True).get(pk=stay.unit.pk)
    if problem := refusal_of(stay, now, list(Membership.objects.filter(unit=stay.unit, project=stay.project))):
        raise MembershipRefused(problem)
    membership = Membership.objects.create(
        unit=stay.unit,
        project=stay.project,
        since=stay.since,
        until=stay.until,
        order=stay.order.strip(),
        source=stay.source,
        entered_by=actor,
        entered_at=now,
    )
    record(actor=actor, action="membership.begun", target=membership, now=now, after=_said(membership))
    return membership


@transaction.atomic
def end_membership(*, membership: Membership, until: date, order: str = "", actor: User, now: datetime) -> Membership:
    """Say what the last day of a membership is. :raises MembershipRefused: if it has ended, or begins later."""
    locked = Membership.objects.select_for_update(of=("self",)).select_related("unit", "project").get(pk=membership.pk)
    require(actor, Permission.UNIT_EDIT, at=locked.unit)
    if locked.until is not None:
        raise MembershipRefused(f"{locked.unit}: участие в {locked.project} уже закончено {locked.until:%d.%m.%Y}.")
    if until < locked.since:
        raise MembershipRefused(
            f"{locked.unit}: участие в {locked.project} начато {locked.since:%d.%m.%Y}: последний день не раньше."
        )
    before = _said(locked)
    locked.until = until
    locked.order = "; ".join(filter(None, [locked.order, order.strip()]))[:300]
    locked.entered_by, locked.entered_at = actor, now
    locked.save(update_fields=["until", "order", "entered_by", "entered_at"])
    record(actor=actor, action="membership.ended", target=locked, now=now, before=before, after=_said(locked))
    return locked


@transaction.atomic
def drop_membership(*, membership: Membership, reason: str, actor: User, now: datetime) -> None:
    """Take away a membership that was entered by mistake. :raises MembershipRefused: if no reason is given."""
    locked = Membership.objects.select_for_update(of=("self",)).select_related("unit", "project").get(pk=membership.pk)
    require(actor, Permission.UNIT_EDIT, at=locked.unit)
    if not reason.strip():
        raise MembershipRefused("Не сказано, почему запись ошибочна: впишите причину.")
    record(
        actor=actor, action="membership.dropped", target=locked, now=now, before=_said(locked), reason=reason.strip()
    )
    locked.delete()


def refusal_of(stay: Stay, now: datetime, others: list[Membership]) -> str:
    """Say why a membership cannot be, or nothing; `others` are the organisation's memberships of the project."""
    unit, project = stay.unit, stay.project
    if unit.kind not in ORGANISATIONS:
        return f"{unit}: в проекте участвуют организации, а не территории."
    if not FIRST_DAY <= stay.since <= timezone.localdate(now) + timedelta(days=366):
        return f"{unit}: день {stay.since:%d.%m.%Y} невозможен: проверьте год."
    if stay.until is not None and stay.until < stay.since:
        return f"{unit}: последний день {stay.until:%d.%m.%Y} раньше первого, {stay.since:%d.%m.%Y}."
    if unit.closed_on is not None and stay.since > unit.closed_on:
        return f"{unit}: закрыта {unit.closed_on:%d.%m.%Y} и позже в проект не входит."
    for other in others:
        begins_before_its_end = other.until is None or stay.since <= other.until
        ends_after_its_beginning = stay.until is None or stay.until >= other.since
        if begins_before_its_end and ends_after_its_beginning:
            last = f" по {other.until:%d.%m.%Y}" if other.until else ""
            return f"{unit}: в {project} уже записана с {other.since:%d.%m.%Y}{last}; сроки не могут пересекаться."
    return ""


def _said(membership: Membership) -> dict[str, str | None]:
    return {
        "unit": membership.unit.code,
        "project": membership.project.code,
        "since": membership.since.isoformat(),
        "until": membership.until.isoformat() if membership.until else None,
        "order": membership.order,
    }
