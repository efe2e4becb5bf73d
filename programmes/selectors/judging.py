"""
How a value stands to its target.

Met, missed, no data with the cause, not set; and while a year runs and the target is not reached yet, «год не закончен»
or, where the value or the forecast is short of the target by more than its band, «под угрозой». «Каждого округа» is
asked of each unit of that level: the target is met when all of them meet it, and those that do not are named. The two
halves of a compound target must both hold. Growth and positive dynamics are held against the same indicator in the base
year or the year before. Where a document gives a figure without a sign, nothing is judged until its owner says which
sign is meant.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from common.numbers import NBSP, format_number
from indicators.enums import ValueStatus
from indicators.models import shown_value
from indicators.selectors.distributions import Spread
from programmes.enums import CHANGES, Standing, TargetOperator
from programmes.selectors.forecasting import Forecast

TOP_STEP = 2
SIGNS = {TargetOperator.AT_LEAST: "≥", TargetOperator.AT_MOST: "≤", TargetOperator.EQUALS: "="}
SO_FAR = "пока выполняется"


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
    why: str = ""  # it is not known, where the status says too little
    spread: Spread | None = None  # of a distribution, whose n is the whole

    @property
    def is_known(self) -> bool:
        """Whether there is a value at all."""
        return self.status == ValueStatus.KNOWN

    @property
    def shown(self) -> Decimal | None:
        """The value that people read, unrounded."""
        return shown_value(self.n, self.d, self.scale) if self.is_known else None

    @property
    def exact(self) -> Fraction | None:
        """The same as a fraction, which no division has cut short."""
        if not self.is_known or self.n is None:
            return None
        if self.d is None:
            return Fraction(self.n)
        return Fraction(self.n) * self.scale / Fraction(self.d) if self.d else None


@dataclass(frozen=True, slots=True)
class Promise:
    """What a target asks of a value, and within which band a value that is short of it is no danger yet."""

    operator: str
    value: Decimal | None = None
    upper: Decimal | None = None  # of a «between»
    is_less_better: bool = False
    band: Decimal = Decimal(0)
    places: int | None = None  # decimals in which what is lacking is told
    measure: str = ""  # its unit, such as «п.п.»


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a running year may come to: the forecast, or why there is none; whether its value grows till its end."""

    forecast: Forecast | None = None
    is_accruing: bool = False
    why_none: str = ""


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


def short_of(promise: Promise, shown: Fraction, *, is_step: bool = False) -> tuple[Fraction, bool]:
    """Say how far a value is from keeping a promise, nought or less where it keeps it, and whether it is too large."""
    if promise.operator == TargetOperator.YES:
        return (TOP_STEP if is_step else 100) - shown, False
    low = Fraction(promise.value or 0)
    under, over = low - shown, shown - Fraction(low if promise.upper is None else promise.upper)
    if promise.operator == TargetOperator.AT_LEAST:
        return under, False
    if promise.operator == TargetOperator.AT_MOST:
        return over, True
    return (over, True) if over > under else (under, False)


def judge(promise: Promise, measured: Measured | None, *, is_over: bool, outlook: Outlook | None = None) -> Judgement:
    """Hold one value against a promise. `outlook` is given while the year runs."""
    if (silent := _silent(promise)) is not None:
        return silent
    danger = _danger(promise, measured, outlook)
    if measured is None or not measured.is_known:
        return _in_danger(danger) or _without_data(measured, is_over=is_over)
    assert measured.n is not None  # noqa: S101 - a known value has a numerator
    met = reaches(promise, measured.n, measured.d, measured.scale)
    standing = _settled(met, is_over=is_over, is_kept=_is_kept(promise, measured, outlook))
    so_far = SO_FAR if met and standing == Standing.AHEAD and promise.operator == TargetOperator.AT_LEAST else ""
    return (_in_danger(danger, asked=1) if standing == Standing.AHEAD else None) or Judgement(standing, so_far, asked=1)


def judge_change(
    promise: Promise,
    measured: Measured | None,
    before: Measured | None,
    *,
    base: int,
    is_over: bool,
    outlook: Outlook | None = None,
) -> Judgement:
    """Hold one value against the same indicator's in a base year: it must have become better, exactly."""
    if before is None or not before.is_known:
        if measured is None or not measured.is_known:
            return _without_data(measured, is_over=is_over)
        cause = f"нет значения {base} года, с которым сравнивать"
        return Judgement(Standing.NO_DATA if is_over else Standing.AHEAD, cause)
    danger = _danger(_as_before(promise, before), measured, outlook)
    if measured is None or not measured.is_known:
        return _in_danger(danger) or _without_data(measured, is_over=is_over)
    assert measured.n is not None and before.n is not None  # noqa: S101 - known values have numerators
    now_, then = measured.n * (before.d or 1), before.n * (measured.d or 1)
    met = now_ < then if promise.is_less_better else now_ > then
    was = f"{base} год: {format_number(before.shown, 1)}"
    if is_over:
        return Judgement(Standing.MET if met else Standing.MISSED, was, asked=1)
    if danger:
        return Judgement(Standing.AT_RISK, f"{danger}; {was}", asked=1)
    return Judgement(Standing.AHEAD, was, asked=1)


def judge_each(
    promise: Promise,
    units: Sequence[Measured],
    *,
    is_over: bool,
    outlooks: Mapping[int, Outlook] | None = None,
    own: Mapping[int, Promise] | None = None,
) -> Judgement:
    """
    Hold the value of each unit against a promise, or against its `own` one; nobody to ask is no data.

    `outlooks` are of a running year.
    """
    if not own and (silent := _silent_of_each(promise)) is not None:
        return silent
    asks = {unit.unit_id: (own or {}).get(unit.unit_id, promise) for unit in units}
    units = [unit for unit in units if _silent_of_each(asks[unit.unit_id]) is None]
    asked = [unit for unit in units if unit.status != ValueStatus.NOBODY]
    if not asked:
        return _without_data(units[0] if units else None, is_over=is_over)
    unknown = tuple(unit for unit in asked if not unit.is_known)
    known = [unit for unit in asked if unit.is_known]
    failing = tuple(unit for unit in known if not reaches(asks[unit.unit_id], unit.n or Decimal(0), unit.d, unit.scale))
    least = min(known, key=lambda unit: unit.shown or Decimal(0), default=None)
    if failing:
        standing, cause = Standing.MISSED, f"не выполняют: {len(failing)} из {len(asked)}"
    elif unknown:
        standing, cause = Standing.NO_DATA, f"о {len(unknown)} из {len(asked)}"
    else:
        standing, cause = Standing.MET, ""
    outlook_of = outlooks or {}
    if not is_over and standing == Standing.MET:
        kept = (_is_kept(asks[unit.unit_id], unit, outlook_of.get(unit.unit_id)) for unit in known)
        standing, cause = (Standing.MET, "") if all(kept) else (Standing.AHEAD, SO_FAR)
    elif not is_over:
        standing = Standing.AHEAD
    in_danger = [unit for unit in asked if _each_in_danger(asks[unit.unit_id], unit, failing, outlooks)]
    if in_danger and not is_over:
        standing, cause = Standing.AT_RISK, f"не дотягивают: {len(in_danger)} из {len(asked)}"
    return Judgement(standing, cause, failing, unknown, len(asked), least)


def with_other_half(
    first: Judgement,
    promise: Promise,
    entered: Decimal | None,
    *,
    what: str,
    is_over: bool,
    is_running: bool = False,
) -> Judgement:
    """Add the other half of a compound target, which is an entered number."""
    if first.standing in (Standing.NOT_SET, Standing.NO_DATA):
        return first
    if entered is None:
        cause, standing = f"вторая половина цели не внесена: «{what}»", Standing.NO_DATA
    else:
        sign = SIGNS.get(TargetOperator(promise.operator), "")
        has, asked = format_number(entered), f"{sign} {format_number(promise.value)}"
        if reaches(promise, entered, None):
            return replace(first, cause="; ".join(filter(None, [first.cause, f"«{what}»: {has} при цели {asked}"])))
        cause, standing = f"«{what}»: {has}, а нужно {asked}", Standing.MISSED
    if not is_over:
        is_short = is_running and standing == Standing.MISSED
        standing = Standing.AT_RISK if is_short or first.standing == Standing.AT_RISK else Standing.AHEAD
    elif first.standing == Standing.MISSED:
        standing = Standing.MISSED
    cause = "; ".join(filter(None, [first.cause, cause]))
    return Judgement(standing, cause, first.failing, first.unknown, first.asked)


def _silent(promise: Promise) -> Judgement | None:
    """Nothing is promised, or it is not said how the figure is to be read."""
    if promise.operator == TargetOperator.NOT_APPLICABLE:
        return Judgement(Standing.NOT_SET)
    if promise.operator == TargetOperator.UNSPECIFIED:
        return Judgement(Standing.NOT_SET, "в документе не сказано, не менее или ровно: решает владелец программы")
    return None


def _silent_of_each(promise: Promise) -> Judgement | None:
    """The same where each of many is asked: growth is judged of a whole alone."""
    if promise.operator in CHANGES:
        return Judgement(Standing.NOT_SET, "рост каждого в отдельности не судится")
    return _silent(promise)


def _is_kept(promise: Promise, measured: Measured, outlook: Outlook | None) -> bool:
    """Whether what is reached can no longer be lost: an answer «да», a floor under a count that only grows."""
    if promise.operator == TargetOperator.YES:
        return True
    is_growing = measured.d is None and outlook is not None and outlook.is_accruing
    return promise.operator == TargetOperator.AT_LEAST and is_growing


def _settled(met: bool, *, is_over: bool, is_kept: bool) -> Standing:
    """While a year runs, only what can no longer be lost is met."""
    if met and (is_over or is_kept):
        return Standing.MET
    if not is_over:
        return Standing.AHEAD
    return Standing.MISSED


def _without_data(measured: Measured | None, *, is_over: bool) -> Judgement:
    status = ValueStatus(measured.status) if measured is not None else None
    cause = "ещё не посчитано" if status is None else (measured and measured.why) or str(status.label)
    return Judgement(Standing.NO_DATA if is_over else Standing.AHEAD, cause)


def _as_before(promise: Promise, before: Measured) -> Promise:
    """Growth as a floor (or a ceiling) at the value that it is held against."""
    exact = before.exact or Fraction(0)
    operator = TargetOperator.AT_MOST if promise.is_less_better else TargetOperator.AT_LEAST
    value = Decimal(exact.numerator) / Decimal(exact.denominator)
    return Promise(operator, value, band=promise.band, places=promise.places, measure=promise.measure)


def _danger(promise: Promise, measured: Measured | None, outlook: Outlook | None) -> str:
    """
    Say why a running year puts a promise in danger; nothing where it does not.

    What grows till the year's end is short before it: there the forecast is asked, if there is one.
    """
    if outlook is None:
        return ""
    is_step = measured is not None and measured.is_known and measured.d is None
    if outlook.forecast is not None:
        lacking, is_over_it = short_of(promise, outlook.forecast.value, is_step=is_step)
        if lacking > promise.band:
            return _said(promise, lacking, "по прогнозу", is_over_it)
    exact = measured.exact if measured is not None else None
    if exact is None:
        return ""
    lacking, is_over_it = short_of(promise, exact, is_step=is_step)
    may_still_grow = outlook.is_accruing and outlook.forecast is not None and not is_over_it
    return "" if may_still_grow or lacking <= promise.band else _said(promise, lacking, "сейчас", is_over_it)


def _each_in_danger(
    promise: Promise, unit: Measured, failing: Sequence[Measured], outlooks: Mapping[int, Outlook] | None
) -> bool:
    if outlooks is None:
        return False
    outlook = outlooks.get(unit.unit_id)
    is_kept = unit.is_known and unit not in failing and _is_kept(promise, unit, outlook)
    return not is_kept and bool(_danger(promise, unit, outlook))


def _in_danger(cause: str, asked: int = 0) -> Judgement | None:
    return Judgement(Standing.AT_RISK, cause, asked=asked) if cause else None


def _said(promise: Promise, lacking: Fraction, when: str, is_over_it: bool) -> str:
    exact = Decimal(lacking.numerator) / Decimal(lacking.denominator)
    much = f"{format_number(exact, promise.places)}{NBSP}{promise.measure}".strip()
    said = f"{when} цель превышена на {much}" if is_over_it else f"{when} до цели не хватает {much}"
    if promise.band:
        said += f", допуск {format_number(promise.band)}{NBSP}{promise.measure}".rstrip()
    return said
