"""Reads of jobs: everybody sees those that he ordered, and nobody sees others'."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse

from accounts.models import User
from jobs.enums import JobState
from jobs.models import Job


def jobs_of(*, user: User | AnonymousUser) -> QuerySet[Job]:
    """Return somebody's jobs, newest first."""
    if not user.is_authenticated:
        return Job.objects.none()
    return Job.objects.filter(ordered_by=user).order_by("-ordered_at", "-pk")


def result_address(job: Job) -> str | None:
    """Return where the result of a job is looked at, if its handler named a page."""
    page = (job.result or {}).get("page")
    if job.state != JobState.DONE or not page:
        return None
    try:
        return reverse(page[0], args=page[1:])
    except NoReverseMatch:
        return None
