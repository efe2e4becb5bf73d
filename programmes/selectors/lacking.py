"""
How much is lacking for a target, exactly: how many more of today's whole must be counted, or which value is needed.

Nothing is rounded in favour: of 14 schools a third is five. Where the part of a share is not a whole number of things
(a mean, a sum of points), the value that is needed is told and not a number of members.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from common.numbers import format_number
from programmes.enums import TargetOperator
from programmes.selectors.judging import TOP_STEP, Measured, Promise


@dataclass(frozen=True, slots=True)
class Lacking:
    """How many more (or, with `is_to_leave`, fewer) are needed, how many that makes; None of the whole for a count."""

    count: Fraction
    needed: Fraction
    has: Fraction
    whole: Fraction | None
    is_to_leave: bool = False
    is_impossible: bool = False  # no number of members gives exactly that
    is_yes: bool = False  # what is promised is «да»

    @property
    def said(self) -> str:
        """In a sentence: «не хватает 3: должно быть 8 из 14 вместо 5»; of one alone «нужно «да», а сейчас «нет»»."""
        if self.is_yes and self.whole == 1:
            return "нужно «да», а сейчас «нет»"
        count, needed = _number(self.count), _number(self.needed)
        whole = "" if self.whole is None else f" из {_number(self.whole)}"
        if self.is_impossible:
            return f"так не бывает: нужно {needed}{whole}"
        if self.is_to_leave:
            return f"больше нужного на {count}: должно быть не больше {needed}{whole} вместо {_number(self.has)}"
        return f"не хватает {count}: должно быть {needed}{whole} вместо {_number(self.has)}"


def lacking_of(promise: Promise, value: Measured | None, before: Measured | None = None) -> Lacking | None:
    """Say what a value lacks for a promise, None where it keeps it, or where that cannot be said."""
    if value is None or value.exact is None or value.n is None:
        return None
    n = Fraction(value.n)
    whole = None if value.d is None else Fraction(value.d)
    is_whole = n.denominator == 1 and (whole is None or whole.denominator == 1)
    low, high = _limits(promise, value, whole, before)
    if is_whole:
        low, high = low if low is None else Fraction(ceil(low)), high if high is None else Fraction(floor(high))
    if low is not None and high is not None and low > high:
        return Lacking(Fraction(0), low, n, whole, is_impossible=True)
    if low is not None and n < low:
        is_impossible = whole is not None and value.scale == 100 and low > whole  # no more than all of them
        is_yes = promise.operator == TargetOperator.YES
        return Lacking(low - n, low, n, whole, is_impossible=is_impossible, is_yes=is_yes)
    if high is not None and n > high:
        return Lacking(n - high, high, n, whole, is_to_leave=True, is_impossible=high < 0)
    return None


def _limits(
    promise: Promise, value: Measured, whole: Fraction | None, before: Measured | None
) -> tuple[Fraction | None, Fraction | None]:
    """Between which numerators a promise is kept with today's denominator; None: without an end."""
    operator = promise.operator
    if operator in (TargetOperator.GROWTH, TargetOperator.POSITIVE_DYNAMICS):
        return _beyond(promise, value, whole, before)
    if operator == TargetOperator.YES:
        return (Fraction(TOP_STEP) if whole is None else whole), None
    if promise.value is None:
        return None, None
    scale = Fraction(1) if whole is None else whole / value.scale
    low, high = Fraction(promise.value) * scale, Fraction(_upper(promise)) * scale
    if operator == TargetOperator.AT_LEAST:
        return low, None
    if operator == TargetOperator.AT_MOST:
        return None, high
    return (low, high) if operator in (TargetOperator.EQUALS, TargetOperator.BETWEEN) else (None, None)


def _upper(promise: Promise) -> Decimal:
    """The end of a stretch, which may be nought; of any other target its value."""
    assert promise.value is not None  # noqa: S101 - asked of targets with a figure only
    return promise.value if promise.upper is None else promise.upper


def _beyond(
    promise: Promise, value: Measured, whole: Fraction | None, before: Measured | None
) -> tuple[Fraction | None, Fraction | None]:
    """Better than before by the least that can be: one more than the same share of today's whole."""
    if before is None or before.exact is None:
        return None, None
    same = before.exact if whole is None else before.exact * whole / value.scale
    if Fraction(value.n or 0).denominator != 1 or (whole or Fraction(1)).denominator != 1:
        return (None, same) if promise.is_less_better else (same, None)
    if promise.is_less_better:
        return None, Fraction(ceil(same) - 1)
    return Fraction(floor(same) + 1), None


def _number(exact: Fraction) -> str:
    return format_number(Decimal(exact.numerator) / Decimal(exact.denominator))
