"""What the broker's messages set going. A message carries nothing but the name of a queue: the rows are the truth."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from common.session_facts import acting
from jobs.services import reaping, running


@shared_task(name="jobs.run", ignore_result=True)
def run(*, queue: str, **_future: Any) -> None:
    """Do what waits in a queue. Safe to run twice, or at the same time."""
    with acting(door="job", tell=False):
        running.run_next(queue=queue, clock=timezone.now)


@shared_task(name="jobs.look_after", ignore_result=True)
def look_after(**_future: Any) -> None:
    """Give back the jobs of workers that died, and wake workers for jobs that were overlooked."""
    reaping.reap(now=timezone.now())
    reaping.wake_for_waiting(now=timezone.now())


@shared_task(name="jobs.sweep", ignore_result=True)
def sweep(**_future: Any) -> None:
    """Erase files that nobody waits for."""
    reaping.sweep_uploads(now=timezone.now())
    reaping.sweep_spool()
