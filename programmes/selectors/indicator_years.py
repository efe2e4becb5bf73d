"""One indicator of one territory through the years of a programme."""

from __future__ import annotations

from datetime import date
from math import ceil

from programmes.enums import TargetOperator, TargetScope
from programmes.models import Programme
from programmes.selectors.indicator_table import Cell, Row, indicator_table
from schools.models import Unit


def indicator_years(*, unit: Unit, indicator_id: int, programme: Programme, today: date) -> Row | None:
    """Return the row of one indicator, None if it does not concern the unit."""
    table = indicator_table(unit=unit, programme=programme, today=today, indicators={indicator_id})
    return next(iter(table.rows), None)


def lacking(cell: Cell) -> int | None:
    """How many more are needed for the target, None where that cannot be said or nothing is lacking."""
    value, target = cell.value, cell.target
    if value is None or not value.is_known or target is None or value.n is None or target.value is None:
        return None
    if target.operator != TargetOperator.AT_LEAST or target.scope != TargetScope.WHOLE:
        return None
    wanted = target.value if value.d is None else target.value * value.d / value.scale
    missing = ceil(wanted - value.n)
    return missing if missing > 0 else None
