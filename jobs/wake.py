"""The only place that speaks to the broker: it wakes a worker once the job's row is committed."""

import logging

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from jobs.models import Job

log = logging.getLogger(__name__)


def after_commit(job: Job) -> None:
    """Wake a worker of the job's queue after the transaction commits. The dispatcher finds it anyway."""
    queue = job.queue
    transaction.on_commit(lambda: wake(queue))


def wake(queue: str) -> None:
    """Tell the workers of a queue that something waits. The row is the truth: a silent broker is only noted."""
    try:
        current_app.send_task("jobs.run", kwargs={"queue": queue}, queue=queue, retry=False, expires=600)
    except (OperationalError, OSError) as silent:
        log.warning("The broker does not answer, the dispatcher will find the job: %s", silent)
