"""
What a running year may end with, from what earlier years ended with.

The last known value plus the median yearly change, once for every year since; the interval is what the smallest and the
largest change of the past would give. Nothing is said from fewer than three known years.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from statistics import median

FEWEST = 3
METHOD = (
    "Прогноз на конец года — последнее известное значение плюс медиана прежних годовых изменений, пределы — по "
    "наименьшему и наибольшему из них; если известны меньше трёх лет, прогноза нет. По ответам «да» и «нет» его не "
    "бывает."
)


@dataclass(frozen=True, slots=True)
class Forecast:
    """A value expected at the end of a year, between which limits, and the years that it rests on."""

    value: Fraction
    low: Fraction
    high: Fraction
    years: tuple[int, ...]


def forecast(history: Mapping[int, Fraction], *, year: int, top: int | None = None) -> Forecast | None:
    """
    Say what a year may end with, None if fewer than three earlier years are known.

    Nothing is expected below nought or above `top`, which is 100 of a share.
    """
    known = sorted((each, value) for each, value in history.items() if each < year)
    if len(known) < FEWEST:
        return None
    changes = [(value - before) / (each - earlier) for (earlier, before), (each, value) in pairwise(known)]
    last_year, last = known[-1]
    expected = (last + change * (year - last_year) for change in (median(changes), min(changes), max(changes)))
    value, low, high = (_possible(one, top) for one in expected)
    return Forecast(value, low, high, tuple(each for each, _ in known))


def _possible(value: Fraction, top: int | None) -> Fraction:
    value = max(value, Fraction(0))
    return value if top is None else min(value, Fraction(top))
