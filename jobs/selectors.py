"""
Reads of jobs and uploads: everybody sees his own, and nobody sees others'.

A key of the API sees only what was ordered or handed in with itself: its person's other work may be about places that
the key does not reach.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse

from accounts.models import User
from accounts.selectors import acting_token
from jobs.enums import JobState
from jobs.models import Job, Upload


def jobs_of(*, user: User | AnonymousUser) -> QuerySet[Job]:
    """Return somebody's jobs, newest first."""
    if not user.is_authenticated:
        return Job.objects.none()
    token = acting_token(user)
    own = Job.objects.filter(ordered_by=user) if token is None else Job.objects.filter(ordered_with=token)
    return own.order_by("-ordered_at", "-pk")


def uploads_of(*, user: User | AnonymousUser) -> QuerySet[Upload]:
    """Return the files that somebody handed in, newest first."""
    if not user.is_authenticated:
        return Upload.objects.none()
    token = acting_token(user)
    own = Upload.objects.filter(uploaded_by=user) if token is None else Upload.objects.filter(uploaded_with=token)
    return own.order_by("-uploaded_at", "-pk")


def result_address(job: Job) -> str | None:
    """Return where the result of a job is looked at, if its handler named a page."""
    return _address((job.result or {}).get("page")) if job.state == JobState.DONE else None


@dataclass(frozen=True)
class Instead:
    """What is offered for a job that would fail again just so."""

    text: str
    address: str | None


def offered_instead(job: Job) -> Instead | None:
    """Return what to do where it is of no use to have a failed job done again; None where it may help."""
    remedy = (job.result or {}).get("remedy") if job.state == JobState.FAILED else None
    return Instead(remedy["text"], _address(remedy["page"])) if remedy else None


def _address(page: Sequence[Any] | None) -> str | None:
    try:
        return reverse(page[0], args=page[1:]) if page else None
    except NoReverseMatch:
        return None
