"""An indicator of a programme through its years as a chart: the same on its page and in a report."""

from collections.abc import Collection
from decimal import Decimal

from accounts.models import User
from accounts.permissions import Permission
from indicators.enums import IndicatorKind
from indicators.selectors.distributions import Spread
from programmes.enums import TargetOperator, TargetScope
from programmes.selectors.indicator_table import Cell, Row, indicator_table
from programmes.selectors.with_indicators import chosen_programme
from reports.charts.figures import Figure
from reports.charts.indicator_years import YearPoint, indicator_over_years
from reports.charts.parts import distribution_over_years
from reports.charts.style import HALF_WIDTH
from reports.selectors.breaks import breaks_of
from schools.models import Unit

NUMERIC = (IndicatorKind.SHARE, IndicatorKind.COUNT, IndicatorKind.RATIO, IndicatorKind.CHANGE)


def figure_of(row: Row, *, width: int = HALF_WIDTH, breaks: Collection[int] = ()) -> Figure:
    """Draw an indicator over the years of its programme against its targets; `breaks` are years of other borders."""
    if row.edition.kind == IndicatorKind.DISTRIBUTION:
        return distribution_over_years(f"Показатель {row.place.number}: какова доля каждой части?", _spreads(row))
    points = [YearPoint(cell.year, _value(cell), _target(cell)) for cell in row.cells]
    places = 0 if row.edition.kind == IndicatorKind.COUNT else row.edition.precision
    name = f"Показатель {row.place.number}"
    return indicator_over_years(
        name, points, unit=row.edition.unit_of_measure, places=places, width=width, breaks=breaks
    )


def is_charted(row: Row) -> bool:
    """Say whether a chart tells anything: two known years of a number, and a target that is a number too."""
    if row.edition.kind == IndicatorKind.DISTRIBUTION:
        return bool(_spreads(row))
    known = sum(_value(cell) is not None for cell in row.cells)
    return row.edition.kind in NUMERIC and known > 1 and any(_target(cell) is not None for cell in row.cells)


def indicator_figure(
    *, user: User, indicator: int, unit: int, year: int, width: int, is_today: bool = False
) -> Figure | None:
    """Return the chart of an indicator of the programme of a year, if somebody may see it and it tells anything."""
    place = Unit.objects.visible_to(user, Permission.INDICATOR_VIEW).filter(pk=unit).first()
    programme = chosen_programme(over=place, asked="", year=year, indicator=indicator) if place is not None else None
    if place is None or programme is None:
        return None
    table = indicator_table(unit=place, programme=programme, today=programme.ends_on, is_today=is_today)
    row = next((one for one in table.rows if one.place.indicator_id == indicator), None)
    if row is None or not is_charted(row):
        return None
    return figure_of(row, width=width, breaks=() if is_today else breaks_of(place))


def _spreads(row: Row) -> list[tuple[int, Spread]]:
    """The years of which the distribution is known, over the parts of the last: a closed year may have had others."""
    known = [(cell.year, cell.value.spread) for cell in row.cells if cell.value is not None and cell.value.spread]
    return [one for one in known if one[1].labels == known[-1][1].labels]


def _value(cell: Cell) -> Decimal | None:
    return cell.value.shown if cell.value else None


def _target(cell: Cell) -> Decimal | None:
    """Return the target as a number on the scale of the value; one asked of each unit below is not."""
    target = cell.target
    if target is None or target.operator in (TargetOperator.YES, TargetOperator.NOT_APPLICABLE):
        return None
    return target.value if target.scope == TargetScope.WHOLE else None
