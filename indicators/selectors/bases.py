"""What feeds a programme year: an indicator's exception, the year's own rule, or else the usual one."""

from __future__ import annotations

from collections.abc import Iterable

from indicators.enums import PeriodKind
from indicators.facts import Basis
from indicators.models import Indicator, Period, PeriodBasis


def programme_years() -> list[int]:
    """List the programme years that are known, oldest first."""
    return [int(period.code) for period in year_periods()]


def year_periods(years: Iterable[int] | None = None) -> list[Period]:
    """List the periods of programme years, oldest first."""
    periods = Period.objects.filter(kind=PeriodKind.YEAR).order_by("starts_on")
    if years is not None:
        periods = periods.filter(code__in=[str(year) for year in years])
    return list(periods)


class Bases:
    """Every basis, read once."""

    def __init__(self, periods: Iterable[Period]) -> None:
        self.periods = {period.pk: period for period in periods}
        rows = PeriodBasis.objects.filter(period__in=self.periods)
        self._rows = {(row.period_id, row.indicator_id): row for row in rows}

    def of(self, period: Period, indicator: Indicator | int | None = None) -> Basis:
        """Return what feeds an indicator in a period; by the usual rule the results end and the list begins in it."""
        key = indicator.pk if isinstance(indicator, Indicator) else indicator
        row = self._rows.get((period.pk, key)) or self._rows.get((period.pk, None))
        year = int(period.code[:4])
        if row is None:
            return Basis(period, year, academic_year=year - 1, cohort_year=year)
        return Basis(period, year, row.academic_year, row.cohort_year, row.wave)


def basis_of(year: int, indicator: Indicator | int | None = None) -> Basis:
    """Return what feeds one programme year. :raises Period.DoesNotExist: if the year is not known."""
    period = Period.objects.get(kind=PeriodKind.YEAR, code=str(year))
    return Bases([period]).of(period, indicator)
