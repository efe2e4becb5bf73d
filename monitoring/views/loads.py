"""Loads of results: the list, handing a file in, what was understood of it, the decision."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.permissions import Permission
from common.downloads import table_response
from common.lists import Heading, Listing
from common.tables import Column, Table
from common.tables import Kind as Of
from common.uploads import content_of, keep
from common.years import academic_year_of
from jobs.enums import JobState
from jobs.models import Job
from monitoring.enums import LoadState
from monitoring.forms.loads import LoadForm
from monitoring.models import Load
from monitoring.selectors.loads import acceptance_of, former_twins, loads_of, related_loads
from monitoring.selectors.previews import marked_table, problems_of, recognised_parts
from monitoring.services.accepting import HasProblems, NotWaiting, order_acceptance
from monitoring.services.reading import AlreadyLoaded, hand_in, places_for
from monitoring.services.undoing import NotAccepted, NotPreviewed, cancel_load, undo_load
from monitoring.views.crumbs import crumbs
from schools.forms.signatory import SignatoryForm
from schools.services.signing import SignatoryRefused

HEADINGS = [
    Heading("№", key="number", order=("pk",), is_number=True),
    Heading("Файл", key="file", order=("upload__name", "pk")),
    Heading("За кого", key="unit", order=("unit__sort_key", "pk")),
    Heading("Строк", key="rows", order=("rows", "pk"), is_number=True),
    Heading("Загружен", key="created", order=("created_at", "pk")),
    Heading("Кем", key="person", order=("loaded_by__full_name", "pk")),
    Heading("Состояние", key="state", order=("state", "pk")),
]
PROBLEM_HEADINGS = [
    Heading("Лист", key="sheet", order=("sheet", "row")),
    Heading("Строка", key="row", order=("row", "column"), is_number=True),
    Heading("Столбец", key="column", order=("column", "row")),
    Heading("Значение", key="value", order=("value", "row")),
    Heading("Что не так", key="what", order=("what", "row")),
    Heading("Как исправить"),
]
LOADS = ("Загрузки", "monitoring:load-list")


@require_safe
def load_list(request: HttpRequest) -> HttpResponse:
    """List loads, of one state or with a word in the file's name if asked."""
    listing = Listing.read(request.GET, HEADINGS, default="-created")
    loads = loads_of(request.user).defer("summary")
    state, word = request.GET.get("state", ""), request.GET.get("file_name", "").strip()
    if state in LoadState.values:
        loads = loads.filter(state=state)
    if word:
        loads = loads.filter(upload__name__icontains=word)
    rows = listing.sort(loads)
    if listing.file_format:
        return table_response(_loads_table(rows), name="Загрузки результатов", file_format=listing.file_format)
    shown = {"listing": listing, "page": listing.page(rows), "states": LoadState.choices, "state": state, "word": word}
    return render(request, "monitoring/loads/list.html", {**shown, "crumbs": crumbs(("Загрузки", ""))})


@require_http_methods(["GET", "HEAD", "POST"])
def load_upload(request: HttpRequest) -> HttpResponse:
    """Take files of results in and order their reading."""
    now = timezone.now()
    given = {"places": places_for(actor=request.user), "this_year": academic_year_of(timezone.localdate(now))}
    form = LoadForm(request.POST or None, request.FILES or None, **given)
    if request.method == "POST" and form.is_valid():
        jobs = _hand_in(request, form.cleaned_data)
        if len(jobs) == 1:
            return redirect("jobs:job", jobs[0].pk)
        if jobs:
            messages.success(request, f"Принято файлов: {len(jobs)}. Каждый читается отдельно.")
        return redirect("jobs:job-list" if jobs else "monitoring:load-upload")
    status = 422 if request.method == "POST" else 200
    shown = {"form": form, "crumbs": crumbs(LOADS, ("Загрузка файла", ""))}
    return render(request, "monitoring/loads/upload.html", shown, status=status)


@require_safe
def load_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what was understood of a file, what is wrong with it and what may be done."""
    load = _load(request, pk)
    listing = Listing.read(request.GET, PROBLEM_HEADINGS, default="row")
    problems = listing.sort(problems_of(load))
    if listing.file_format:
        table = _problems_table(problems)
        return table_response(table, name=f"Замечания к загрузке {load.pk}", file_format=listing.file_format)
    return render(request, "monitoring/loads/load.html", _shown(request.user, load, listing, problems))


@require_safe
def load_marked(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the file back as XLSX: its head and the rows with problems, these marked."""
    load = _load(request, pk)
    about = [("Файл", load.upload.name), ("Загрузка", f"№ {load.pk}"), ("Контрольная сумма", load.upload.sha256)]
    about.append(("Личные данные", "Столбцы с фамилиями, документами и кодами не читаются, здесь они пусты."))
    stem = load.upload.name.rsplit(".", 1)[0]
    return table_response(marked_table(load), name=f"{stem}, замечания", file_format="xlsx", about=about)


@require_POST
def load_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Order the acceptance of a load."""
    form = SignatoryForm(request.POST, **_answering(request.user, _load(request, pk)))

    def accept(**given: Any) -> object:
        return order_acceptance(**given, signatory=form.answer())

    return _decided(request, pk, accept, "Загрузка принимается.")


@require_POST
def load_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Refuse a load that was only read."""
    return _decided(request, pk, cancel_load, "Загрузка не принята, её строки стёрты.")


@require_POST
def load_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an accepted load out of force."""
    reason = request.POST.get("reason", "").strip()[:1000]

    def undo(**given: Any) -> object:
        return undo_load(**given, reason=reason)

    return _decided(request, pk, undo, "Загрузка отменена, действуют прежние результаты.")


def _answering(user: User, load: Load) -> dict[str, Any]:
    """Return what a form needs to offer those who answer for the data of a load's place."""
    given = {"permission": Permission.DATA_SIGN, "at": load.unit, "user": user}
    return {**given, "label": "Кто отвечает за сведения", "is_required": False}


def _load(request: HttpRequest, pk: int) -> Load:
    return get_object_or_404(loads_of(request.user), pk=pk)


def _hand_in(request: HttpRequest, said: dict[str, Any]) -> list[Job]:
    """Store each file and order its reading; say which of them are in force already."""
    jobs = []
    for file in said["files"]:
        try:
            job = hand_in(
                name=file.name,
                content=content_of(file),
                unit=said["unit"],
                hints=said["hints"],
                actor=request.user,
                now=timezone.now(),
            )
        except AlreadyLoaded as twin:
            messages.warning(request, f"«{file.name}». {twin}")
        else:
            keep(file)
            jobs.append(job)
    return jobs


def _shown(user: User, load: Load, listing: Listing, problems: list[Any]) -> dict[str, Any]:
    waits = load.state == LoadState.PREVIEWED
    job = acceptance_of(load) if waits else None
    parts = recognised_parts(load)
    assessments = [part.assessment for part in parts if part.assessment is not None]
    return {
        "load": load,
        "parts": parts,
        "listing": listing,
        "page": listing.page(problems),
        "problems": load.summary["problems_total"],
        "warnings": load.summary["warnings"],
        "dropped": load.summary["dropped_columns"],
        "waits": waits,
        "accept_form": SimpleLazyObject(lambda: SignatoryForm(**_answering(user, load))),
        "is_accepted": load.state in (LoadState.IN_FORCE, LoadState.SUPERSEDED),
        "job": job,
        "is_own_job": job is not None and job.ordered_by_id == user.pk,
        "is_busy": job is not None and job.state in (JobState.QUEUED, JobState.RUNNING),
        "former": list(former_twins(load)[:3]) if waits else [],
        "others": list(related_loads(user, load, assessments).defer("summary")[:20]),
        "crumbs": crumbs(LOADS, (f"№ {load.pk}", "")),
    }


def _decided(request: HttpRequest, pk: int, decide: Callable[..., object], said: str) -> HttpResponse:
    load = _load(request, pk)
    try:
        decide(load=load, actor=request.user, now=timezone.now())
    except (NotWaiting, HasProblems, NotPreviewed, NotAccepted, SignatoryRefused) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("monitoring:load", pk)


def _loads_table(loads: Any) -> Table:
    columns = [Column("№", Of.INTEGER, 8), Column("Файл", width=48), Column("За кого", width=30)]
    columns += [Column("Строк", Of.INTEGER), Column("Загружен", Of.MOMENT), Column("Кем", width=30)]
    columns += [Column("Состояние", width=30), Column("Принят", Of.MOMENT), Column("SHA-256", width=66)]
    rows = (
        (
            load.pk,
            load.upload.name,
            load.unit.short_name,
            load.rows,
            load.created_at,
            str(load.loaded_by),
            load.get_state_display(),
            load.accepted_at,
            load.upload.sha256,
        )
        for load in loads
    )
    return Table(title="Загрузки", columns=columns, rows=rows)


def _problems_table(problems: list[Any]) -> Table:
    columns = [Column("Лист", width=24), Column("Строка", Of.INTEGER, 10), Column("Столбец", width=24)]
    columns += [Column("Значение", width=16), Column("Что не так", width=48), Column("Как исправить", width=48)]
    rows = ((one.sheet, one.row, one.column, one.value, one.what, one.remedy) for one in problems)
    return Table(title="Замечания", columns=columns, rows=rows)
