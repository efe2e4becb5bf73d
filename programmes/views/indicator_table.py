"""«Показатели»: the indicators of a programme for one territory, year by year, beside their targets."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import User
from common.downloads import table_response
from common.lists import FILE_FORMATS, Listing
from common.numbers import key_of
from common.tables import Column, Kind, Table
from indicators.selectors.places import Places, places_of
from indicators.selectors.said_closing import said_closings
from programmes.enums import Standing
from programmes.models import Programme
from programmes.selectors.forecasting import METHOD
from programmes.selectors.indicator_table import Cell, IndicatorTable, Row, indicator_table
from programmes.selectors.with_indicators import chosen_programme
from schools.selectors.geography import geography_of

COLUMNS = [
    Column("№", width=8),
    Column("Показатель", width=60),
    Column("Направление", width=28),
    Column("Год", Kind.INTEGER),
    Column("Цель", width=24),
    Column("Значение", width=14),
    Column("Единица", width=12),
    Column("Числитель", Kind.DECIMAL),
    Column("Знаменатель", Kind.DECIMAL),
    Column("Не учтено", Kind.INTEGER),
    Column("Состояние", width=18),
    Column("Причина", width=36),
    Column("По каким данным", width=60),
    Column("Прогноз на конец года", width=36),
    Column("Изменение цели", width=36),
    Column("Срок", width=24),
    Column("Чья цель", width=16),
    Column("Как складывается", width=24),
    Column("К концу программы", width=24),
]


@require_safe
def indicator_table_page(request: HttpRequest) -> HttpResponse:
    """The table, narrowed as the address asks; the same rows as CSV or XLSX."""
    geography = geography_of(request.programme_year, is_today=request.is_today)
    places = places_of(user=request.user, asked=request.GET.get("unit", ""), geography=geography)
    if places is None:
        raise Http404
    programme = None
    if places.chosen is not None:
        programme = chosen_programme(
            over=places.chosen, asked=request.GET.get("programme", ""), year=request.programme_year
        )
    if places.chosen is None or programme is None:
        return render(request, "programmes/indicator_table.html", {"choice": places, "table": None})
    geography = geography.of(places.chosen)
    table = indicator_table(
        unit=places.chosen, programme=programme, today=timezone.localdate(), is_today=geography.is_today
    )
    year = _year(request.programme_year, table)
    shown = table.narrowed(
        direction=key_of(request.GET.get("direction", "")), standing=request.GET.get("standing", ""), year=year
    )
    file_format = request.GET.get("file", "")
    if file_format in FILE_FORMATS:
        return _file(shown, request.user, file_format)
    context = _context(request, places, programme, table, shown, year)
    return render(request, "programmes/indicator_table.html", {**context, "geography": geography})


def _context(
    request: HttpRequest, places: Places, programme: Programme, table: IndicatorTable, shown: IndicatorTable, year: int
) -> dict[str, object]:
    standings = table.standings(year)
    return {
        "choice": places,
        "programme": programme,
        "table": shown,
        "year": year,
        "directions": [group.direction for group in table.groups if group.direction],
        "direction": request.GET.get("direction", ""),
        "standing": request.GET.get("standing", ""),
        "standings": [(one.value, one.label, standings[one]) for one in Standing],
        "listing": Listing.read(request.GET, [], default=""),
        "method": METHOD if table.is_running else "",
        "is_regional_target": places.chosen is not None and places.chosen.pk != programme.unit_id,
    }


def _year(asked: int, table: IndicatorTable) -> int:
    years = [basis.year for basis in table.bases]
    return asked if asked in years else max(years, default=asked)


def _file(table: IndicatorTable, user: User, file_format: str) -> HttpResponse:
    name = f"Показатели, {table.unit.short_name}"
    notes = [f"{basis.year} год: {basis.in_words()}" for basis in table.bases]
    closed = said_closings(table.closed, user=user)
    notes += [f"{said}: {how}" for said, how in closed] + ([METHOD] if table.is_running else [])
    about = [
        ("Программа", str(table.programme)),
        ("Территория", table.unit.name),
        ("Составлено", f"{timezone.localtime():%d.%m.%Y %H:%M}"),
        *((f"По каким данным считается {basis.year} год", basis.in_words()) for basis in table.bases),
        *closed,
    ]
    written = Table("Показатели", COLUMNS, _lines(table), caption=name, notes=notes)
    return table_response(written, name=name, file_format=file_format, about=about)


def _lines(table: IndicatorTable) -> Iterator[tuple[str | int | date | None, ...]]:
    for group in table.groups:
        for row in group.rows:
            for cell in row.cells:
                yield _line(row, cell, group.title)
                for part in cell.shorter:
                    yield _line(row, part, group.title)


def _line(row: Row, cell: Cell, direction: str) -> tuple:
    value = cell.value
    known = value is not None and value.is_known
    return (
        row.place.number,
        row.place.indicator.name,
        direction,
        cell.year,
        cell.promise,
        cell.said,
        row.edition.unit_of_measure,
        _plain(value.n) if known else None,
        _plain(value.d) if known else None,
        value.left_out if value is not None else None,
        cell.judgement.standing.label,
        cell.judgement.cause,
        cell.basis.in_words(),
        cell.forecast,
        cell.changed,
        cell.period.in_words,
        ("своя" if cell.is_own else "программы") if cell.target else "",
        row.cumulation or "последнее значение",
        row.end.promise if row.end else "",
    )


def _plain(number: Decimal | None) -> Decimal | int | None:
    """A whole number without the decimals in which it is kept."""
    return int(number) if number is not None and number == number.to_integral_value() else number
