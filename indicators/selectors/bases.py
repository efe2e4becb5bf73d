"""What feeds a programme year: an indicator's exception, the year's own rule, or else the usual one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

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
    """Every basis, read once; a year that formulas look back to is read when it is asked for."""

    def __init__(self, periods: Iterable[Period]) -> None:
        self.periods = {period.pk: period for period in periods}
        self._years = {int(one.code): one for one in self.periods.values() if one.kind == PeriodKind.YEAR}
        self._rows = _rules(self.periods.values())

    def of(self, period: Period, indicator: Indicator | int | None = None) -> Basis:
        """Return what feeds an indicator in a period; by the usual rule the results end and the list begins in it."""
        key = indicator.pk if isinstance(indicator, Indicator) else indicator
        row = self._rows.get((period.pk, key)) or self._rows.get((period.pk, None))
        year = int(period.code[:4])

        def others(years: int, whose: int | None) -> Basis:
            return self.of(self._year(year - years) if years else period, key if whose is None else whose)

        if row is None and period.kind in (PeriodKind.HALF, PeriodKind.WAVE):
            return replace(self.of(self._year(year), key), period=period)  # a part of a year is fed by what feeds it
        if row is None:
            return Basis(period, year, academic_year=year - 1, cohort_year=year, others=others)
        return Basis(period, year, row.academic_year, row.cohort_year, row.wave, others)

    def _year(self, year: int) -> Period:
        if year not in self._years:
            kept = Period.objects.filter(kind=PeriodKind.YEAR, code=str(year)).first()
            self._years[year] = kept or _year_not_kept(year)
            self._rows |= _rules([kept] if kept else [])
        return self._years[year]


def _rules(periods: Iterable[Period]) -> dict[tuple[int, int | None], PeriodBasis]:
    rows = PeriodBasis.objects.filter(period__in=periods)
    return {(row.period_id, row.indicator_id): row for row in rows}


def _year_not_kept(year: int) -> Period:
    """A programme year from before the portal: nothing was entered for it, but its results may be known."""
    return Period(pk=0, code=str(year), kind=PeriodKind.YEAR, starts_on=date(year, 1, 1), ends_on=date(year, 12, 31))


def basis_of(year: int, indicator: Indicator | int | None = None) -> Basis:
    """Return what feeds one programme year. :raises Period.DoesNotExist: if the year is not known."""
    period = Period.objects.get(kind=PeriodKind.YEAR, code=str(year))
    return Bases([period]).of(period, indicator)
