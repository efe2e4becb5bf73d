"""The kinds of long work of this app, as the queue calls them."""

from typing import Any

from django.utils import timezone

from indicators.services.recalculation import JOB_KIND, fulfil_requests
from jobs import registry
from jobs.enums import Queue
from jobs.models import Job
from jobs.registry import Progress


def register_jobs() -> None:
    """Declare them."""
    registry.register(JOB_KIND, title="Пересчёт показателей", queue=Queue.SHORT, handler=recalculation)


def recalculation(job: Job, progress: Progress) -> dict[str, Any]:
    """Fulfil every note that waits, this job's and others'."""
    return fulfil_requests(clock=timezone.now, progress=progress)
