"""Closed periods: the list, one period with what has changed since, closing it by order, opening it again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission
from common.downloads import table_response
from common.lists import Heading, Listing
from common.russian import counted
from common.tables import Column, Kind, Table
from common.versions import version_of
from documents.services.filing import DocumentRefused
from indicators.enums import ChangesTaken
from indicators.forms.closings import ClosingForm, ReopeningForm
from indicators.models import Period, ValueSinceClosing
from indicators.selectors.closings import (
    CLOSABLE,
    closings,
    is_over,
    official_editions,
    periods,
    pinning,
    unpinned,
    values_since_closing,
)
from indicators.selectors.run_journal import may_read_runs
from indicators.selectors.said_closing import said_value
from indicators.services.closing import PeriodChanged, PeriodRefused, close_period, reopen_period, shown_of
from indicators.services.definitions import region
from indicators.views.library import crumbs_to
from schools.access import can
from schools.services.signing import SignatoryRefused

HEADINGS = [
    Heading("Кто", key="unit", order=("unit__sort_key", "indicator__sort_key", "pk")),
    Heading("Показатель", key="indicator", order=("indicator__sort_key", "unit__sort_key", "pk")),
    Heading("Утверждено", is_number=True),
    Heading("Было бы сейчас", is_number=True),
    Heading("Почему"),
]
COLUMNS = [
    Column("Кто", width=40),
    Column("Код показателя", width=20),
    Column("Показатель", width=60),
    Column("Утверждено", width=16),
    Column("Было бы сейчас", width=16),
    Column("Когда пересчитано", Kind.MOMENT),
    Column("Почему", width=60),
]


@require_safe
def period_list(request: HttpRequest) -> HttpResponse:
    """List the years, half-years and waves: which are closed, by which order, how much differs since."""
    context = {
        "periods": periods(user=request.user),
        "today": timezone.localdate(),
        "region": region(),
        "crumbs": crumbs_to("Закрытые периоды", ("Как считаются", reverse("indicators:library"))),
    }
    return render(request, "indicators/periods.html", context)


@require_safe
def period_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One period: its closings, and each value that came out otherwise since; those as CSV or XLSX."""
    period = _found(pk)
    listing = Listing.read(request.GET, HEADINGS, default="unit")
    rows = listing.sort(values_since_closing(user=request.user).filter(period=period))
    here = region()
    reads_runs = may_read_runs(user=request.user)
    if listing.file_format:
        table = Table("Изменилось после закрытия", COLUMNS, _lines(rows, reads_runs=reads_runs))
        name = f"Изменилось после закрытия: {period.in_words}"
        return table_response(table, name=name, file_format=listing.file_format)
    page = listing.page(rows)
    context = {
        "period": period,
        "closings": closings(period),
        "listing": listing,
        "page": page,
        "rows": list(_shown(page.rows)),
        "reads_runs": reads_runs,
        "unpinned": unpinned(period) if period.closing else [],
        "region": here,
        "is_over": is_over(period, timezone.localdate()),
        "crumbs": _crumbs(period),
    }
    return render(request, "indicators/period.html", context)


@require_safe
def changed_fragment(request: HttpRequest, pk: int) -> HttpResponse:
    """Say how much of what the reader sees came out otherwise since a period was closed; asked once a page stands."""
    period = _found(pk)
    count = values_since_closing(user=request.user).filter(period=period).aggregate(n=Count("pk"))["n"]
    return render(request, "indicators/_changed.html", {"period": period, "count": count})


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what closing a period would pin, and close it by order."""
    period = _to_decide(request, pk)
    found = pinning(period)
    form = ClosingForm(
        request.POST or None,
        initial={"seen": version_of(found.shown)},
        permission=Permission.PERIOD_SIGN,
        at=region(),
        user=request.user,
        label="Кто подписал приказ",
    )
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["seen"]
        try:
            close_period(
                period=period,
                order=form.order(),
                actor=request.user,
                now=timezone.now(),
                signatory=form.chosen,
                seen=seen,
            )
        except PeriodChanged as changed:
            found = pinning(period)
            form.look_again(version_of(found.shown))
            form.add_error(None, str(changed))
        except (PeriodRefused, SignatoryRefused, DocumentRefused) as refused:
            form.add_error(None, str(refused))
        else:
            said = counted(found.values, "значение закреплено", "значения закреплены", "значений закреплено")
            messages.success(request, f"Закрыто: {period.in_words}, {said}.")
            return redirect("indicators:period", pk)
    context = {
        "period": period,
        "pinning": found,
        "form": form,
        "is_over": is_over(period, timezone.localdate()),
        "crumbs": _crumbs(period, "Закрыть"),
    }
    return render(request, "indicators/period_close.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a closed period again by order, with what came out otherwise since adopted or dropped."""
    period = _to_decide(request, pk)
    shown = shown_of(period)
    form = ReopeningForm(
        request.POST or None,
        initial={"seen": version_of(shown)},
        permission=Permission.PERIOD_SIGN,
        at=region(),
        user=request.user,
        label="Кто подписал приказ",
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            reopen_period(
                period=period,
                order=form.order(),
                reason=given["reason"],
                taken=ChangesTaken(given["taken"]),
                actor=request.user,
                now=timezone.now(),
                signatory=form.chosen,
                seen=given["seen"],
            )
        except PeriodChanged as changed:
            shown = shown_of(period)
            form.look_again(version_of(shown))
            form.add_error(None, str(changed))
        except (PeriodRefused, SignatoryRefused, DocumentRefused) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(
                request, f"Открыто снова: {period.in_words}. {ChangesTaken(given['taken']).label.capitalize()}."
            )
            return redirect("indicators:period", pk)
    context = {"period": period, "changed": shown["changed"], "form": form, "crumbs": _crumbs(period, "Открыть снова")}
    return render(request, "indicators/period_reopen.html", context, status=422 if form.errors else 200)


def _found(pk: int) -> Period:
    return get_object_or_404(Period.objects.select_related("in_force"), pk=pk, kind__in=CLOSABLE)


def _to_decide(request: HttpRequest, pk: int) -> Period:
    """The period, for those who close and open them; for others there is no such page."""
    if not can(request.user, Permission.PERIOD_CLOSE, at=region()):
        raise Http404
    return _found(pk)


def _crumbs(period: Period, *last: str) -> list[tuple[str, str]]:
    library = ("Как считаются", reverse("indicators:library"))
    every = ("Закрытые периоды", reverse("indicators:period-list"))
    if not last:
        return crumbs_to(period.in_words, library, every)
    return crumbs_to(last[0], library, every, (period.in_words, reverse("indicators:period", args=[period.pk])))


def _shown(rows: Iterable[ValueSinceClosing]) -> Iterator[tuple[ValueSinceClosing, str, str]]:
    """Each row with the official value and that of now, as they are read."""
    every = list(rows)
    official = official_editions([row.pinned for row in every if row.pinned])
    for row in every:
        was = said_value(official.get(row.pinned), row.was_n, row.was_d, row.was_status, row.was_cells)
        yield row, was, said_value(row.edition, row.n, row.d, row.status, row.cells)


def _lines(rows: Iterable[ValueSinceClosing], *, reads_runs: bool) -> Iterator[tuple[object, ...]]:
    for row, was, now in _shown(rows):
        why = row.run.reason if reads_runs else ""
        yield row.unit.name, row.indicator.code, row.indicator.name, was, now, row.run.finished_at, why
