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
READ = 1000  # a season of approvals is one line
MANY = 2

# Action → what one is called, the words of many, the page of one, the list of many and what it is narrowed by.
# The first group is told to those below its place too.
TOLD_BELOW: dict[str, tuple[str, tuple[str, str, str], str, str, str]] = {
    "school_list.approved": (
        "Утверждён {title}",
        ("список школ утверждён", "списка школ утверждены", "списков школ утверждено"),
        "monitoring:list",
        "monitoring:list-list",
        "",
    ),
    "identification.run": (
        "Проведена идентификация, {title}",
        ("идентификация проведена", "идентификации проведены", "идентификаций проведено"),
        "monitoring:run",
        "monitoring:run-list",
        "",
    ),
}
TOLD = TOLD_BELOW | {
    "programme.approved": (
        "Утверждена программа: {title}",
        ("программа утверждена", "программы утверждены", "программ утверждено"),
        "programmes:programme",
        "programmes:register",
        "status=approved&sort=-approved",
    ),
    "programme.amended": (
        "Изменена программа: {title}",
        ("программа изменена", "программы изменены", "программ изменено"),
        "programmes:programme",
        "programmes:register",
        "",
    ),
    "load.accepted": (
        "Приняты результаты, {title}",
        ("файл результатов принят", "файла результатов приняты", "файлов результатов принято"),
        "monitoring:load",
        "monitoring:load-list",
        "",
    ),
    "load.undone": (
        "Отменена {title}",
        ("загрузка отменена", "загрузки отменены", "загрузок отменено"),
        "monitoring:load",
        "monitoring:load-list",
        "",
    ),
}


@dataclass(frozen=True)
class Change:
    """What happened: one thing with its page, or many of one sort with their list."""

    on: date
    text: str
    page: str = ""
    key: str = ""
    query: str = ""


def changes(*, unit: Unit) -> list[Change]:
    """List what has happened lately at a place and below it, and what was decided above for everybody, newest first."""
    here = ExpressionWrapper(Value(unit.path), output_field=CharField())
    near = Q(unit_path__startswith=unit.path, action__in=TOLD)
    near |= Q(here__startswith=F("unit_path"), action__in=TOLD_BELOW) & ~Q(unit_path="")
    events = AuditEvent.objects.alias(here=here).filter(near).order_by("-happened_at", "-pk")
    rows = events.values_list("happened_at", "action", "target_title", "target_id")[:READ]
    told: list[Change] = []
    for action, same in groupby(rows, key=lambda row: row[1]):
        told += _told(action, list(same))
        if len(told) >= SHOWN:
            break
    return told[:SHOWN]


def _told(action: str, rows: list[tuple]) -> list[Change]:
    one, many, page, list_page, query = TOLD[action]
    last, first = timezone.localdate(rows[0][0]), timezone.localdate(rows[-1][0])
    if len(rows) > MANY:
        since = "" if first == last else f", начиная с {first:%d.%m.%Y}"
        return [Change(last, f"{counted(len(rows), *many)}{since}", list_page, "", query)]
    return [Change(timezone.localdate(at), one.format(title=title), page, key) for at, _, title, key in rows]
