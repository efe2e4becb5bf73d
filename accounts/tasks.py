"""What beat sets going among accounts."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from accounts.services import limits, sessions


@shared_task(name="accounts.sweep", ignore_result=True)
def sweep(**_future: Any) -> None:
    """Delete counted attempts that count no more, and sessions that are over."""
    limits.sweep_limits(now=timezone.now())
    sessions.sweep_sessions(now=timezone.now())
