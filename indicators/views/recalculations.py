"""The journal of recalculations: the list, one run with the notes that caused it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from common.downloads import table_response
from common.lists import Heading, Listing
from common.tables import Column, Kind, Table
from indicators.enums import RunState
from indicators.forms.recalculations import RunFilter
from indicators.models import RecalculationRequest, RecalculationRun
from indicators.selectors.bases import programme_years
from indicators.selectors.run_journal import (
    narrowed,
    notes_of,
    runs,
    said_problems,
    said_took,
    told,
    waiting_notes_with_people,
    why_waiting,
    workers_of,
)
from indicators.views.library import crumbs_to

HEADINGS = [
    Heading("Когда", key="when", order=("started_at", "pk")),
    Heading("Почему и кто"),
    Heading("Что изменилось"),
    Heading("Посчитано", key="computed", order=("written", "pk"), is_number=True),
    Heading("Стало другим", key="changed", order=("changed", "pk"), is_number=True),
    Heading("Длилось", key="took", order=("took_ms", "pk"), is_number=True),
    Heading("Состояние"),
]
COLUMNS = [
    Column("№", Kind.INTEGER),
    Column("Начат", Kind.MOMENT),
    Column("Закончен", Kind.MOMENT),
    Column("Почему", width=60),
    Column("Кто", width=32),
    Column("Записок", Kind.INTEGER),
    Column("Сведения", width=40),
    Column("Годы", width=20),
    Column("О ком", width=40),
    Column("Показателей и периодов", Kind.INTEGER),
    Column("Посчитано значений", Kind.INTEGER),
    Column("Стало другими", Kind.INTEGER),
    Column("Не посчитано показателей", Kind.INTEGER),
    Column("Длился", width=14),
    Column("Состояние", width=20),
]
NOTE_HEADINGS = [
    Heading("Когда", key="when", order=("requested_at", "pk")),
    Heading("Почему"),
    Heading("Кто"),
    Heading("Сведения"),
    Heading("Годы"),
    Heading("О ком"),
]
MOST_IN_FILE = 20_000
MOST_WAITING = 5


@require_safe
def run_list(request: HttpRequest) -> HttpResponse:
    """Show when and why values were computed anew, narrowed and sorted as the address asks; the same as CSV or XLSX."""
    found = _journal(request)
    form = RunFilter(request.GET, years=programme_years())
    listing = Listing.read(request.GET, HEADINGS, default="-when")
    rows = listing.sort(narrowed(found, form.asked()))
    if listing.file_format:
        table = Table("Пересчёты", COLUMNS, _lines(rows[:MOST_IN_FILE]))
        return table_response(table, name="Пересчёты", file_format=listing.file_format)
    page = listing.page(rows)
    waiting = waiting_notes_with_people()
    first = list(waiting[: MOST_WAITING + 1])
    notes = told([note for run in page for note in run.first_notes] + first)
    context = {
        "form": form,
        "listing": listing,
        "page": page,
        "runs": list(_shown(page, notes)),
        "waiting": notes[len(notes) - len(first) :][:MOST_WAITING],
        "waiting_count": waiting.count() if len(first) > MOST_WAITING else len(first),
        "why_waiting": why_waiting() if first else "",
        "crumbs": crumbs_to("Пересчёты", ("Как считаются", reverse("indicators:library"))),
    }
    return render(request, "indicators/recalculations.html", context)


@require_safe
def run_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One run: what it was of, what could not be computed and why, every note that caused it."""
    run = _journal(request).filter(pk=pk).first()
    if run is None:
        raise Http404
    listing = Listing.read(request.GET, NOTE_HEADINGS, default="when", has_files=False)
    page = listing.page(listing.sort(notes_of(run)))
    context = {
        "run": run,
        "state": RunState(run.state),
        "took": said_took(run),
        "problems": sorted(run.problems.items()),
        "parts_left": run.parts.filter(done_at=None).count() if run.finished_at is None else 0,
        "why_waiting": why_waiting(prefix=workers_of(run)) if run.finished_at is None else "",
        "listing": listing,
        "page": page,
        "notes": told(page.rows),
        "crumbs": crumbs_to(
            f"Пересчёт № {run.pk}",
            ("Как считаются", reverse("indicators:library")),
            ("Пересчёты", reverse("indicators:recalculation-list")),
        ),
    }
    return render(request, "indicators/recalculation.html", context)


def _journal(request: HttpRequest) -> QuerySet[RecalculationRun]:
    found = runs(user=request.user)
    if found is None:
        raise Http404("Журнал пересчётов вам не виден.")
    return found


def _shown(page: Iterable[RecalculationRun], notes: list) -> Iterator[tuple]:
    """Each run with its state, its length and its first notes in words."""
    by_key = {one.note.pk: one for one in notes}
    for run in page:
        mine = [by_key[note.pk] for note in run.first_notes]
        yield run, RunState(run.state), said_took(run), mine, run.note_count - len(mine), said_problems(run)


def _lines(rows: Iterable[RecalculationRun]) -> Iterator[tuple[object, ...]]:
    every = list(rows)
    words = {one.note.pk: one for one in told(note for run in every for note in run.first_notes)}
    for run in every:
        first = [words[note.pk] for note in run.first_notes]
        yield (
            run.pk,
            run.started_at,
            run.finished_at,
            run.reason,
            _joined(_name(note) for note in run.first_notes),
            run.note_count,
            _joined(one.facts for one in first),
            _joined(one.years for one in first),
            _joined(one.units for one in first),
            run.editions,
            run.written,
            run.changed,
            len(run.problems),
            said_took(run),
            RunState(run.state).label,
        )


def _name(note: RecalculationRequest) -> str:
    return note.requested_by.full_name or note.requested_by.login


def _joined(words: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(words))
