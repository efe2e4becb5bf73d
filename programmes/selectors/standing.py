"""What a target of a programme asks of one territory, and how the territory stands to it."""

from __future__ import annotations

from decimal import Decimal

from common.numbers import NBSP
from indicators.enums import Better, IndicatorKind, PeriodKind
from indicators.facts import level_of_kind
from indicators.formula.words import POINTS as PERCENTAGE_POINTS
from indicators.models import IndicatorEdition, Period
from programmes.enums import CHANGES, NOT_ASKED, Cumulation, RowChoice, Standing, TargetScope
from programmes.models import Programme, ProgrammeIndicator, Target
from programmes.selectors.judging import Judgement, Measured, Promise, judge, judge_change, judge_each, with_other_half
from programmes.selectors.reading import ASKED_OF, Reading, base_of

POINTS = f"п.{NBSP}п."
IN_POINTS = (IndicatorKind.SHARE, IndicatorKind.YES_NO, IndicatorKind.THREE_STATE)


def promise_of(target: Target, edition: IndicatorEdition, programme: Programme) -> Promise:
    """Return what a target asks, within the target's own band or the programme's."""
    is_in_points = edition.kind in IN_POINTS or edition.unit_of_measure == PERCENTAGE_POINTS
    usual = programme.band_points if is_in_points else programme.band_units
    return Promise(
        target.operator,
        target.value,
        target.upper,
        edition.better == Better.LESS,
        band=usual if target.band is None else target.band,
        places=0 if edition.kind == IndicatorKind.COUNT else edition.precision,
        measure=POINTS if is_in_points else "",
    )


def cumulation_of(place: ProgrammeIndicator, edition: IndicatorEdition) -> Cumulation:
    """How a yearly value of a row is read: as its owner said; else a count is for the year, the rest as it stands."""
    if place.cumulation:
        return Cumulation(place.cumulation)
    return Cumulation.YEARLY if edition.kind == IndicatorKind.COUNT else Cumulation.LATEST


def value_of(place: ProgrammeIndicator, edition: IndicatorEdition, period: Period, reading: Reading) -> Measured | None:
    """Return the value of a row that is judged in a period: added up, or the latest one, as the row says."""
    how, found = cumulation_of(place, edition), reading.own.get((edition.pk, period.pk))
    if how == Cumulation.LATEST and (found is None or not found.is_known):
        shorter = (
            reading.promised.shorter(place.pk, period.year, reading.unit.pk) if period.kind == PeriodKind.YEAR else []
        )
        within = (reading.own.get((edition.pk, one.pk)) for one in reversed(shorter))
        found = next((one for one in within if one is not None and one.is_known), found)
    return reading.value(edition, reading.unit.pk, period, how, found)


def judgement_of(
    place: ProgrammeIndicator, edition: IndicatorEdition, target: Target | None, period: Period, reading: Reading
) -> Judgement:
    """Say how the territory that is read stands to a target in a period."""
    if target is None:
        return Judgement(Standing.NOT_SET)
    if place.choice in NOT_ASKED:
        return Judgement(Standing.NOT_SET, str(RowChoice(place.choice).label))
    if place.is_closed_in(period.year):
        return Judgement(Standing.NOT_SET, f"строка закрыта с {place.closed_from} года: в документе её больше нет")
    if edition.kind == IndicatorKind.DISTRIBUTION:
        return Judgement(Standing.NOT_SET, "у распределения нет одного числа, которое сравнить с целью")
    own, how = value_of(place, edition, period, reading), cumulation_of(place, edition)
    if own is None and period.pk in (place.known_in or ()):
        return Judgement(Standing.NOT_SET, "в этом году не участвует")
    is_own = target.unit_id is not None
    asked = None if is_own else ASKED_OF.get(TargetScope(target.scope))
    rank, is_over = level_of_kind(reading.unit.kind).rank, reading.is_over(period)
    if asked is not None and rank < level_of_kind(asked).rank:
        return Judgement(Standing.NOT_SET, "цель поставлена округу")
    if asked is None and not is_own and edition.kind == IndicatorKind.COUNT and reading.unit.pk != reading.owner_id:
        return Judgement(Standing.NOT_SET, "цель поставлена краю в целом")
    promise = promise_of(target, edition, reading.programme)
    outlook = reading.outlook(edition, reading.unit.pk, period, how)
    if asked is not None and rank > level_of_kind(asked).rank:
        judged = _each(place, edition, promise, period, reading)
    elif target.operator in CHANGES:
        base = base_of(target)
        before = reading.before(edition, base)
        judged = judge_change(promise, own, before, base=base, is_over=is_over, outlook=outlook)
    else:
        judged = judge(promise, own, is_over=is_over, outlook=outlook)
    return _with_other_half(judged, target, period, reading)


def _each(
    place: ProgrammeIndicator, edition: IndicatorEdition, promise: Promise, period: Period, reading: Reading
) -> Judgement:
    how = cumulation_of(place, edition)
    found = reading.each.get((edition.pk, period.pk), [])
    units = [reading.value(edition, one.unit_id, period, how, one) or one for one in found]
    outlooks, own = reading.outlooks(edition, period, how), own_promises(place, edition, period, reading)
    return judge_each(promise, units, is_over=reading.is_over(period), outlooks=outlooks, own=own)


def own_promises(
    place: ProgrammeIndicator, edition: IndicatorEdition, period: Period, reading: Reading
) -> dict[int, Promise]:
    """What single units are asked for in the programme's place, by their keys."""
    targets = reading.promised.own.get((place.pk, period.pk), {})
    return {unit_id: promise_of(target, edition, reading.programme) for unit_id, target in targets.items()}


def _with_other_half(judged: Judgement, target: Target, period: Period, reading: Reading) -> Judgement:
    if not target.also or reading.unit.pk != reading.owner_id:
        return judged
    element, entered = reading.also.get((target.also["element"], period.pk), (target.also["element"], None))
    other = Promise(target.also["operator"], Decimal(str(target.also["value"])))
    is_over, is_running = reading.is_over(period), reading.is_running(period)
    return with_other_half(judged, other, entered, what=element, is_over=is_over, is_running=is_running)
