"""What has happened lately, told from the trail of actions; who did it is told by the journal alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db.models import CharField, ExpressionWrapper, F, Q, Value
from django.utils import timezone

from accounts.models import AuditEvent
from common.russian import counted
from schools.models import Unit

SHOWN = 10
READ = 400  # a day of approvals is one line
MANY = 2

# Action → what one is called, the words of many, the page of one. The first group is told above its place too.
TOLD_BELOW: dict[str, tuple[str, tuple[str, str, str], str]] = {
    "school_list.approved": ("Утверждён {title}", ("список школ", "списка школ", "списков школ"), "monitoring:list"),
    "identification.run": (
        "Проведена идентификация, {title}",
        ("идентификация", "идентификации", "идентификаций"),
        "monitoring:run",
    ),
}
TOLD = TOLD_BELOW | {
    "programme.approved": (
        "Утверждена программа: {title}",
        ("программа утверждена", "программы утверждены", "программ утверждено"),
        "programmes:programme",
    ),
    "programme.amended": (
        "Изменена программа: {title}",
        ("программа изменена", "программы изменены", "программ изменено"),
        "programmes:programme",
    ),
    "load.accepted": (
        "Приняты результаты, {title}",
        ("файл результатов принят", "файла результатов приняты", "файлов результатов принято"),
        "monitoring:load",
    ),
    "load.undone": (
        "Отменена {title}",
        ("загрузка отменена", "загрузки отменены", "загрузок отменено"),
        "monitoring:load",
    ),
}


@dataclass(frozen=True)
class Change:
    """What happened on a day: one thing with its page, or many of one sort."""

    on: date
    text: str
    page: str = ""
    key: str = ""


def changes(*, unit: Unit) -> list[Change]:
    """List what has happened lately at a place and below it, and what was decided above for everybody, newest first."""
    here = ExpressionWrapper(Value(unit.path), output_field=CharField())
    near = Q(unit_path__startswith=unit.path, action__in=TOLD)
    near |= Q(here__startswith=F("unit_path"), action__in=TOLD_BELOW) & ~Q(unit_path="")
    events = AuditEvent.objects.alias(here=here).filter(near).order_by("-happened_at", "-pk")
    rows = events.values_list("happened_at", "action", "target_title", "target_id")[:READ]
    days = groupby(rows, key=lambda row: (timezone.localdate(row[0]), row[1]))
    told: list[Change] = []
    for (day, action), same in days:
        told += _told(day, action, list(same))
        if len(told) >= SHOWN:
            break
    return told[:SHOWN]


def _told(day: date, action: str, rows: list[tuple]) -> list[Change]:
    one, many, page = TOLD[action]
    if len(rows) > MANY:
        return [Change(day, counted(len(rows), *many).capitalize())]
    return [Change(day, one.format(title=title), page, key) for _, _, title, key in rows]
