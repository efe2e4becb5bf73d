"""Forms by which values are entered: a sheet of a territory's own questions and a grid of its schools."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission
from common.russian import counted
from indicators.enums import EntryStatus, PeriodKind
from indicators.forms.entry import Typed, read_cells, typed_cells
from indicators.models import DataElement, Period
from indicators.selectors.bases import Bases, year_periods
from indicators.selectors.cells import Cell, Place, said
from indicators.selectors.entry import (
    cells_of,
    elements_asked,
    entry_form,
    entry_progress,
    is_being_prepared,
    observation_history,
)
from indicators.selectors.periods import described_period, described_words, periods_asked
from indicators.selectors.places import Places, places_of
from indicators.selectors.reviewing import values_to_send
from indicators.services.observations import enter_observations
from indicators.services.periods import shorter_period
from schools.access import held
from schools.enums import Kind
from schools.models import Unit
from schools.querysets import ANY_DIRECTION

WITH_MUNICIPALITIES = (Kind.REGION, Kind.DISTRICT)


@require_http_methods(["GET", "HEAD", "POST"])
def entry_page(request: HttpRequest) -> HttpResponse:
    """Show the form of a territory and a year, and save what was typed: a cell, a block or the whole sheet."""
    # Of which direction a value is, the service asks: whoever enters some of them opens the form.
    choice = places_of(
        user=request.user,
        asked=request.GET.get("unit", ""),
        permission=Permission.OBSERVATION_ENTER,
        direction=ANY_DIRECTION,
    )
    if choice is None:
        raise Http404
    periods = year_periods()
    if choice.chosen is None or not periods:
        return render(request, "indicators/entry.html", {"choice": choice, "years": periods})
    asked = str(request.programme_year)
    year = next((one for one in periods if one.code == asked), periods[-1])
    form = _form_asked(request, choice.chosen, year)
    if request.method == "POST":
        return _saved(request, choice, form)
    return render(request, "indicators/entry.html", _context(request, choice, form, {}))


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a unit, for which periods of a year, and which of them is looked at."""

    elements: list[DataElement]
    year: Period
    period: Period
    codes: list[str]

    @property
    def query(self) -> str:
        """The period as an address names it."""
        shorter = "" if self.period.kind == PeriodKind.YEAR else f"&period={self.period.code}"
        return f"year={self.year.code}{shorter}"


def _form_asked(request: HttpRequest, unit: Unit, year: Period) -> Asked:
    elements = elements_asked(unit, year)
    codes = periods_asked(elements, year)
    chosen = request.GET.get("period", year.code)
    code = chosen if chosen in codes else next(iter(codes), year.code)
    return Asked(elements, year, year if code == year.code else described_period(code), codes)


@require_safe
def observation_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that was ever entered into one cell: what, who, when, by which document."""
    rows = observation_history(user=request.user, pk=pk)
    if not rows:
        raise Http404
    first = rows[0]
    shorter = "" if first.period.kind == PeriodKind.YEAR else f"&period={first.period.code}"
    address = f"{reverse('indicators:entry')}?unit={first.unit_id}&year={first.period.year}{shorter}"
    context = {
        "rows": [(row, said(row.element, row.value)) for row in rows],
        "is_being_prepared": is_being_prepared(rows),
        "element": first.element,
        "category": first.category_name,
        "unit": first.unit,
        "period": first.period,
        "crumbs": [("Внести значения", address), ("История записи", "")],
    }
    return render(request, "indicators/history.html", context)


def _saved(request: HttpRequest, choice: Places, form: Asked) -> HttpResponse:
    period = form.period if form.period.pk else shorter_period(form.period.code)
    cells = _save(request, typed_cells(request.POST), period)
    if request.htmx:
        unit, year = choice.chosen, period.ends_on.year
        context = {"cells": cells, "now": timezone.now(), "unit": unit, "year": year}
        context["wholes"] = list({cell.whole.key: cell.whole for cell in cells if cell.whole}.values())
        context["drafts"] = values_to_send(user=request.user, unit=unit, year=year).count()
        response = render(request, "indicators/_saved_cells.html", context)
        response.headers["X-Entry"] = "kept"
        return response
    problems, saved = sum(bool(cell.problem) for cell in cells), sum(cell.is_saved for cell in cells)
    if saved:
        messages.success(request, f"Сохранено: {counted(saved, 'значение', 'значения', 'значений')}.")
    if not problems:
        if not saved:
            messages.info(request, "Ничего не изменено: сохранять нечего.")
        return redirect(f"{reverse('indicators:entry')}?{request.GET.urlencode()}")
    messages.error(request, "Часть значений не сохранена: причина написана рядом с каждым.")
    typed = {cell.place: cell for cell in cells if cell.problem}
    return render(request, "indicators/entry.html", _context(request, choice, form, typed), status=422)


def _save(request: HttpRequest, typed: list[Typed], period: Period) -> list[Cell]:
    """Write what was touched and can be written; return every cell that was sent as it stands now."""
    units = {
        unit.pk: unit
        for unit in Unit.objects.visible_to(request.user, Permission.OBSERVATION_ENTER, direction=ANY_DIRECTION).filter(
            pk__in={cell.unit_id for cell in typed}
        )
    }
    elements = DataElement.objects.in_bulk({cell.element_id for cell in typed})
    if any(cell.unit_id not in units or cell.element_id not in elements for cell in typed):
        raise Http404
    entries, unread = read_cells(typed, elements, units, period)
    outcome = enter_observations(
        entries=[entry for _, entry in entries],
        actor=request.user,
        now=timezone.now(),
        status=EntryStatus.DRAFT,
    )
    problems = {cell.place: problem for cell, problem in unread}
    problems |= {(entry.element.pk, entry.unit.pk, entry.category): str(why) for entry, why in outcome.refused}
    standing = cells_of([(elements[cell.element_id], units[cell.unit_id], cell.category) for cell in typed], period)
    cells = []
    for cell in typed:
        now = standing[cell.place]
        now.with_proof = cell.proof is not None
        now.problem = problems.get(cell.place, "")
        now.is_saved = cell.is_touched and not now.problem
        now.typed = cell.text if now.problem else None
        cells.append(now)
    return cells


def _context(request: HttpRequest, choice: Places, form: Asked, typed: dict[Place, Cell]) -> dict[str, object]:
    unit = choice.chosen
    assert unit is not None  # noqa: S101 - the caller has looked
    period = form.period
    basis, everyone = Bases([form.year]).of(period), request.GET.get("all") == "1"
    sheet, grid = entry_form(user=request.user, unit=unit, basis=basis, asked=form.elements, everyone=everyone)
    for cell in [*sheet, *(cell for _, cells in (grid.rows if grid else []) for cell in cells)]:
        wrong = typed.get(cell.place)
        if wrong is not None:
            cell.typed, cell.problem = wrong.typed, wrong.problem
    shows_progress = unit.kind in WITH_MUNICIPALITIES
    return {
        "choice": choice,
        "years": [form.year],
        "period": period,
        "periods": [(code, described_words(code, form.year)) for code in form.codes],
        "query": form.query,
        "unit": unit,
        "year": basis.year,
        "basis": basis,
        "sheet": sheet,
        "grid": grid,
        "everyone": everyone,
        "drafts": values_to_send(user=request.user, unit=unit, year=basis.year).count(),
        "may_override": Permission.INDICATOR_EDIT in held(request.user, at=unit),
        "progress": entry_progress(user=request.user, unit=unit, period=period) if shows_progress else [],
        "address": f"{reverse('indicators:entry')}?unit={unit.pk}&{form.query}",
        "crumbs": [
            ("Показатели", f"{reverse('programmes:indicator-table')}?unit={unit.pk}&year={basis.year}"),
            ("Внести значения", ""),
        ],
    }
