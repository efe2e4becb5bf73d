"""What happened to a programme, from the trail of actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accounts.models import AuditEvent
from programmes.models import Programme

ACTIONS = {
    "programme.drafted": "Заведён черновик",
    "programme.corrected": "Исправлен черновик",
    "programme.submitted": "Подана на согласование",
    "programme.returned": "Возвращена на доработку",
    "programme.approved": "Утверждена",
    "programme.amended": "Изменена после утверждения",
    "programme.loaded": "Загружена из каталога",
    "programme.target_changed": "Изменена цель",
    "programme.target_settled": "Определено сравнение цели",
    "programme.target_set": "Поставлена цель",
    "programme.target_withdrawn": "Снята цель",
    "programme.row_rules": "Изменено, как складывается показатель",
    "programme.bands": "Изменён допуск",
    "programme.row_added": "Поставлен показатель",
    "programme.row_removed": "Убран показатель",
    "programme.row_chosen": "Выбрана строка",
    "programme.row_left": "Строка больше не выбрана",
    "programme.row_closed": "Закрыта строка",
    "programme.row_reopened": "Снова открыта строка",
    "programme.row_renamed": "Переименована строка",
}
FIELDS = {
    "title": "название",
    "starts_on": "начало",
    "ends_on": "окончание",
    "order": "документ",
    "status": "состояние",
    "target": "цель",
    "row": "строка",
    "rules": "показатель",
    "bands": "допуск",
}
CHANGING = frozenset(ACTIONS) - {
    "programme.drafted", "programme.corrected", "programme.submitted", "programme.returned", "programme.approved",
}  # fmt: skip


@dataclass(frozen=True)
class Happening:
    """One line of a programme's history: when, who, what, why, and which fields became what."""

    happened_at: datetime
    actor: str
    what: str
    reason: str
    changes: tuple[tuple[str, str, str], ...]
    is_after_approval: bool


def programme_history(programme: Programme) -> list[Happening]:
    """List what happened to a programme, newest first."""
    events = AuditEvent.objects.filter(target_kind=Programme._meta.label_lower, target_id=str(programme.pk))
    return [_line(event, programme) for event in events.order_by("-happened_at", "-pk")]


def _line(event: AuditEvent, programme: Programme) -> Happening:
    before, after = event.before or {}, event.after or {}
    changes = [
        (title, str(before.get(field, "")), str(after[field]))
        for field, title in FIELDS.items()
        if field in after and field != "status" and before.get(field, "") != after[field]
    ]
    approved_at = programme.approved_at
    return Happening(
        happened_at=event.happened_at,
        actor=event.actor_name,
        what=ACTIONS.get(event.action, event.action),
        reason=event.reason,
        changes=tuple(changes) if event.before else (),
        is_after_approval=bool(approved_at and event.action in CHANGING and event.happened_at > approved_at),
    )
