"""Ordering long work."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.selectors import acting_token
from jobs import wake
from jobs.enums import JobState
from jobs.models import Job
from jobs.registry import kind_named


def order_job(
    *,
    kind: str,
    payload: dict[str, Any],
    actor: User,
    now: datetime,
    title: str = "",
    dedupe_key: str = "",
) -> Job:
    """
    Put a piece of work into the queue, in the caller's transaction, and wake a worker after it commits.

    With a `dedupe_key` the unfinished job of that key is returned instead of a second one.
    """
    known = kind_named(kind)
    with transaction.atomic():
        if dedupe_key:
            waiting = (
                Job.objects.select_for_update()
                .filter(dedupe_key=dedupe_key, state__in=[JobState.QUEUED, JobState.RUNNING])
                .first()
            )
            if waiting:
                return waiting
        job = Job.objects.create(
            kind=kind,
            title=title or known.title,
            queue=known.queue,
            payload=payload,
            dedupe_key=dedupe_key,
            ordered_by=actor,
            ordered_at=now,
            ordered_with=acting_token(actor),
        )
        wake.after_commit(job)
    return job
