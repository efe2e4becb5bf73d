"""Files about schools: handing one in, looking at what it would do, having it written or dropped."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.uploads import content_of, keep
from common.years import format_academic_year
from jobs.enums import JobState, UploadState
from jobs.models import Job
from jobs.selectors import jobs_of
from schools.forms import SchoolFileForm
from schools.services.file_jobs import READ_KIND, NothingWaits, drop_file, hand_in_file, order_taking, upload_of

KINDS = {"register": "Реестр школ", "passports": "Социальные паспорта", "memberships": "Участие в проектах"}
WAY = [("Школы", "schools:school-list"), ("Загрузка файла", "schools:import")]


@require_http_methods(["GET", "HEAD", "POST"])
def file_upload(request: HttpRequest) -> HttpResponse:
    """Take a file in and order its reading."""
    form = SchoolFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        job = hand_in_file(
            name=file.name,
            content=content_of(file),
            year=form.cleaned_data["year"],
            actor=request.user,
            now=timezone.now(),
        )
        keep(file)
        return redirect("jobs:job", job.pk)
    crumbs = [(WAY[0][0], reverse(WAY[0][1])), (WAY[1][0], "")]
    return render(request, "schools/import.html", {"form": form, "crumbs": crumbs}, status=422 if form.errors else 200)


@require_safe
def file_preview(request: HttpRequest, pk: str) -> HttpResponse:
    """Show what a file that was read would do."""
    job = _reading(request, pk)
    upload = upload_of(job)
    plan = job.result["plan"]
    year = plan["academic_year"]
    context = {
        "job": job,
        "upload": upload,
        "plan": plan,
        "title": KINDS[plan["kind"]] + (f", {format_academic_year(year)} учебный год" if year else ""),
        "waits": upload.state == UploadState.STORED,
        "crumbs": [*((title, reverse(name)) for title, name in WAY), (upload.name, "")],
    }
    return render(request, "schools/import_preview.html", context)


@require_POST
def file_take(request: HttpRequest, pk: str) -> HttpResponse:
    """Have a file written."""
    job = _reading(request, pk)
    try:
        taking = order_taking(job=job, actor=request.user, now=timezone.now())
    except NothingWaits as late:
        messages.error(request, str(late))
        return redirect("schools:import-preview", pk)
    return redirect("jobs:job", taking.pk)


@require_POST
def file_drop(request: HttpRequest, pk: str) -> HttpResponse:
    """Forget a file."""
    job = _reading(request, pk)
    try:
        drop_file(job=job, actor=request.user, now=timezone.now())
    except NothingWaits as late:
        messages.error(request, str(late))
        return redirect("schools:import-preview", pk)
    messages.success(request, "Файл стёрт, ничего не изменилось.")
    return redirect("schools:import")


def _reading(request: HttpRequest, pk: str) -> Job:
    return get_object_or_404(jobs_of(user=request.user), pk=pk, kind=READ_KIND, state=JobState.DONE)
