"""The journal of actions."""

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import AuditEvent
from common.downloads import table_response
from common.lists import Heading, Listing
from common.tables import Column, Kind, Table
from reports.filters import JournalFilter
from reports.selectors.journal import ACTIONS, DOORS, differences, journal, may_read_journal, places_of_journal

HEADINGS = [
    Heading("Когда", key="when", order=("happened_at", "pk")),
    Heading("Кто", key="who", order=("actor_name", "pk")),
    Heading("Что сделано", key="action", order=("action", "pk")),
    Heading("С чем", key="target", order=("target_title", "pk")),
    Heading("Как", key="via", order=("via", "pk")),
]
COLUMNS = [
    Column("Когда", Kind.MOMENT),
    Column("Кто", width=32),
    Column("Что сделано", width=32),
    Column("С чем", width=60),
    Column("Как", width=12),
    Column("Причина", width=40),
    Column("Было", width=40),
    Column("Стало", width=40),
]
MOST_IN_FILE = 50_000


@require_safe
def journal_page(request: HttpRequest) -> HttpResponse:
    """Show who did what, narrowed and sorted as the address asks; the same rows as CSV or XLSX."""
    if not may_read_journal(user=request.user):
        raise Http404("Журнал вам не виден.")
    form = JournalFilter(request.GET, places=places_of_journal(user=request.user))
    listing = Listing.read(request.GET, HEADINGS, default="-when")
    events = listing.sort(form.narrow(journal(user=request.user)))
    if listing.file_format:
        table = Table("Журнал действий", COLUMNS, _rows(events[:MOST_IN_FILE].iterator(1000)))
        return table_response(table, name="Журнал действий", file_format=listing.file_format)
    page = listing.page(events)
    rows = [(event, ACTIONS.get(event.action, event.action), DOORS.get(event.via, event.via)) for event in page]
    shown = [(event, words, way, differences(event)) for event, words, way in rows]
    context = {"form": form, "listing": listing, "page": page, "events": shown, "crumbs": [("Журнал действий", "")]}
    return render(request, "reports/journal.html", context)


def _rows(events: Iterable[AuditEvent]) -> Iterable[tuple[Any, ...]]:
    for event in events:
        changed = differences(event)
        yield (
            event.happened_at,
            event.actor_name,
            ACTIONS.get(event.action, event.action),
            event.target_title,
            DOORS.get(event.via, event.via),
            event.reason,
            "; ".join(f"{each.name}: {each.before}" for each in changed if each.before),
            "; ".join(f"{each.name}: {each.after}" for each in changed if each.after),
        )
