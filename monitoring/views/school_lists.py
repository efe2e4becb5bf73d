"""Pages of lists of schools: all lists, one list with what was computed beside, a school's place on it, approval."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission
from common.downloads import FORMATS, file_response, table_response
from common.lists import Heading, Listing
from common.russian import search_key
from common.tables import Column, Kind, Table, xlsx_bytes
from common.versions import ChangedMeanwhile
from documents.services.filing import DocumentRefused
from monitoring.enums import ListState
from monitoring.forms.identification import EntryForm, OrderForm
from monitoring.models import Finding, ListEntry, SchoolList
from monitoring.selectors import runs as run_selectors
from monitoring.selectors import school_lists as selectors
from monitoring.services.identification_lists import (
    ListChanged,
    ListIsClosed,
    NotIdentified,
    OrderIncomplete,
    ReasonMissing,
    approve_list,
    change_entry,
    discard_draft,
    shown_of,
    version_of_list,
)
from monitoring.tables import annex, in_words
from schools.selectors.geography import Geography
from schools.selectors.placed import told_in
from schools.services.signing import SignatoryRefused

HEADINGS = [
    Heading("Школа", key="name", order=("unit__sort_key", "pk")),
    Heading("Муниципалитет", key="municipality", order=("place_sort", "unit__sort_key", "pk")),
    Heading("В списке"),
    Heading("Посчитано"),
    Heading("Почему иначе"),
    Heading("Обоснование"),
]
COLUMNS = [
    Column("Код ОО", width=10),
    Column("Школа"),
    Column("Муниципалитет"),
    Column("В списке"),
    Column("Посчитано"),
    Column("Почему иначе", Kind.TEXT, 60),
]


@require_safe
def list_list(request: HttpRequest) -> HttpResponse:
    """Show the lists of every autumn."""
    own = run_selectors.findings_of(user=request.user)
    found = list(selectors.school_lists(user=request.user, own=own))
    counts = selectors.counts_of_lists(found, own=selectors.entries_of(own=own))
    context = {
        "rows": [(one, counts[one.pk]) for one in found],
        "crumbs": [("Мониторинг", reverse("monitoring:home")), ("Списки школ", "")],
    }
    return render(request, "monitoring/list_list.html", context)


@require_safe
def school_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one list: who is on it, what was computed, and why they differ."""
    shown, findings = _list_and_findings(request, pk)
    own = selectors.entries_of(own=findings)
    geography = selectors.geography_of_list(shown, is_today=request.is_today)
    listing = Listing.read(request.GET, HEADINGS, default="municipality")
    rows = listing.sort(_filtered(selectors.schools_of_list(shown, geography, own=own), request))
    if listing.file_format:
        return _file(shown, rows, listing.file_format, geography)
    page = listing.page(rows)
    context = {
        "school_list": shown,
        "geography": geography,
        "is_draft": shown.state == ListState.DRAFT,
        "counts": selectors.counts_of_lists([shown], own=own)[shown.pk],
        "listing": listing,
        "page": page,
        "rows": [_row(entry) for entry in page.rows],
        "found": selectors.schools_to_add(shown, request.GET.get("add", ""), geography, own=findings),
        "chosen": request.GET,
        "groups": [(code, run_selectors.GROUPS[code][0]) for code in ("low_results", "hard_conditions", "resilient")],
        "crumbs": _crumbs(shown),
    }
    return render(request, "monitoring/list.html", context)


@require_safe
def list_annex(request: HttpRequest, pk: int) -> HttpResponse:
    """
    Give the annex to the order: the schools of the list by municipality, as XLSX.

    An order is of its day: whatever territories the pages are told in, it names the municipalities of its autumn.
    """
    shown, findings = _list_and_findings(request, pk)
    own = selectors.entries_of(own=findings)
    rows = selectors.schools_of_list(shown, selectors.geography_of_list(shown), own=own).filter(selectors.LISTED)
    table, about = annex(shown, rows.order_by("place_sort", "unit__sort_key", "pk"))
    name = f"Приложение к приказу, список {shown.cohort_year} года.xlsx"
    return file_response(xlsx_bytes([table], about=about), name=name, content_type=FORMATS["xlsx"])


@require_http_methods(["GET", "HEAD", "POST"])
def list_entry(request: HttpRequest, pk: int, unit: int) -> HttpResponse:
    """Change how one school stands on a draft."""
    shown, findings = _list_and_findings(request, pk)
    if request.method == "GET" and shown.state != ListState.DRAFT:
        return redirect("monitoring:list", pk)  # what is approved is read there, not changed
    placed = run_selectors.findings_placed(findings, is_today=request.is_today)
    finding = get_object_or_404(placed.select_related("unit"), run=shown.run_id, unit=unit)
    entry = ListEntry.objects.filter(school_list=shown, unit=unit).first()
    form = EntryForm(request.POST or None, shown=shown_of(entry))
    if request.method == "POST" and form.is_valid():
        try:
            change_entry(
                school_list=shown, unit=finding.unit, actor=request.user, now=timezone.now(), **form.cleaned_data
            )
        except ChangedMeanwhile:
            form.show_both(shown_of(ListEntry.objects.filter(school_list=shown, unit=unit).first()))
        except ReasonMissing as missing:
            form.add_error("reason", str(missing))
        except (ListIsClosed, NotIdentified) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{finding.unit.short_name}: записано.")
            return redirect("monitoring:list", pk)
    context = {
        "form": form,
        "school_list": shown,
        "finding": finding,
        "unit": finding.unit,
        "computed": in_words(finding.categories, finding.excluded_as),
        "crumbs": _crumbs(shown, finding.unit.short_name),
    }
    return render(request, "monitoring/list_entry.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def list_approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve a draft by order."""
    shown, findings = _list_and_findings(request, pk)
    form = OrderForm(
        request.POST or None,
        initial={"seen": version_of_list(shown)},
        permission=Permission.LIST_SIGN,
        at=shown.unit,
        user=request.user,
        label="Кто утвердил",
    )
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["seen"]
        try:
            approve_list(
                school_list=shown,
                order=form.order(),
                seen=seen,
                actor=request.user,
                now=timezone.now(),
                signatory=form.chosen,
            )
        except ListChanged as changed:
            form.look_again(version_of_list(shown))
            form.add_error(None, str(changed))
        except (OrderIncomplete, ListIsClosed, DocumentRefused, SignatoryRefused) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Список утверждён. Показатели, которые на него опираются, пересчитываются.")
            return redirect("monitoring:list", pk)
    own = selectors.entries_of(own=findings)
    context = {
        "form": form,
        "school_list": shown,
        "counts": selectors.counts_of_lists([shown], own=own)[shown.pk],
        "crumbs": _crumbs(shown, "Утверждение"),
    }
    return render(request, "monitoring/list_approve.html", context, status=422 if form.errors else 200)


@require_POST
def list_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    shown, _findings = _list_and_findings(request, pk)
    try:
        discard_draft(school_list=shown, actor=request.user, now=timezone.now())
    except ListIsClosed as refused:
        messages.error(request, str(refused))
        return redirect("monitoring:list", pk)
    messages.success(request, "Черновик удалён. Расчёт остался: по нему можно составить новый.")
    return redirect("monitoring:list-list")


def _list_and_findings(request: HttpRequest, pk: int) -> tuple[SchoolList, QuerySet[Finding]]:
    own = run_selectors.findings_of(user=request.user)
    return get_object_or_404(selectors.school_lists(user=request.user, own=own), pk=pk), own


def _filtered(rows: QuerySet[ListEntry], request: HttpRequest) -> QuerySet[ListEntry]:
    asked = request.GET
    if asked.get("group") in run_selectors.GROUPS:
        rows = rows.filter(categories__contains=[asked["group"]])
    if key := search_key(asked.get("q", "")):
        rows = rows.filter(unit__search_key__contains=key) | rows.filter(unit__code=asked["q"].strip())
    if asked.get("differs"):
        rows = rows.filter(selectors.DIFFERS)
    return rows


def _row(entry: ListEntry) -> dict[str, Any]:
    return {"entry": entry, "listed": in_words(entry.categories), "computed": in_words(entry.computed)}


def _file(shown: SchoolList, rows: QuerySet[ListEntry], kind: str, geography: Geography) -> HttpResponse:
    table = Table(
        "Список",
        COLUMNS,
        (
            (
                row.unit.code,
                row.unit.name,
                row.place_name,
                in_words(row.categories) or "нет",
                in_words(row.computed) or "нет",
                row.reason,
            )
            for row in rows
        ),
        caption=f"Список школ, осень {shown.cohort_year} года",
    )
    _table, about = annex(shown, [])
    about += told_in(geography)
    return table_response(table, name=f"Список школ {shown.cohort_year}", file_format=kind, about=about)


def _crumbs(shown: SchoolList, below: str = "") -> list[tuple[str, str]]:
    address = reverse("monitoring:list", args=[shown.pk]) if below else ""
    return [
        ("Мониторинг", reverse("monitoring:home")),
        ("Списки школ", reverse("monitoring:list-list")),
        (f"Осень {shown.cohort_year} года", address),
        *([(below, "")] if below else []),
    ]
