"""What is looked after every few seconds: jobs whose worker died, jobs that nobody was woken for, forgotten files."""

import time
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction

from jobs import wake
from jobs.enums import JobState, Queue, UploadState
from jobs.models import Job, Upload
from jobs.registry import unfinished_words
from jobs.services.uploads import erase_upload, spool_folder

_FORGOTTEN = 3600.0  # seconds after which a spooled file that no upload names is erased
_UNDECIDED = timedelta(days=7)
_OVERLOOKED = timedelta(seconds=5)
_GIVEN_UP = "Работа обрывалась {attempts} раз(а) подряд: процесс останавливался, не закончив её. {left}"


@transaction.atomic
def reap(*, now: datetime) -> int:
    """Give back the jobs whose lease has run out, or end those that were tried often enough; return how many."""
    dead = Job.objects.select_for_update(skip_locked=True).filter(state=JobState.RUNNING, lease_until__lt=now)
    reaped = 0
    for job in dead:
        job.lease_until = None
        if job.attempt >= job.max_attempts:
            job.state, job.finished_at = JobState.FAILED, now
            job.failure = _GIVEN_UP.format(attempts=job.attempt, left=unfinished_words(job.kind).failed)
        else:
            job.state = JobState.QUEUED
            wake.after_commit(job)
        job.save()
        reaped += 1
    return reaped


def wake_for_waiting(*, now: datetime) -> int:
    """Wake workers for jobs that wait although they were ordered some seconds ago; return how many jobs wait."""
    waiting = Job.objects.filter(state=JobState.QUEUED, ordered_at__lt=now - _OVERLOOKED)
    counts = {queue: waiting.filter(queue=queue).count() for queue in Queue.values}
    for queue, count in counts.items():
        if count:
            wake.wake(queue)
    return sum(counts.values())


def sweep_uploads(*, now: datetime) -> int:
    """Erase files that were handed in and shown, and that nobody has decided on for a week; return how many."""
    undecided = Upload.objects.filter(state=UploadState.STORED, uploaded_at__lt=now - _UNDECIDED)
    uploads = list(undecided)
    for upload in uploads:
        erase_upload(upload)
    return len(uploads)


def sweep_spool() -> int:
    """Erase spooled files that no upload names, as a request that was cut off leaves them; return how many."""
    folder = spool_folder()
    if not folder.is_dir():
        return 0
    named = set(Upload.objects.exclude(spool_name="").values_list("spool_name", flat=True))
    forgotten = [path for path in folder.iterdir() if path.name not in named and _is_old(path)]
    for path in forgotten:
        path.unlink(missing_ok=True)
    return len(forgotten)


def _is_old(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime > _FORGOTTEN
    except FileNotFoundError:
        return False
