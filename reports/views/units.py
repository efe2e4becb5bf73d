"""Pages of places: a territory with what stands under it, a school with its passport."""

from contextlib import suppress
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from common.downloads import table_response
from common.htmx import page_or_partial, vary_on_htmx
from common.lists import Heading, Listing
from common.tables import Column, Table
from common.tables import Kind as Of
from programmes.enums import Standing
from programmes.models import Programme
from programmes.selectors.indicator_table import Cell, indicator_table
from reports.selectors.overview import regional_programme
from reports.selectors.places import address, crumbs, own_places, visible_units
from reports.selectors.school_page import school_page
from reports.selectors.unit_page import Line, Totals, cohort_year_of, lines_of, own_programmes, totals_of
from roadmap.enums import ResultState
from roadmap.selectors.grid import Owing, states_at
from schools.access import held
from schools.enums import ORGANISATIONS, Kind
from schools.models import Unit
from schools.selectors.geography import Geography, geography_of, has_changed_since
from schools.selectors.school_list import with_memberships, with_past

SCHOOLS = Heading("Школ", key="schools", order=("schools", "name"), is_number=True)
PUPILS = Heading("Детей", key="pupils", order=("pupils", "name"), is_number=True)
LISTED = Heading("В списке", key="listed", order=("listed", "name"), is_number=True, hint="ШНРО и ШНСУ по приказу")
SHARE = Heading("Доля, %", key="share", order=("listed_percent", "name"), is_number=True)
HEADINGS = {
    Kind.DISTRICT: [
        Heading("Округ", key="name"),
        Heading("Муниципалитетов", key="municipalities", order=("municipalities", "name"), is_number=True),
        SCHOOLS, PUPILS, LISTED, SHARE,
        Heading("МППКО утверждены", key="with", order=("with_programme", "name"), is_number=True),
    ],
    Kind.MUNICIPALITY: [
        Heading("Муниципалитет", key="name"),
        SCHOOLS, PUPILS, LISTED, SHARE,
        Heading("МППКО", key="programme", order=("programme", "name"), hint="Муниципальная программа"),
    ],
    Kind.SCHOOL: [
        Heading("Школа", key="name"),
        Heading("Код", key="code", order=("unit__code",)),
        Heading("Детей", key="pupils", order=("pupils", "name"), is_number=True),
        Heading("Категория", key="categories", order=("category_labels", "name")),
        Heading("ШППКО", key="programme", order=("programme", "name"), hint="Программа школы"),
    ],
}  # fmt: skip
COLUMNS = {
    Kind.DISTRICT: [
        Column("Округ"), Column("Муниципалитетов", Of.INTEGER), Column("Школ", Of.INTEGER), Column("Детей", Of.INTEGER),
        Column("В списке", Of.INTEGER), Column("Доля, %", Of.PERCENT), Column("МППКО утверждены", Of.INTEGER),
    ],
    Kind.MUNICIPALITY: [
        Column("Муниципалитет"), Column("Школ", Of.INTEGER), Column("Детей", Of.INTEGER),
        Column("В списке", Of.INTEGER), Column("Доля, %", Of.PERCENT), Column("МППКО"),
    ],
    Kind.SCHOOL: [
        Column("Школа"), Column("Код", width=10), Column("Детей", Of.INTEGER), Column("Категория"), Column("ШППКО"),
    ],
}  # fmt: skip


def asked_geography(request: HttpRequest) -> Geography:
    """Return whose territories the person asks for: of the year, of today, or «по состоянию на» another day."""
    day = None
    with suppress(ValueError):
        day = date.fromisoformat(request.GET.get("on", ""))
    return geography_of(request.programme_year, is_today=request.is_today and day is None, on=day)


@require_safe
def unit_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a territory: its units with their figures, its roadmap, and the way to its indicators."""
    geography = asked_geography(request)
    units = with_past(visible_units(user=request.user)).annotate(has_changed=has_changed_since(geography.day))
    unit = get_object_or_404(units, pk=pk)
    geography = geography.of(unit)
    if unit.kind in ORGANISATIONS:
        return redirect(address(unit))
    year, cohort_year = request.programme_year, cohort_year_of(request.programme_year)
    may = held(request.user, at=unit)
    by = {"geography": geography, "user": request.user}
    lines = lines_of(unit, year=year, cohort_year=cohort_year, may=may, **by)
    kind = Kind(lines[0].unit.kind) if lines and not lines[0].is_direct else Kind.SCHOOL
    listing = Listing.read(request.GET, HEADINGS[kind], default="name")
    lines = listing.sort(lines)
    if listing.file_format:
        table = Table(unit.short_name, COLUMNS[kind], [_row(line, kind) for line in lines])
        return table_response(table, name=f"{unit.short_name}, {year}", file_format=listing.file_format)
    totals = totals_of(unit, lines)
    programme = regional_programme(year, over=unit) if Permission.PROGRAMME_VIEW in may else None
    own = own_programmes(unit) if Permission.PROGRAMME_VIEW in may and unit.kind == Kind.MUNICIPALITY else []
    context = {
        "unit": unit,
        "year": year,
        "cohort_year": cohort_year,
        "listing": listing,
        "page": listing.page(lines),
        "kind": kind,
        "totals": totals,
        "programmes": own or ([programme] if programme and programme.unit_id == unit.pk else []),
        "roadmap": _roadmap(programme, unit, year, totals, geography),
        "geography": geography,
        "crumbs": crumbs(unit, places=own_places(user=request.user)),
    }
    return render(request, "reports/unit.html", context)


@require_safe
def school(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a school: requisites, passport, results, categories, programme, recommendations."""
    schools = visible_units(user=request.user).filter(kind__in=ORGANISATIONS, school__isnull=False)
    schools = with_past(with_memberships(schools.select_related("school", "parent__parent__parent")))
    unit = get_object_or_404(schools, pk=pk)
    page = school_page(unit, may=held(request.user, at=unit))
    context = {
        "unit": unit,
        "page": page,
        "year": request.programme_year,
        "crumbs": crumbs(unit, places=own_places(user=request.user)),
    }
    return render(request, "reports/school.html", context)


@require_safe
def indicators(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the indicators of a place for the year: a part of its page, and a page of its own."""
    visible = visible_units(user=request.user)
    unit = get_object_or_404(visible, pk=pk)
    year = request.programme_year
    programme = regional_programme(year, over=unit)
    table = None
    if programme is not None and Permission.INDICATOR_VIEW in held(request.user, at=unit):
        is_today = asked_geography(request).of(unit).is_today
        table = indicator_table(
            unit=unit, programme=programme, today=timezone.localdate(), years=[year], is_today=is_today
        )
    rows = [row for row in table.rows if any(map(_is_of_place, row.cells))] if table else []
    standings = table.standings(year) if table else {}
    context = {
        "unit": unit,
        "year": year,
        "table": table,
        "rows": rows,
        "met": standings.get(Standing.MET, 0),
        "asked": sum(standings.values()) - standings.get(Standing.NOT_SET, 0),
        "crumbs": crumbs(unit, places=own_places(user=request.user)),
    }
    template = page_or_partial(request, "reports/indicators.html", "reports/_indicators.html")
    return vary_on_htmx(render(request, template, context))


def _is_of_place(cell: Cell) -> bool:
    """Whether an indicator says anything of the place: it has a value, or a target that is asked of it."""
    return cell.judgement.standing != Standing.NOT_SET or (cell.value is not None and cell.value.is_known)


def _row(line: Line, kind: Kind) -> list[object]:
    unit = line.unit
    if line.is_direct:
        figures = [line.schools, line.pupils, line.listed, line.listed_share]
        return ["Краевого подчинения", *([None] if kind == Kind.DISTRICT else []), *figures, None]
    if unit.kind == Kind.SCHOOL:
        return [unit.short_name, unit.code, line.pupils, line.category_labels, line.programme_label]
    figures: list[object] = [line.schools, line.pupils, line.listed, line.listed_share]
    if unit.kind == Kind.DISTRICT:
        return [unit.short_name, line.municipalities, *figures, line.with_programme]
    return [unit.short_name, *figures, line.programme_label]


def _roadmap(
    programme: Programme | None, unit: Unit, year: int, totals: Totals, geography: Geography
) -> list[tuple[ResultState, int]]:
    if programme is None:
        return []
    owing = Owing(None if unit.kind == Kind.MUNICIPALITY else totals.municipalities, {year: totals.listed})
    on = timezone.localdate()
    states = states_at(programme, place=unit, owing=owing, year=year, on=on, geography=geography)
    return [(state, states[state]) for state in ResultState if states[state]]
