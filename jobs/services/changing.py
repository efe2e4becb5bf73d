"""What the person who ordered a job may do about it: cancel it, or have it done again."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.services.audit import record
from common.russian import inside
from jobs import wake
from jobs.enums import JobState
from jobs.models import Job
from jobs.registry import unfinished_words
from jobs.selectors import jobs_of, offered_instead


class NotYours(Exception):
    """A job is changed by the one who ordered it only."""


class TooLate(Exception):
    """The job is no longer in the state that the wish is about."""


@transaction.atomic
def cancel_job(*, job: Job, actor: User, now: datetime) -> Job:
    """
    Cancel a job that waits or runs. A running one notices at its next step and writes nothing.

    :raises TooLate: if it has ended
    """
    locked = _owned(job, actor)
    if locked.state not in (JobState.QUEUED, JobState.RUNNING):
        raise TooLate(f"Задание уже завершено: {locked.get_state_display()}.")
    before = locked.state
    locked.state, locked.finished_at, locked.lease_until = JobState.CANCELLED, now, None
    locked.failure = f"Отменено заказавшим. {unfinished_words(locked.kind).cancelled}".strip()
    locked.save()
    record(actor=actor, action="job.cancelled", target=locked, now=now, before={"state": before})
    return locked


@transaction.atomic
def run_again(*, job: Job, actor: User, now: datetime) -> Job:
    """
    Put a job that failed or was cancelled back into the queue.

    :raises TooLate: if it waits, runs or is done, or would fail again just so
    """
    locked = _owned(job, actor)
    if (instead := offered_instead(locked)) is not None:
        raise TooLate(f"Повтор не поможет: {locked.failure} Что сделать: {inside(instead.text)}.")
    if locked.state not in (JobState.FAILED, JobState.CANCELLED):
        raise TooLate(f"Повторить можно только невыполненное задание, а это — {locked.get_state_display()}.")
    same = Job.objects.filter(dedupe_key=locked.dedupe_key, state__in=[JobState.QUEUED, JobState.RUNNING])
    if locked.dedupe_key and same.exists():
        raise TooLate("Такое же задание уже ждёт очереди или выполняется.")
    # Later attempts count on: an older worker that is still at it must not take this one for its own.
    locked.max_attempts = locked.attempt + 3
    locked.state, locked.ordered_at, locked.finished_at = JobState.QUEUED, now, None
    locked.failure, locked.result = "", None
    locked.progress_done, locked.progress_total, locked.progress_text = 0, 0, ""
    locked.save()
    record(actor=actor, action="job.ordered_again", target=locked, now=now)
    wake.after_commit(locked)
    return locked


def _owned(job: Job, actor: User) -> Job:
    locked = jobs_of(user=actor).select_for_update(of=("self",)).filter(pk=job.pk).first()
    if locked is None:
        raise NotYours("Задание заказано не вами.")
    return locked
