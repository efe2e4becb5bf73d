"""Distributions for the annex: a row for each part, of the territory through the years and of those below it."""

from collections.abc import Iterator

from common.tables import Column, Kind, Table
from indicators.selectors.distributions import Spread
from reports.selectors.indicators_report import IndicatorsData
from reports.services.parts import PrintedTable

COLUMNS = [
    Column("Год", Kind.INTEGER, width=8),
    Column("Территория", width=26),
    Column("№", width=8),
    Column("Показатель", width=70),
    Column("Единица", width=12),
    Column("Часть", width=24),
    Column("Сколько", Kind.DECIMAL),
    Column("Доля, %", Kind.DECIMAL),
    Column("Всего", Kind.DECIMAL),
]


def distributions(data: IndicatorsData) -> PrintedTable | None:
    """Every part of every distribution, with typed numbers; nothing where the programme has none."""
    rows = [*_of_territory(data), *_of_those_below(data)]
    if not rows:
        return None
    return PrintedTable(Table("Распределения", COLUMNS, rows, caption="Распределения по частям"), only_in_annex=True)


def _of_territory(data: IndicatorsData) -> Iterator[tuple[object, ...]]:
    for row in data.table.rows:
        for cell in row.cells:
            if cell.value is not None and cell.value.spread is not None:
                about = (row.place.number, row.indicator.name, row.edition.unit_of_measure)
                yield from _parts((cell.year, data.unit.short_name, *about), cell.value.spread)


def _of_those_below(data: IndicatorsData) -> Iterator[tuple[object, ...]]:
    for one in data.values:
        if one.spread is not None:
            about = (one.number, one.indicator, one.unit_of_measure)
            yield from _parts((data.year, one.municipality, *about), one.spread)


def _parts(about: tuple[object, ...], spread: Spread) -> Iterator[tuple[object, ...]]:
    for piece in spread.pieces:
        yield (*about, piece.label, piece.count, piece.percent, spread.whole)
