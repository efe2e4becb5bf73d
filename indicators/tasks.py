"""What the broker's messages set going in indicators."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from common.session_facts import acting
from indicators.services import sweeping


@shared_task(name="indicators.take_up_recalculations", ignore_result=True)
def take_up_recalculations(**_future: Any) -> None:
    """Take up recalculations that nobody works on. Safe to run twice, or at the same time."""
    with acting(door="job", tell=False):
        sweeping.take_up_what_was_left(now=timezone.now())
