"""One indicator of one territory through the years of a programme."""

from __future__ import annotations

from datetime import date

from programmes.models import Programme
from programmes.selectors.indicator_table import Row, indicator_table
from schools.models import Unit


def indicator_years(*, unit: Unit, indicator_id: int, programme: Programme, today: date) -> Row | None:
    """Return the row of one indicator, None if it does not concern the unit."""
    table = indicator_table(unit=unit, programme=programme, today=today, indicators={indicator_id})
    return next(iter(table.rows), None)
