"""
Values of past years in today's territories as one list that is read page by page, as those that are stored are.

First come the territories of today, each summed on read when its page is; then the organisations, whose stored values
no border changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from accounts.permissions import Permission
from indicators.enums import ValueStatus
from indicators.facts import level_of_kind
from indicators.models import IndicatorEdition, IndicatorValue, Period
from indicators.selectors.distributions import beside
from indicators.selectors.today import Summed, values_today
from schools.enums import ORGANISATIONS, TERRITORIES
from schools.models import Unit


@dataclass(frozen=True)
class Narrowing:
    """What a list of values is narrowed by; what is empty narrows nothing."""

    indicator: str = ""
    period: str = ""
    unit: int | None = None
    unit_code: str = ""
    level: str = ""


class TodaysValues:
    """The values that somebody may see, in the territories of today: as long as it is, and cut as a list is."""

    def __init__(self, *, user: User, narrowing: Narrowing) -> None:
        self._user, self._asked = user, narrowing

    def __len__(self) -> int:
        return self._summed + self._leaves.count()

    def __getitem__(self, part: slice) -> list[IndicatorValue]:
        start, stop = part.start or 0, len(self) if part.stop is None else part.stop
        rows = self._summed_between(start, min(stop, self._summed)) if start < self._summed else []
        if stop > self._summed:
            rows += self._leaves[max(start - self._summed, 0) : stop - self._summed]
        return rows

    @cached_property
    def _summed(self) -> int:
        return sum(1 for _cell in self._cells())

    def _cells(self) -> Iterator[tuple[IndicatorEdition, Period, Unit]]:
        """Go over editions, their periods and the territories that one can be summed for, in the order of the list."""
        for edition in self._editions:
            rank, home = level_of_kind(edition.level).rank, self._home_of(edition)
            places = [
                place for place in self._places
                if level_of_kind(place.kind).rank >= rank and place.path.startswith(home)
            ]  # fmt: skip
            for period in self._periods:
                if edition.pk in period.editions:
                    for place in places:
                        yield edition, period, place

    def _summed_between(self, start: int, stop: int) -> list[IndicatorValue]:
        cells = list(islice(self._cells(), start, stop))
        known: Mapping[tuple[int, int, int], Summed] = {
            (one.edition_id, one.period_id, one.unit_id): one
            for kind in TERRITORIES  # territories of one kind do not lie in each other
            for one in _sums_of([cell for cell in cells if cell[2].kind == kind])
        }
        return [_as_value(*cell, known.get((cell[0].pk, cell[1].pk, cell[2].pk))) for cell in cells]

    @cached_property
    def _periods(self) -> list[Period]:
        """The periods, each with the keys of the editions that have values in it."""
        stored = IndicatorValue.objects.filter(edition=OuterRef("pk"), period=OuterRef(OuterRef("pk")))
        editions = ArraySubquery(IndicatorEdition.objects.filter(Exists(stored)).values("pk"))
        periods = Period.objects.annotate(editions=editions).order_by("starts_on", "pk")
        return list(periods.filter(code=self._asked.period) if self._asked.period else periods)

    @cached_property
    def _editions(self) -> list[IndicatorEdition]:
        editions = IndicatorEdition.objects.select_related("indicator__owner__parent__parent")
        if self._asked.indicator:
            editions = editions.filter(indicator__code=self._asked.indicator)
        return list(editions.order_by("indicator__sort_key", "indicator", "number"))

    @cached_property
    def _places(self) -> list[Unit]:
        seen = Unit.objects.visible_to(self._user, Permission.INDICATOR_VIEW).of_kind(*TERRITORIES)
        asked = {"pk": self._asked.unit, "code": self._asked.unit_code, "kind": self._asked.level}
        return list(seen.filter(closed_on=None, **_filled(asked)).in_order())

    @cached_property
    def _leaves(self) -> QuerySet[IndicatorValue]:
        values = beside(IndicatorValue.objects.visible_to(self._user, Permission.INDICATOR_VIEW))
        asked = {
            "edition__indicator__code": self._asked.indicator,
            "period__code": self._asked.period,
            "unit": self._asked.unit,
            "unit__code": self._asked.unit_code,
            "unit__kind": self._asked.level,
        }
        values = values.filter(unit__kind__in=ORGANISATIONS, **_filled(asked))
        return values.select_related("edition__indicator", "period", "unit", "run").order_by("pk")

    def _home_of(self, edition: IndicatorEdition) -> str:
        """The path under which an indicator is computed: of its owner, or of who took over from it."""
        home = edition.indicator.owner
        while home is not None and home.closed_on is not None:
            home = home.parent
        return home.path if home is not None else "/"


def _filled(asked: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in asked.items() if value not in ("", None)}


def _sums_of(cells: list[tuple[IndicatorEdition, Period, Unit]]) -> Iterator[Summed]:
    if cells:
        editions, periods, units = ({one.pk: one for one in kind} for kind in zip(*cells, strict=True))
        yield from values_today(units=units, editions=editions.values(), periods=periods)


def _as_value(edition: IndicatorEdition, period: Period, place: Unit, summed: Summed | None) -> IndicatorValue:
    """Write a sum as a value that is not stored: without a key and without a run."""
    value = IndicatorValue(edition=edition, period=period, unit=place, status=ValueStatus.NOBODY)
    value.cells = None  # type: ignore[attr-defined]  # what `beside` adds to those that are stored
    if summed is not None:
        value.n, value.d, value.left_out, value.status = summed.n, summed.d, summed.left_out, summed.status
        value.cells = summed.cells  # type: ignore[attr-defined]  # as above
    return value
