"""
Doing the work that was ordered: claim, keep the lease, do, say what came of it.

A claim is a lease. A worker that dies gives the job back when its lease runs out (`reaping`), and whoever does it
again counts one attempt more. The attempt is the fence: whatever a worker writes at the end it writes only while the
attempt is still its own, so that a worker which was only slow cannot do a thing twice.
"""

import logging
import time
from collections.abc import Callable, Collection
from dataclasses import asdict
from datetime import datetime, timedelta

import psycopg2
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from common.faults import fault
from common.progress import Progress, no_progress
from common.session_facts import acting
from jobs.enums import JobState
from jobs.models import Job
from jobs.registry import JobRefused, kind_named, unfinished_words
from jobs.services.acting import act_by_token
from jobs.services.leases import LEASE, Lease, LeaseLost

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]
FINISHED = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)
_GLANCE = 0.2  # seconds between two looks at a job that another process does


def run_next(*, queue: str, clock: Clock = timezone.now) -> int:
    """Do the jobs of a queue until none waits; return how many were done."""
    return _run_all(clock, queue=queue)


def run_pending(*, clock: Clock = timezone.now, kinds: Collection[str] | None = None) -> int:
    """Do every waiting job, or every one of these kinds, in this process; return how many were done."""
    return _run_all(clock, kinds=kinds)


def run_now(job: Job, *, clock: Clock = timezone.now, progress: Progress = no_progress) -> Job:
    """Do one job in this process, or wait for the worker that was quicker; return the job as it ended."""
    claimed = claim(clock(), pk=job.pk)
    if claimed is not None:
        return perform(claimed, clock=clock, progress=progress)
    while True:
        seen = Job.objects.get(pk=job.pk)
        if seen.state in FINISHED:
            return seen
        if seen.state == JobState.QUEUED and (claimed := claim(clock(), pk=job.pk)):
            return perform(claimed, clock=clock, progress=progress)
        progress(seen.progress_done, seen.progress_total, seen.progress_text or seen.title)
        time.sleep(_GLANCE)


def claim(
    now: datetime, *, queue: str = "", kinds: Collection[str] | None = None, pk: object | None = None
) -> Job | None:
    """Take the oldest waiting job, if there is one, and commit that it is taken."""
    waiting = Job.objects.filter(state=JobState.QUEUED)
    if queue:
        waiting = waiting.filter(queue=queue)
    if kinds is not None:
        waiting = waiting.filter(kind__in=kinds)
    if pk is not None:
        waiting = waiting.filter(pk=pk)
    with transaction.atomic():
        job = waiting.select_for_update(skip_locked=True).order_by("ordered_at", "pk").first()
        if job is None:
            return None
        job.state, job.attempt, job.started_at = JobState.RUNNING, job.attempt + 1, now
        job.heartbeat_at, job.lease_until = now, now + LEASE
        job.progress_done, job.progress_total, job.progress_text, job.failure = 0, 0, "", ""
        job.save()
    fault("job.claimed")
    return job


def perform(job: Job, *, clock: Clock, progress: Progress = no_progress) -> Job:
    """Do a claimed job and write what came of it."""
    try:
        act_by_token(job, clock=clock)
        with acting(actor=job.ordered_by_id, request=str(job.pk)), Lease(job, clock=clock, also=progress) as lease:
            result = kind_named(job.kind).handler(job, lease)
        fault("job.worked")
        return _close(job, clock(), state=JobState.DONE, result=result)
    except LeaseLost:
        log.warning("Job %s was given to somebody else, or cancelled, while it was done", job.pk)
    except JobRefused as refusal:
        remedy = {"remedy": asdict(refusal.remedy)} if refusal.remedy else None
        _close(job, clock(), state=JobState.FAILED, failure=str(refusal), result=remedy)
    except Exception as error:  # whatever the handler met, the person who waits is told
        if _is_loss_of_database(error):
            log.exception("Job %s lost its database", job.pk)
            _give_back(job, clock())
        else:
            log.exception("Job %s failed", job.pk)
            _close(job, clock(), state=JobState.FAILED, failure=_unforeseen(job, error))
    return Job.objects.get(pk=job.pk)


def fence(job: Job) -> None:
    """
    Hold the job inside the transaction that writes its effect.

    :raises LeaseLost: if the attempt is no longer this one's, so that nothing is written twice
    """
    held = Job.objects.select_for_update().filter(pk=job.pk, attempt=job.attempt, state=JobState.RUNNING)
    if not held.exists():
        raise LeaseLost(str(job.pk))


def _run_all(clock: Clock, *, queue: str = "", kinds: Collection[str] | None = None) -> int:
    done = 0
    while (job := claim(clock(), queue=queue, kinds=kinds)) is not None:
        perform(job, clock=clock)
        done += 1
    return done


def _close(job: Job, now: datetime, *, state: str, result: dict | None = None, failure: str = "") -> Job:
    """Write the end of an attempt, unless the job has gone to another one."""
    mine = Job.objects.filter(pk=job.pk, attempt=job.attempt, state=JobState.RUNNING)
    mine.update(state=state, result=result, failure=failure, finished_at=now, lease_until=None)
    fault("job.closed")
    return Job.objects.get(pk=job.pk)


def _is_loss_of_database(error: Exception) -> bool:
    """
    Whether the server went away, in Django's words or, in the middle of a COPY, in the driver's own.

    The connection itself cannot be asked alone: whoever could not take back the facts of its session has closed it.
    """
    broken = connection.connection is not None and connection.connection.closed
    return bool(broken) or isinstance(error, OperationalError | InterfaceError) or _is_drivers_own(error)


def _is_drivers_own(error: Exception) -> bool:
    """Whether the driver says that the server went away: in the middle of a COPY it has no narrower class for it."""
    gone = (psycopg2.OperationalError, psycopg2.InterfaceError)
    return isinstance(error, gone) or type(error) is psycopg2.DatabaseError


def _give_back(job: Job, now: datetime) -> None:
    """Let the reaper find the job at its next look; if the database is still gone, when the lease has run out."""
    try:
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
        mine = Job.objects.filter(pk=job.pk, attempt=job.attempt, state=JobState.RUNNING)
        mine.update(lease_until=now - timedelta(seconds=1))
    except DatabaseError:
        connection.close()


def _unforeseen(job: Job, error: Exception) -> str:
    left = unfinished_words(job.kind).failed
    return f"Внутренняя ошибка портала ({type(error).__name__}): работа не закончена. {left}"
