"""«Мои задания»: what was ordered, how far it is, what came of it."""

from collections.abc import Callable

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jobs.enums import JobState
from jobs.models import Job
from jobs.selectors import jobs_of, result_address
from jobs.services.changing import TooLate, cancel_job, run_again

PAGE_SIZE = 25


@require_safe
def job_list(request: HttpRequest) -> HttpResponse:
    """List the person's jobs, of one state if asked."""
    jobs = jobs_of(user=request.user)
    state = request.GET.get("state", "")
    if state in JobState.values:
        jobs = jobs.filter(state=state)
    page = Paginator(jobs, PAGE_SIZE).get_page(request.GET.get("page"))
    for job in page:
        job.address = result_address(job)
    return render(request, "jobs/list.html", {"page": page, "states": JobState.choices, "state": state})


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
    return {"job": job, "waits": waits, "address": result_address(job), "refusal": refusal}


def _changed(request: HttpRequest, pk: str, change: Callable[..., Job]) -> HttpResponse:
    job = _own(request, pk)
    try:
        change(job=job, actor=request.user, now=timezone.now())
    except TooLate as late:
        job.refresh_from_db()
        return render(request, "jobs/job.html", _shown(job, str(late)), status=409)
    return redirect("jobs:job", pk)
