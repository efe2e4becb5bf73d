"""Pages of identifications: the list of runs, one run with its schools, and the order of a new one."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.downloads import table_response
from common.lists import Heading, Listing
from common.russian import counted, search_key
from common.tables import Column, Kind, Table
from common.years import format_academic_year
from monitoring.forms.identification import RunForm
from monitoring.models import Finding, IdentificationRun
from monitoring.selectors import runs as selectors
from monitoring.selectors.methods import current_editions
from monitoring.selectors.school_lists import lists_beside
from monitoring.services.identification_jobs import order_identification
from monitoring.services.identification_lists import draft_list
from monitoring.tables import in_words
from schools.selectors.geography import Geography
from schools.selectors.placed import told_in

RUN_HEADINGS = [
    Heading("Расчёт", key="number", order=("pk",)),
    Heading("Учебный год", key="year", order=("academic_year", "-pk")),
    Heading("Методика"),
    Heading("Школ", is_number=True),
    Heading("ШНРО", is_number=True, hint="Школы с низкими результатами обучения"),
    Heading("ШНСУ", is_number=True, hint="Школы в неблагоприятных социальных условиях"),
    Heading("И то и другое", is_number=True),
    Heading("Резильентных", is_number=True),
    Heading("Мало данных", is_number=True),
    Heading("Когда и кто"),
]
HEADINGS = [
    Heading("Школа", key="name", order=("unit__sort_key", "pk")),
    Heading("Муниципалитет", key="municipality", order=("place_sort", "unit__sort_key", "pk")),
    Heading("Посчитано"),
    Heading("В утверждённом списке"),
    Heading("Низких процедур", key="low", order=("low_count", "unit__sort_key", "pk"), is_number=True),
    Heading("Индекс результатов", key="results", order=("results_index", "unit__sort_key", "pk"), is_number=True),
    Heading("Индекс условий", key="conditions", order=("conditions_index", "unit__sort_key", "pk"), is_number=True),
]
COLUMNS = [
    Column("Код ОО", width=10),
    Column("Школа"),
    Column("Муниципалитет"),
    Column("Посчитано"),
    Column("В утверждённом списке"),
    Column("Низких процедур", Kind.INTEGER),
    Column("Индекс результатов", Kind.DECIMAL),
    Column("Индекс условий", Kind.DECIMAL),
]


@require_safe
def run_list(request: HttpRequest) -> HttpResponse:
    """Show which identifications there were and what each found."""
    listing = Listing.read(request.GET, RUN_HEADINGS, default="-number", has_files=False)
    own = selectors.findings_of(user=request.user)
    page = listing.page(listing.sort(_runs_asked_for(selectors.runs(own=own), request)))
    counts = selectors.counts_of_many(page.rows, own=own)
    context = {
        "listing": listing,
        "page": page,
        "rows": [(run, counts[run.pk]) for run in page.rows],
        "choices": selectors.choices_of_runs(own=own),
        "chosen": request.GET,
        "region": selectors.region_of_portal(),
        "crumbs": [("Мониторинг", reverse("monitoring:home")), ("Расчёты", "")],
    }
    return render(request, "monitoring/run_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def run_order(request: HttpRequest) -> HttpResponse:
    """Order a new identification."""
    region = selectors.region_of_portal()
    form = RunForm(request.POST or None, years=selectors.years_with_results(), editions=current_editions())
    if request.method == "POST" and region is not None and form.is_valid():
        job = order_identification(
            academic_year=form.cleaned_data["year"],
            edition=form.cleaned_data["edition"],
            region=region,
            actor=request.user,
            now=timezone.now(),
        )
        return redirect("jobs:job", job.pk)
    context = {
        "form": form,
        "region": region,
        "crumbs": [
            ("Мониторинг", reverse("monitoring:home")),
            ("Расчёты", reverse("monitoring:run-list")),
            ("Новый расчёт", ""),
        ],
    }
    return render(request, "monitoring/run_order.html", context, status=422 if form.errors else 200)


@require_safe
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what one identification found: counts, schools, and how the approved list differs."""
    own = selectors.findings_of(user=request.user)
    shown = get_object_or_404(selectors.runs(own=own), pk=pk)
    beside = lists_beside(shown, user=request.user, own=own)
    listed = selectors.approved_categories(beside.approved, own=own.filter(run=shown))
    geography = selectors.geography_of_run(shown, is_today=request.is_today)
    outline = selectors.outline_of(shown, geography, listed, own=own)
    listing = Listing.read(request.GET, HEADINGS, default="name")
    rows = listing.sort(_filtered(selectors.schools_of_run(shown, geography, own=own), request, outline))
    if listing.file_format:
        return _file(shown, rows, listed, listing.file_format, geography)
    page = listing.page(rows)
    context = {
        "run": shown,
        "geography": geography,
        "counts": selectors.counts_of(shown, own=own),
        "listing": listing,
        "page": page,
        "rows": [_row(finding, listed) for finding in page.rows],
        "approved": beside.approved,
        "differing": len(outline.differing),
        "lists": beside.made,
        "municipalities": outline.municipalities,
        "groups": [(code, title) for code, (title, _wanted) in selectors.GROUPS.items()],
        "chosen": request.GET,
        "crumbs": [
            ("Мониторинг", reverse("monitoring:home")),
            ("Расчёты", reverse("monitoring:run-list")),
            (f"№ {shown.pk}", ""),
        ],
    }
    return render(request, "monitoring/run.html", context)


@require_POST
def list_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a draft of a list from a run."""
    own = selectors.findings_of(user=request.user)
    shown = get_object_or_404(selectors.runs(own=own), pk=pk)
    drafted = draft_list(run=shown, actor=request.user, now=timezone.now())
    messages.success(request, "Черновик списка составлен по расчёту: проверьте школы и передайте на утверждение.")
    return redirect("monitoring:list", drafted.pk)


def _runs_asked_for(rows: QuerySet[IdentificationRun], request: HttpRequest) -> QuerySet[IdentificationRun]:
    if request.GET.get("held", "").isdecimal():
        rows = rows.filter(academic_year=int(request.GET["held"][:4]))
    if request.GET.get("method"):
        rows = rows.filter(edition__methodology__code=request.GET["method"])
    return rows


def _filtered(rows: QuerySet[Finding], request: HttpRequest, outline: selectors.Outline) -> QuerySet[Finding]:
    asked = request.GET
    if asked.get("group") in selectors.GROUPS:
        rows = rows.filter(selectors.GROUPS[asked["group"]][1])
    if place := outline.municipality(asked.get("municipality", "")):
        rows = rows.filter(place=place)
    if key := search_key(asked.get("q", "")):
        rows = rows.filter(unit__search_key__contains=key) | rows.filter(unit__code=asked["q"].strip())
    if asked.get("differs"):
        rows = rows.filter(pk__in=outline.differing)
    return rows


def _row(finding: Finding, listed: dict[int, list[str]]) -> dict[str, Any]:
    approved = listed.get(finding.unit_id, [])
    return {
        "finding": finding,
        "computed": in_words(finding.categories, finding.excluded_as),
        "approved": in_words(approved),
        "differs": selectors.differs(finding.categories, approved),
    }


def _file(
    run: IdentificationRun, rows: QuerySet[Finding], listed: dict[int, list[str]], kind: str, geography: Geography
) -> HttpResponse:
    year = format_academic_year(run.academic_year)
    table = Table(
        "Школы",
        COLUMNS,
        (
            (
                row.unit.code,
                row.unit.name,
                row.place_name,
                in_words(row.categories, row.excluded_as),
                in_words(listed.get(row.unit_id, [])),
                row.low_count,
                row.results_index,
                row.conditions_index,
            )
            for row in rows
        ),
        caption=f"Идентификация школ, {year} учебный год, расчёт № {run.pk}",
    )
    about = [
        ("Методика", str(run.edition)),
        ("Действует с", f"{run.edition.valid_from:%d.%m.%Y}"),
        ("Новейший учебный год результатов", year),
        ("Рассчитано", f"{timezone.localtime(run.run_at):%d.%m.%Y %H:%M}, {run.run_by.full_name}"),
        ("Отпечаток исходных данных", run.input_hash),
        ("Всего в расчёте", counted(run.schools, "школа", "школы", "школ")),
        *told_in(geography),
    ]
    name = f"Идентификация {year.replace('/', '-')} расчёт {run.pk}"
    return table_response(table, name=name, file_format=kind, about=about)
