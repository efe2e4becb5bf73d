"""
Numbers of the plain-Python twin: what a member brings, pairs, their sums and differences, division as in SQL.

Used by `evaluate`; in exact fractions throughout.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from fractions import Fraction

from indicators.formula import meaning

Unit = Hashable


@dataclass(frozen=True, slots=True)
class Pair:
    """The value of one unit: n over d (none for a count), and how many members were left out."""

    n: Fraction | None
    d: Fraction | None
    left_out: int = 0
    cells: tuple[Fraction, ...] | None = None  # of a distribution, in the order of its parts


@dataclass(frozen=True, slots=True)
class Member:
    """What one member of a tally brings: its part and whole, or that it is left out; of a distribution its cells."""

    unit: Unit
    taken: bool
    absent: bool
    part: Fraction | None
    whole: Fraction | None
    cells: tuple[Fraction, ...] = ()


def divided(left: Fraction, right: Fraction) -> Fraction | None:
    """Divide as SQL does: unknown by nought, else rounded half away from nought."""
    if right == 0:
        return None
    return _rounded(left / right, meaning.DIVISION_DECIMALS)


def _rounded(value: Fraction, places: int) -> Fraction:
    """Round half away from nought, as SQL does."""
    exact = abs(value) * 10**places
    rounded = Fraction((exact.numerator * 2 + exact.denominator) // (exact.denominator * 2), 10**places)
    return rounded if value >= 0 else -rounded


OPERATIONS: dict[str, Callable[[Fraction, Fraction], Fraction | None]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": divided,
}


def summed(members: list[Member], ratio: bool) -> Pair:
    taken = [member for member in members if member.taken]
    left_out = sum(member.absent for member in members)
    part = None if not taken and left_out else sum((m.part or Fraction(0) for m in taken), Fraction(0))
    whole = sum((m.whole or Fraction(0) for m in taken), Fraction(0)) if ratio else None
    return Pair(part, whole, left_out)


def spread(members: list[Member], count: int) -> Pair:
    """Sum the cells of members; unknown where nobody is taken and somebody is left out."""
    taken = [member for member in members if member.taken]
    left_out = sum(member.absent for member in members)
    if not taken and left_out:
        return Pair(None, None, left_out)
    cells = tuple(sum((member.cells[place] for member in taken), Fraction(0)) for place in range(count))
    return Pair(sum(cells, Fraction(0)), None, left_out, cells)


def added(left: Pair | None, operator: str, right: Pair | None) -> Pair:
    nothing = Pair(Fraction(0), None)
    one, other = left or nothing, right or nothing
    known = one.n is not None and other.n is not None
    n = OPERATIONS[operator](one.n, other.n) if known else None  # type: ignore[arg-type]  # both are known
    return Pair(n, None, one.left_out + other.left_out)


def difference(now: Pair, before: Pair, ratio: bool) -> Pair:
    """The change of a count, or of a ratio as one pair: exact, unless that is too long or too short to keep."""
    out = now.left_out + before.left_out
    if now.n is None or before.n is None or (ratio and not (now.d and before.d)):
        return Pair(None, None, out)
    if not ratio:
        return Pair(now.n - before.n, None, out)
    assert now.d is not None and before.d is not None  # noqa: S101 - a ratio that is known has a whole
    left, right, whole = now.n * before.d, before.n * now.d, now.d * before.d
    if 1 <= abs(whole) <= meaning.LONGEST and max(abs(left), abs(right)) <= meaning.LONGEST:
        return Pair(left - right, whole, out)
    apart = (divided(now.n, now.d) or Fraction(0)) - (divided(before.n, before.d) or Fraction(0))
    return Pair(_rounded(apart * meaning.ROUND_WHOLE, 4), Fraction(meaning.ROUND_WHOLE), out)
