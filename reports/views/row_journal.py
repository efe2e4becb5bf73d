"""The journal of rows: what the database itself wrote down, whichever way a row was written."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import RowChange
from common.downloads import table_response
from common.lists import Heading, Listing
from common.tables import Column, Kind, Table
from reports.filters import RowFilter
from reports.selectors.journal import may_read_journal, places_of_journal
from reports.selectors.row_journal import kinds_of_rows, row_journal, written

HEADINGS = [
    Heading("Когда", key="when", order=("pk",)),
    Heading("Кто"),
    Heading("Что изменено"),
    Heading("Как"),
]
COLUMNS = [
    Column("Когда", Kind.MOMENT),
    Column("Кто", width=32),
    Column("За кого", width=32),
    Column("Что", width=40),
    Column("Что сделано", width=12),
    Column("Было и стало", width=80),
    Column("Как", width=12),
    Column("Основание", width=40),
    Column("Запрос", width=20),
]
MOST_IN_FILE = 50_000
BATCH = 1000


@require_safe
def row_journal_page(request: HttpRequest) -> HttpResponse:
    """Show changed rows, narrowed as the address asks; the same rows as CSV or XLSX."""
    if not may_read_journal(user=request.user):
        raise Http404("Журнал вам не виден.")
    form = RowFilter(request.GET, kinds=kinds_of_rows(), places=places_of_journal(user=request.user))
    listing = Listing.read(request.GET, HEADINGS, default="-when")
    rows = listing.sort(form.narrow(row_journal(user=request.user)))
    if listing.file_format:
        table = Table("Журнал строк", COLUMNS, _lines(rows[:MOST_IN_FILE]))
        return table_response(table, name="Журнал строк", file_format=listing.file_format)
    page = listing.page(rows)
    context = {
        "form": form,
        "listing": listing,
        "page": page,
        "rows": written(page.rows),
        "crumbs": [("Журнал действий", reverse("reports:journal")), ("Журнал строк", "")],
    }
    return render(request, "reports/row_journal.html", context)


def _lines(rows: QuerySet[RowChange]) -> Iterator[tuple[Any, ...]]:
    batch: list[RowChange] = []
    for row in rows.iterator(BATCH):
        batch.append(row)
        if len(batch) == BATCH:
            yield from _batch(batch)
            batch = []
    yield from _batch(batch)


def _batch(rows: list[RowChange]) -> Iterator[tuple[Any, ...]]:
    for one in written(rows):
        yield (
            one.row.happened_at,
            one.who,
            one.signatory,
            one.line.words,
            one.line.done,
            one.line.said,
            one.door,
            one.row.reason,
            one.row.request,
        )
