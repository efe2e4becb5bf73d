"""Stretches of time shorter than a year, by their codes: half-years, and the month in which a wave is held."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date

from indicators.enums import PeriodKind
from indicators.models import DataElement, Period
from indicators.models.entries import MONTHS

HALVES = {"H1": (1, 6), "H2": (7, 12)}


class NoSuchPeriod(ValueError):
    """The code names neither a half-year nor a month of a year."""


def described_words(code: str, year: Period) -> str:
    """Return a period of a year as it is read, without asking whether anything is kept of it."""
    return year.in_words if code == year.code else _described(code).in_words


def described_period(code: str) -> Period:
    """
    Return a half-year (`2021-H1`) or the month of a wave (`2021-IX`), whether anything is kept of it or not.

    What is not kept has the key 0, which nothing points at. :raises NoSuchPeriod: if it is neither
    """
    described = _described(code)
    return Period.objects.filter(code=code).first() or described


def _described(code: str) -> Period:
    year, _, part = code.partition("-")
    if len(year) != 4 or not year.isdecimal() or int(year) == 0 or part not in {*HALVES, *MONTHS}:
        raise NoSuchPeriod(f"Периода «{code}» нет. Полугодие пишется 2021-H1, волна — 2021-IX.")
    first, last = HALVES[part] if part in HALVES else (MONTHS.index(part) + 1,) * 2
    kind = PeriodKind.HALF if part in HALVES else PeriodKind.WAVE
    ends_on = date(int(year), last, monthrange(int(year), last)[1])
    return Period(pk=0, code=code, kind=kind, starts_on=date(int(year), first, 1), ends_on=ends_on)


def periods_asked(elements: Iterable[DataElement], year: Period) -> list[str]:
    """Return the codes of the periods of a year for which any of the elements is asked: the year, halves, waves."""
    codes = {code for element in elements for code in element.codes_within(year)}
    return sorted(codes, key=_place)


def _place(code: str) -> tuple[int, int]:
    part = code.partition("-")[2]
    if not part:
        return 0, 0
    return (1, HALVES[part][0]) if part in HALVES else (2, MONTHS.index(part))
