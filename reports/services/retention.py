"""How long files of reports are kept: they are made again at any time, from what the portal knows by then."""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from reports.models import ReportOrder

_AT_ONCE = 500
_BEING_WRITTEN = timedelta(days=1)  # a file that a killed worker left half written is of nobody any more


def erase_old_files(*, now: datetime) -> int:
    """
    Erase files of reports that were made longer ago than they are kept; the orders stay. Return how many.

    The row says so first, so that a page never offers a file that is gone; a file that outlives a crash in between is
    found by the next sweep.
    """
    last = now - timedelta(days=settings.REPORT_FILES_KEPT_DAYS)
    old = ReportOrder.objects.filter(file_erased_at=None, job__finished_at__lt=last).exclude(file_sha256="")
    with transaction.atomic():
        orders = list(old.select_for_update(of=("self",), skip_locked=True)[:_AT_ONCE])
        ReportOrder.objects.filter(pk__in=[order.pk for order in orders]).update(file_erased_at=now)
    for order in orders:
        order.path.unlink(missing_ok=True)
    return len(orders)


def erase_leftovers(*, now: datetime) -> int:
    """Erase what lies among the files and belongs to no order that has a file. Return how many."""
    folder = Path(settings.DATA_DIR) / "files"
    aged = [path for path in folder.glob("*") if _is_older(path, now)] if folder.is_dir() else []
    kept = ReportOrder.objects.filter(file_erased_at=None).exclude(file_sha256="")
    names = {f"{pk}.{file_format}" for pk, file_format in kept.values_list("pk", "format")} if aged else set()
    leftovers = [path for path in aged if path.name not in names]
    for path in leftovers:
        path.unlink(missing_ok=True)
    return len(leftovers)


def _is_older(path: Path, now: datetime) -> bool:
    try:
        return path.is_file() and now.timestamp() - path.stat().st_mtime > _BEING_WRITTEN.total_seconds()
    except FileNotFoundError:
        return False
