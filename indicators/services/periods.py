"""Stretches of time shorter than a year: half-years, and the month in which a wave of monitoring is held."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from indicators.enums import PeriodKind
from indicators.models import Period

HALVES = {"H1": (1, 6), "H2": (7, 12)}
MONTHS = {
    name: number
    for number, name in enumerate(("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"), start=1)
}


class NoSuchPeriod(ValueError):
    """The code names neither a half-year nor a month of a year."""


def shorter_period(code: str) -> Period:
    """Return a half-year (`2021-H1`) or the month of a wave (`2021-IX`). :raises NoSuchPeriod: if it is neither"""
    year, _, part = code.partition("-")
    if len(year) != 4 or not year.isdecimal() or part not in {*HALVES, *MONTHS}:
        raise NoSuchPeriod(f"Периода «{code}» нет. Полугодие пишется 2021-H1, волна — 2021-IX.")
    first, last = HALVES[part] if part in HALVES else (MONTHS[part], MONTHS[part])
    ends_on = date(int(year), last, monthrange(int(year), last)[1])
    kind = PeriodKind.HALF if part in HALVES else PeriodKind.WAVE
    dates = {"starts_on": date(int(year), first, 1), "ends_on": ends_on}
    period, _ = Period.objects.get_or_create(code=code, defaults={"kind": kind, **dates})
    return period
