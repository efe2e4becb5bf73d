"""
Recalculations that nobody works on are taken up again, without waiting for the next change.

A worker that dies gives its job back when its lease runs out (`jobs.services.reaping`). What is left for this sweep are
jobs that were given up after several attempts or cancelled: the work is still due. After each one that ended so the
next is waited for a minute longer, an hour at most, so that work which kills its workers does not occupy them.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from accounts.services.people import system_user
from indicators.models import RecalculationRequest, RecalculationRun
from indicators.selectors.run_journal import JOB_KIND, PART_KIND, workers_of
from indicators.services.long_runs import order_parts, unfinished_runs
from indicators.services.recalculation import order_worker
from jobs.enums import JobState
from jobs.models import Job

LONGER_EACH = timedelta(minutes=1)
LONGEST = timedelta(hours=1)
ALIVE = (JobState.QUEUED, JobState.RUNNING)


@transaction.atomic
def take_up_what_was_left(*, now: datetime) -> int:
    """Order workers for notes that wait and for long runs, where nobody works on them; return for how many."""
    return sum(_taken_up(run, now) for run in unfinished_runs()) + _notes_taken_up(now)


def _taken_up(run: RecalculationRun, now: datetime) -> bool:
    jobs = Job.objects.filter(kind=PART_KIND, dedupe_key__startswith=workers_of(run))
    if not _is_left(jobs, since=run.started_at, now=now):
        return False
    note = run.requests.select_related("requested_by").order_by("pk").first()
    order_parts(run, actor=_orderer(note), now=now)
    return True


def _notes_taken_up(now: datetime) -> bool:
    oldest = (
        RecalculationRequest.objects.filter(fulfilled_at=None, run=None)
        .select_related("requested_by")
        .order_by("requested_at", "pk")
        .first()
    )
    if oldest is None or not _is_left(Job.objects.filter(kind=JOB_KIND), since=oldest.requested_at, now=now):
        return False
    order_worker(reason=oldest.reason, actor=_orderer(oldest), now=now)
    return True


def _is_left(jobs: QuerySet[Job], *, since: datetime, now: datetime) -> bool:
    """Whether no job is at it, and the last one ended long enough ago for how many have ended in vain."""
    if jobs.filter(state__in=ALIVE).exists():
        return False
    ended = list(jobs.filter(ordered_at__gte=since, finished_at__isnull=False).values_list("finished_at", flat=True))
    return now >= max(ended, default=since) + min(LONGER_EACH * max(1, len(ended)), LONGEST)


def _orderer(note: RecalculationRequest | None) -> User:
    return system_user() if note is None else note.requested_by
