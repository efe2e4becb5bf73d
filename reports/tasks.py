"""What the broker's messages set going in reports."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from reports.services import retention


@shared_task(name="reports.erase_old_files", ignore_result=True)
def erase_old_files(**_future: Any) -> None:
    """Erase files that are kept no longer. Safe to run twice."""
    retention.erase_old_files(now=timezone.now())
    retention.erase_leftovers(now=timezone.now())
