"""What the broker's messages set going in monitoring."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from monitoring.services import reading


@shared_task(name="monitoring.sweep_staging", ignore_result=True)
def sweep_staging(**_future: Any) -> None:
    """Erase rows that nobody waits for. Safe to run twice."""
    reading.sweep_staging(now=timezone.now())
