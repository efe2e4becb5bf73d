"""The history of one thing: what was done with it, what has changed since it was approved, what was approved."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from common.downloads import table_response
from common.lists import Heading, Listing
from common.tables import Column, Kind, Table
from reports.filters import HistoryFilter
from reports.selectors.trail.acts import Act, acts_of, columns_of, people_of, written_out
from reports.selectors.trail.approved import approval_of, approved_state, changed_since
from reports.selectors.trail.objects import OBJECTS, HistoryOf

HEADINGS = [
    Heading("Когда", key="when", order=("happened_at",)),
    Heading("Кто"),
    Heading("Что сделано"),
    Heading("Как"),
]
COLUMNS = [
    Column("Когда", Kind.MOMENT),
    Column("Кто", width=32),
    Column("За кого", width=32),
    Column("Что сделано", width=32),
    Column("Что изменено", width=80),
    Column("Основание", width=40),
    Column("Как", width=12),
]
BATCH = 200


@require_safe
def history_page(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Show what was done with a thing, newest first, narrowed by column, person and days; the same as CSV or XLSX."""
    sort, thing = _found(request, kind, key)
    form = HistoryFilter(request.GET, columns=columns_of(sort))
    asked = form.asked
    found = acts_of(sort, thing, asked)
    form.know(people_of(found.acts))
    listing = Listing.read(request.GET, HEADINGS, default="-when")
    acts = found.acts if listing.is_descending else found.acts[::-1]
    if listing.file_format:
        name = f"История, {sort.title}"
        table = Table("История", COLUMNS, _lines(sort, acts))
        return table_response(table, name=name, file_format=listing.file_format)
    page = listing.page(acts)
    context = {
        "form": form,
        "listing": listing,
        "page": page,
        "acts": written_out(sort, page.rows),
        "is_cut": found.is_cut,
        **_context(sort, thing, kind, "История"),
    }
    return render(request, "reports/history.html", context)


@require_safe
def since_approval(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Say how often a thing has been changed since it was approved; a part of its page."""
    sort, thing = _found(request, kind, key)
    approval = approval_of(sort, thing)
    context = {
        "count": changed_since(sort, thing, approval) if approval else 0,
        "approval": approval,
        "kind": kind,
        "key": thing.pk,
        "words": sort.approved_words,
    }
    return render(request, "reports/_since_approval.html", context)


@require_safe
def as_approved(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Show a thing as it was when it was approved, with what differs today beside."""
    sort, thing = _found(request, kind, key)
    approval = approval_of(sort, thing)
    title = sort.approved_words[1]
    context = {
        "approval": approval,
        "tables": approved_state(sort, thing, approval) if approval else [],
        **_context(sort, thing, kind, title[:1].upper() + title[1:]),
    }
    return render(request, "reports/as_approved.html", context)


def _found(request: HttpRequest, kind: str, key: str) -> tuple[HistoryOf, Any]:
    """Return the sort of thing and the thing; one that is not seen, or whose history is not, is not there."""
    sort = OBJECTS.get(kind)
    if sort is None:
        raise Http404
    try:
        thing = sort.seen(request.user).filter(pk=key).first()
    except (ValueError, ValidationError, OverflowError):
        raise Http404 from None
    unit = sort.unit(thing) if thing is not None else None
    if unit is None or not sort.may(request.user, thing, unit):
        raise Http404
    return sort.as_read_by(request.user, thing), thing


def _lines(sort: HistoryOf, acts: Sequence[Act]) -> Iterator[tuple[Any, ...]]:
    for first in range(0, len(acts), BATCH):
        for act in written_out(sort, acts[first : first + BATCH]):
            yield (
                act.happened_at,
                act.who,
                act.signatory,
                "; ".join(act.what),
                _changed(act),
                "; ".join(act.reasons),
                act.door,
            )


def _changed(act: Act) -> str:
    rows = [line.whole for line in act.lines]
    return "\n".join([*rows, f"и ещё строк: {act.left_out}"] if act.left_out else rows)


def _context(sort: HistoryOf, thing: Any, kind: str, title: str) -> dict[str, Any]:
    page = reverse(sort.page, args=[thing.pk]) if sort.page else ""
    name = str(thing)
    return {
        "thing": thing,
        "kind": kind,
        "sort": sort,
        "page_address": page,
        "crumbs": [(name if len(name) < 90 else f"{name[:90]}…", page), (title, "")],
    }
