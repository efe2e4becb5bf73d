"""Changes of the network: written below, and a note is left for the years whose geography they change."""

from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from accounts.models import User
from indicators.selectors.bases import year_periods
from indicators.services.recalculation import EVERY_FACT, request_recalculation
from schools.models import UnitOperation
from schools.services.operation_files import JournalReport, apply_journal
from schools.services.operations import Asked, apply_operation
from schools.services.undoing import undo_operation


@transaction.atomic
def change_network(*, asked: Asked, actor: User, now: datetime) -> UnitOperation:
    """Do an operation. :raises UnitRefused: as `apply_operation` does."""
    operation = apply_operation(asked=asked, actor=actor, now=now)
    _leave_note(operation.on, operation.title, actor, now)
    return operation


@transaction.atomic
def change_network_back(*, operation: UnitOperation, reason: str, actor: User, now: datetime) -> UnitOperation:
    """Undo an operation. :raises CannotUndo: as `undo_operation` does."""
    undone = undo_operation(operation=operation, reason=reason, actor=actor, now=now)
    _leave_note(undone.on, f"отменено: {undone.title}", actor, now)
    return undone


@transaction.atomic
def change_network_by_file(*, path: Path, apply: bool, actor: User, now: datetime) -> JournalReport:
    """Do a journal of operations, or say what it would do. :raises JournalRefused: as `apply_journal` does."""
    report = apply_journal(path=path, actor=actor, now=now, apply=apply)
    if apply and report.done:
        first = UnitOperation.objects.order_by("-pk")[: len(report.done)]
        _leave_note(min(one.on for one in first), report.title, actor, now)
    return report


def _leave_note(on: date, reason: str, actor: User, now: datetime) -> None:
    """Years that were over before the day keep their geography, and so their numbers."""
    years = [int(period.code) for period in year_periods() if period.ends_on >= on]
    if years:
        reason = f"изменение сети: {reason}"
        request_recalculation(facts={EVERY_FACT}, years=years, actor=actor, now=now, reason=reason[:300])
