"""Stretches of time shorter than a year, kept once something is said of them."""

from __future__ import annotations

from indicators.models import DataElement, Period
from indicators.selectors.periods import NoSuchPeriod, described_period

__all__ = ["NoSuchPeriod", "period_to_enter", "shorter_period"]


def shorter_period(code: str) -> Period:
    """Return a half-year (`2021-H1`) or the month of a wave (`2021-IX`). :raises NoSuchPeriod: if it is neither"""
    described = described_period(code)
    if described.pk:
        return described
    dates = {"starts_on": described.starts_on, "ends_on": described.ends_on}
    period, _ = Period.objects.get_or_create(code=code, defaults={"kind": described.kind, **dates})
    return period


def period_to_enter(code: str, element: DataElement) -> Period | None:
    """
    Return the period of a code, kept if the element is asked for it; None where there is no such programme year.

    One for which the element is not asked comes back as it is: the rules of entry say what is wrong with it.
    """
    if not Period.objects.filter(code=code.partition("-")[0]).exists():
        return None
    if "-" not in code:
        return Period.objects.filter(code=code).first()
    try:
        described = described_period(code)
    except NoSuchPeriod:
        return None
    return shorter_period(code) if element.is_asked_in(described) else described
