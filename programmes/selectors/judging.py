"""
How a value stands to its target.

Met, missed, no data with the cause, not set; and «год не закончен» while a year runs and the target is not reached yet.
«Каждого округа» is asked of each unit of that level: the target is met when all of them meet it, and those that do not
are named. The two halves of a compound target must both hold. Growth and positive dynamics are held against the same
indicator in the base year or the year before. Where a document gives a figure without a sign, nothing is judged until
its owner says which sign is meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from common.numbers import format_number
from indicators.enums import ValueStatus
from indicators.models import shown_value
from programmes.enums import Standing, TargetOperator

TOP_STEP = 2
SIGNS = {TargetOperator.AT_LEAST: "≥", TargetOperator.AT_MOST: "≤", TargetOperator.EQUALS: "="}


@dataclass(frozen=True, slots=True)
class Measured:
    """A value of a unit: its key and its pair, with the scale in which the quotient is shown."""

    unit_id: int
    unit_name: str
    status: str
    n: Decimal | None = None
    d: Decimal | None = None
    left_out: int = 0
    key: int | None = None  # of the IndicatorValue, None where there is no row
    scale: int = 100

    @property
    def is_known(self) -> bool:
        """Whether there is a value at all."""
        return self.status == ValueStatus.KNOWN

    @property
    def shown(self) -> Decimal | None:
        """The value that people read, unrounded."""
        return shown_value(self.n, self.d, self.scale) if self.is_known else None


@dataclass(frozen=True, slots=True)
class Promise:
    """What a target asks of a value."""

    operator: str
    value: Decimal | None = None
    upper: Decimal | None = None  # of a «between»
    is_less_better: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """How things stand, why, and where a target is asked of each: who does not meet it and of whom nothing is known."""

    standing: Standing
    cause: str = ""
    failing: tuple[Measured, ...] = ()
    unknown: tuple[Measured, ...] = ()
    asked: int = 0
    least: Measured | None = None


def reaches(promise: Promise, n: Decimal, d: Decimal | None, scale: int = 100) -> bool:
    """Say exactly, without rounding, whether a pair keeps a promise."""
    if promise.operator == TargetOperator.YES:
        return n >= TOP_STEP if d is None else n == d
    assert promise.value is not None  # noqa: S101 - the database refuses a target without its value
    left, right = (n, promise.value) if d is None else (n * scale, promise.value * d)
    if promise.operator == TargetOperator.BETWEEN:
        assert promise.upper is not None  # noqa: S101 - and a stretch without its end
        return right <= left <= (promise.upper if d is None else promise.upper * d)
    if promise.operator == TargetOperator.AT_LEAST:
        return left >= right
    if promise.operator == TargetOperator.AT_MOST:
        return left <= right
    return left == right


def judge(promise: Promise, measured: Measured | None, *, is_over: bool) -> Judgement:
    """Hold one value against a promise."""
    if (silent := _silent(promise)) is not None:
        return silent
    if measured is None or not measured.is_known:
        return _without_data(measured, is_over=is_over)
    assert measured.n is not None  # noqa: S101 - a known value has a numerator
    met = reaches(promise, measured.n, measured.d, measured.scale)
    return Judgement(_settled(met, promise, is_over=is_over), asked=1)


def judge_change(
    promise: Promise, measured: Measured | None, before: Measured | None, *, base: int, is_over: bool
) -> Judgement:
    """Hold one value against the same indicator's in a base year: it must have become better, exactly."""
    if measured is None or not measured.is_known:
        return _without_data(measured, is_over=is_over)
    if before is None or not before.is_known:
        cause = f"нет значения {base} года, с которым сравнивать"
        return Judgement(Standing.NO_DATA if is_over else Standing.AHEAD, cause)
    assert measured.n is not None and before.n is not None  # noqa: S101 - known values have numerators
    now_, then = measured.n * (before.d or 1), before.n * (measured.d or 1)
    met = now_ < then if promise.is_less_better else now_ > then
    was = f"{base} год: {format_number(before.shown, 1)}"
    if met and is_over:
        return Judgement(Standing.MET, was, asked=1)
    return Judgement(Standing.MISSED if is_over else Standing.AHEAD, was, asked=1)


def judge_each(promise: Promise, units: Sequence[Measured], *, is_over: bool) -> Judgement:
    """Hold the value of each unit against a promise; nobody to ask is no data."""
    if (silent := _silent(promise)) is not None:
        return silent
    asked = [unit for unit in units if unit.status != ValueStatus.NOBODY]
    if not asked:
        return _without_data(units[0] if units else None, is_over=is_over)
    unknown = tuple(unit for unit in asked if not unit.is_known)
    known = [unit for unit in asked if unit.is_known]
    failing = tuple(unit for unit in known if not reaches(promise, unit.n or Decimal(0), unit.d, unit.scale))
    least = min(known, key=lambda unit: unit.shown or Decimal(0), default=None)
    if failing:
        standing, cause = Standing.MISSED, f"не выполняют: {len(failing)} из {len(asked)}"
    elif unknown:
        standing, cause = Standing.NO_DATA, f"нет данных: {len(unknown)} из {len(asked)}"
    else:
        standing, cause = Standing.MET, ""
    if standing != Standing.MET and not is_over:
        standing = Standing.AHEAD
    return Judgement(standing, cause, failing, unknown, len(asked), least)


def with_other_half(
    first: Judgement, promise: Promise, entered: Decimal | None, *, what: str, is_over: bool
) -> Judgement:
    """Add the other half of a compound target, which is an entered number."""
    if first.standing in (Standing.NOT_SET, Standing.NO_DATA):
        return first
    if entered is None:
        cause, standing = f"вторая половина цели не внесена: «{what}»", Standing.NO_DATA
    elif reaches(promise, entered, None):
        return first
    else:
        sign = SIGNS.get(TargetOperator(promise.operator), "")
        cause = f"«{what}»: {format_number(entered)}, а нужно {sign} {format_number(promise.value)}"
        standing = Standing.MISSED
    if first.standing == Standing.MISSED:
        standing = Standing.MISSED
    return Judgement(standing if is_over else Standing.AHEAD, cause, first.failing, first.unknown, first.asked)


def _silent(promise: Promise) -> Judgement | None:
    """Nothing is promised, or it is not said how the figure is to be read."""
    if promise.operator == TargetOperator.NOT_APPLICABLE:
        return Judgement(Standing.NOT_SET)
    if promise.operator == TargetOperator.UNSPECIFIED:
        return Judgement(Standing.NOT_SET, "в документе не сказано, не менее или ровно: решает владелец программы")
    return None


def _settled(met: bool, promise: Promise, *, is_over: bool) -> Standing:
    """While a year runs, only what can no longer be lost is met: a floor that is reached, an answer «да»."""
    if met and (is_over or promise.operator in (TargetOperator.AT_LEAST, TargetOperator.YES)):
        return Standing.MET
    if not is_over:
        return Standing.AHEAD
    return Standing.MISSED


def _without_data(measured: Measured | None, *, is_over: bool) -> Judgement:
    status = ValueStatus(measured.status) if measured is not None else None
    cause = "ещё не посчитано" if status is None else str(status.label)
    return Judgement(Standing.NO_DATA if is_over else Standing.AHEAD, cause)
