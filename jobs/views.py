"""«Мои задания»: what was ordered, how far it is, what came of it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from common.lists import Heading, Listing
from jobs.enums import JobState
from jobs.models import Job
from jobs.selectors import jobs_of, offered_instead, result_address
from jobs.services.changing import TooLate, cancel_job, run_again

HEADINGS = [
    Heading("Что делается", key="title", order=("title", "pk")),
    Heading("Заказано", key="ordered", order=("ordered_at", "pk")),
    Heading("Состояние", key="state", order=("state", "pk")),
    Heading("Итог"),
]


@require_safe
def job_list(request: HttpRequest) -> HttpResponse:
    """List the person's jobs, of one state if asked."""
    listing = Listing.read(request.GET, HEADINGS, default="-ordered", has_files=False)
    jobs = jobs_of(user=request.user)
    state = request.GET.get("state", "")
    if state in JobState.values:
        jobs = jobs.filter(state=state)
    page = listing.page(listing.sort(jobs))
    for job in page.rows:
        job.address = result_address(job)
    return render(
        request, "jobs/list.html", {"listing": listing, "page": page, "states": JobState.choices, "state": state}
    )


@require_safe
def job_page(request: HttpRequest, pk: str) -> HttpResponse:
    """Show one job."""
    return render(request, "jobs/job.html", _shown(_own(request, pk)))


@require_safe
def job_progress(request: HttpRequest, pk: str) -> HttpResponse:
    """Answer with the part that asks again until the job has ended."""
    return render(request, "jobs/_progress.html", _shown(_own(request, pk)))


@require_POST
def job_cancel(request: HttpRequest, pk: str) -> HttpResponse:
    """Cancel a job."""
    return _changed(request, pk, cancel_job)


@require_POST
def job_again(request: HttpRequest, pk: str) -> HttpResponse:
    """Have a job done again."""
    return _changed(request, pk, run_again)


def _own(request: HttpRequest, pk: str) -> Job:
    return get_object_or_404(jobs_of(user=request.user), pk=pk)


def _shown(job: Job, refusal: str = "") -> dict[str, object]:
    waits = job.state in (JobState.QUEUED, JobState.RUNNING)
    crumbs = [("Мои задания", reverse("jobs:job-list")), (job.title, "")]
    return {
        "job": job,
        "waits": waits,
        "address": result_address(job),
        "instead": offered_instead(job),
        "refusal": refusal,
        "crumbs": crumbs,
    }


def _changed(request: HttpRequest, pk: str, change: Callable[..., Job]) -> HttpResponse:
    job = _own(request, pk)
    try:
        change(job=job, actor=request.user, now=timezone.now())
    except TooLate as late:
        job.refresh_from_db()
        return render(request, "jobs/job.html", _shown(job, str(late)), status=409)
    return redirect("jobs:job", pk)
