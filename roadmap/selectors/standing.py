"""
How a promised result stands on a day: accepted, waiting for acceptance, overdue, running, ahead.

A result of the region is one execution; a result of municipalities or schools is a share of them, and is done when the
share reaches its threshold (all of them, where the document names none). What was done after the day is not seen yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BigIntegerField, Case, Count, F, Max, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import JSONObject

from common.share import Share
from roadmap.enums import DONE, ExecutionState, Recurrence, ResultState
from roadmap.models import Execution, ExpectedResult, ResultWindow
from schools.enums import Kind
from schools.selectors.placed import heir_today

WHOLE = Decimal(100)
WORST_FIRST = list(ResultState)


@dataclass(frozen=True)
class Tally:
    """How many units did a result in one of its windows, by state, and when the last of them did."""

    accepted: int = 0
    reported: int = 0
    returned: int = 0
    late: int = 0
    last_done_on: date | None = None

    @property
    def done(self) -> int:
        """Units that say that they have done it."""
        return self.accepted + self.reported

    def __add__(self, other: Tally) -> Tally:
        """Put the tallies of different units together."""
        days = [day for day in (self.last_done_on, other.last_done_on) if day is not None]
        return Tally(
            self.accepted + other.accepted,
            self.reported + other.reported,
            self.returned + other.returned,
            self.late + other.late,
            max(days, default=None),
        )


@dataclass(frozen=True)
class WindowStanding:
    """One time that a result is due, and how it stands."""

    window: ResultWindow
    state: ResultState
    tally: Tally
    share: Share | None = None  # of municipalities or schools; None for a result of one unit

    @property
    def is_late(self) -> bool:
        """Whether it was done, but after its last day."""
        return self.share is None and self.tally.late > 0


@dataclass(frozen=True)
class ResultStanding:
    """A promised result with all its windows."""

    result: ExpectedResult
    windows: tuple[WindowStanding, ...]

    @property
    def state(self) -> ResultState:
        """The worst of its windows."""
        return min((each.state for each in self.windows), key=WORST_FIRST.index)


def tallies(
    executions: QuerySet[Execution], *, on: date, is_today: bool = False
) -> dict[Kind, dict[tuple[int, int], Tally]]:
    """
    Count executions by kind of unit, then by result and window, as they were seen on a day.

    In today's territories what several municipalities did that are one today counts once, by the farthest.
    """
    counted: dict[Kind, dict[tuple[int, int], Tally]] = {kind: {} for kind in Kind}
    for row in _counts(executions, "result_id", "window_number", on=on, is_today=is_today):
        kind, key = Kind(row.pop("unit__kind")), (row.pop("result_id"), row.pop("window_number"))
        tally = (_of_one if row.pop("whose") else Tally)(**row)
        counted[kind][key] = counted[kind].get(key, Tally()) + tally
    return counted


def with_tallies(
    windows: QuerySet[ResultWindow], executions: QuerySet[Execution], *, on: date, is_today: bool = False
) -> QuerySet[ResultWindow]:
    """Let windows know what was done in them, in the same question; `tally_of` reads it."""
    mine = executions.filter(result=OuterRef("result"), window_number=OuterRef("number"))
    said = JSONObject(kind="unit__kind", **{name: name for name in ("whose", "accepted", "reported", "returned")})
    return windows.annotate(counts=ArraySubquery(_counts(mine, on=on, is_today=is_today).values(said=said)))


def tally_of(window: ResultWindow, kind: Kind) -> Tally:
    """Return what units of a kind did in a window read by `with_tallies`; not how late, and not when."""
    found = Tally()
    for counts in window.counts:
        states = {name: counts[name] for name in ("accepted", "reported", "returned")}
        if counts["kind"] == kind:
            found += _of_one(**states) if counts["whose"] else Tally(**states)
    return found


def _counts(executions: QuerySet[Execution], *by: str, on: date, is_today: bool) -> QuerySet[Execution, dict]:
    """Count executions by kind of unit and whatever else; of today, one that took over from others stands apart."""
    done = Q(state__in=DONE, done_on__lte=on)
    one = heir_today("unit__") if is_today else Value(None, output_field=BigIntegerField())
    whose = Case(When(unit__kind=Kind.MUNICIPALITY, then=one), default=None, output_field=BigIntegerField())
    return (
        executions.filter(result__windows__number=F("window_number"))
        .order_by()
        .annotate(whose=whose)
        .values("unit__kind", *by, "whose")
        .annotate(
            accepted=Count("pk", filter=done & Q(state=ExecutionState.ACCEPTED)),
            reported=Count("pk", filter=done & Q(state=ExecutionState.REPORTED)),
            returned=Count("pk", filter=Q(state=ExecutionState.RETURNED)),
            late=Count("pk", filter=done & Q(done_on__gt=F("result__windows__ends_on"))),
            last_done_on=Max("done_on", filter=done),
        )
    )


def _of_one(*, accepted: int, reported: int, returned: int, late: int = 0, last_done_on: date | None = None) -> Tally:
    """Count what several did as that of one: the farthest of it."""
    is_reported = bool(reported) and not accepted
    is_returned = bool(returned) and not accepted and not reported
    return Tally(int(accepted > 0), int(is_reported), int(is_returned), int(late > 0), last_done_on)


def standing(
    result: ExpectedResult,
    windows: Iterable[ResultWindow],
    counted: Mapping[tuple[int, int], Tally],
    *,
    whole: int | None,
    on: date,
) -> ResultStanding:
    """Say how a result stands. `whole` is how many units owe it, or None where one unit does."""
    said = []
    for window in windows:
        tally = counted.get((result.pk, window.number), Tally())
        share = None if whole is None else Share.of(tally.done, whole)
        said.append(WindowStanding(window, _state(result, window, tally, share, on), tally, share))
    return ResultStanding(result, tuple(said))


def _state(result: ExpectedResult, window: ResultWindow, tally: Tally, share: Share | None, on: date) -> ResultState:
    if share is not None and share.whole == 0:
        return ResultState.NOBODY  # no list of schools is approved for the year, or nobody of it is here
    enough = tally.done > 0 if share is None else bool(share.reaches(result.threshold_percent or WHOLE))
    if enough:
        return ResultState.REPORTED if tally.reported else ResultState.ACCEPTED
    if share is None and tally.returned:
        return ResultState.RETURNED
    if window.starts_on > on:
        return ResultState.AHEAD
    if window.ends_on >= on:
        return ResultState.RUNNING
    return ResultState.NOT_ASKED if result.recurrence == Recurrence.ON_DEMAND else ResultState.OVERDUE
