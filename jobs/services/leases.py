"""Keeping a claimed job: while the process lives, a thread of its own prolongs the lease and writes the progress."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from django.conf import settings
from django.db import DatabaseError, connection

from common.progress import Progress, no_progress
from jobs.enums import JobState
from jobs.models import Job

LEASE = timedelta(seconds=settings.JOB_LEASE_SECONDS)
_BEAT = min(1.0, settings.JOB_LEASE_SECONDS / 6)  # seconds between two writes
_RENEW = settings.JOB_LEASE_SECONDS / 4  # a lease is prolonged at least this often, whether there is progress or not
_TEXT = 300


class LeaseLost(Exception):
    """The job is done by somebody else now, or was cancelled: whatever this attempt has made is thrown away."""


class Lease:
    """
    The lease of one attempt. Called by the handler as a `Progress`.

    A handler may be inside one long transaction, which would hide what it writes; so a thread with a connection of its
    own writes. Inside a transaction of the caller's (a test, a command in a transaction) nobody else can see the job,
    and the same connection writes at once.
    """

    def __init__(self, job: Job, *, clock: Callable[[], datetime], also: Progress = no_progress) -> None:
        self.job, self.clock, self.also = job, clock, also
        self.told = (0, 0, "")
        self.lost = False
        self.ended = threading.Event()
        self.thread = None if connection.in_atomic_block else threading.Thread(target=self._keep, daemon=True)

    def __call__(self, done: int, total: int, text: str = "") -> None:
        """Say how far the work is. :raises LeaseLost: if it is no longer this attempt's."""
        if self.lost:
            raise LeaseLost(str(self.job.pk))
        self.told = (done, total, text[:_TEXT])
        self.also(done, total, text)
        if self.thread is None:
            self._write()

    def __enter__(self) -> Self:
        if self.thread is not None:
            self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.ended.set()
        if self.thread is not None:
            self.thread.join()

    def _keep(self) -> None:
        written, waited = self.told, 0.0
        try:
            while not self.ended.wait(_BEAT) and not self.lost:
                waited += _BEAT
                if self.told == written and waited < _RENEW:
                    continue
                written, waited = self.told, 0.0
                self._write_if_possible()
        finally:
            connection.close()

    def _write_if_possible(self) -> None:
        try:
            self._write()
        except DatabaseError:  # the database was restarted: the next beat connects anew
            connection.close()

    def _write(self) -> None:
        done, total, text = self.told
        now = self.clock()
        mine = Job.objects.filter(pk=self.job.pk, attempt=self.job.attempt, state=JobState.RUNNING)
        kept = mine.update(
            progress_done=done, progress_total=total, progress_text=text, heartbeat_at=now, lease_until=now + LEASE
        )
        self.lost = kept == 0
