"""The trail of who did what. Written in the transaction of what was done, and never changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.db.models import Model

from accounts.models import AuditEvent, User
from common.faults import fault
from common.session_facts import facts

UNKNOWN = "неизвестный"
_gathered: ContextVar[list[AuditEvent] | None] = ContextVar("events that are written together", default=None)


@contextmanager
def written_together() -> Iterator[None]:
    """
    Write the events of the block in one statement at its end.

    For blocks of hundreds of entries. It stands inside the transaction of what is done: if that fails, nothing is left.
    """
    if _gathered.get() is not None:
        yield
        return
    events: list[AuditEvent] = []
    token = _gathered.set(events)
    try:
        yield
    finally:
        _gathered.reset(token)
    AuditEvent.objects.bulk_create(events, batch_size=1000)


def record(
    *,
    actor: User,
    action: str,
    target: Model,
    now: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    """
    Write one event, such as `programme.approved`, about a saved object.

    Whom the actor substitutes, as `schools.access.require` has found, stands with the reason.
    """
    fault("audit.recording")
    unit = getattr(target, "unit", None)
    _write(
        actor,
        action=action,
        now=now,
        target_kind=target._meta.label_lower,
        target_id=str(target.pk),
        target_title=str(target),
        unit_path=getattr(unit, "path", "") or getattr(target, "path", "") or "",
        reason=reason,
        before=before,
        after=after,
    )
    fault("audit.recorded")


def record_export(
    *, actor: User, action: str, title: str, unit_path: str, after: dict[str, Any], now: datetime
) -> None:
    """Write that somebody took data out of the portal: which file or list, by which address."""
    _write(actor, action=action, now=now, target_kind="file", target_title=title, unit_path=unit_path, after=after)


def record_unknown(
    *, action: str, target_kind: str, now: datetime, reason: str = "", after: dict[str, Any] | None = None
) -> None:
    """Write an event of somebody whom the portal does not know; what they typed is not kept."""
    _write(None, action=action, now=now, target_kind=target_kind, target_title=UNKNOWN, reason=reason, after=after)


def _write(
    actor: User | None,
    *,
    action: str,
    now: datetime,
    target_kind: str,
    target_title: str,
    target_id: str = "",
    unit_path: str = "",
    reason: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Write an event now, or with the others of its block; whom the actor substitutes stands with the reason."""
    event = AuditEvent(
        happened_at=now,
        actor_id=actor.pk if actor else None,
        actor_name=actor.full_name or actor.login if actor else UNKNOWN,
        action=action,
        target_kind=target_kind,
        target_id=target_id,
        target_title=target_title[:300],
        unit_path=unit_path,
        via=facts().door,
        request=facts().request,
        reason="; ".join(filter(None, [reason, getattr(actor, "acting_for", "")])),
        before=before,
        after=after,
    )
    events = _gathered.get()
    if events is None:
        event.save(force_insert=True)
    else:
        events.append(event)
