"""Every value that the table of indicators needs, in two queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.db.models import FilteredRelation, Q, QuerySet

from common.russian import counted
from indicators.enums import COUNTED, IndicatorKind, PeriodKind, ValueStatus
from indicators.facts import level_of_kind
from indicators.models import DataElement, IndicatorEdition, IndicatorValue, Period
from indicators.selectors.distributions import spread_of, with_cells
from indicators.selectors.today import values_today
from programmes.enums import CHANGES, Cumulation, TargetScope
from programmes.models import Programme, Target
from programmes.selectors.approved import Approved
from programmes.selectors.forecasting import FEWEST, forecast
from programmes.selectors.judging import Measured, Outlook
from programmes.selectors.promised import Promised
from programmes.selectors.saying import ANSWERS
from schools.enums import TERRITORIES, Kind
from schools.models import Unit

ASKED_OF = {
    TargetScope.EACH_DISTRICT: Kind.DISTRICT,
    TargetScope.EACH_MUNICIPALITY: Kind.MUNICIPALITY,
    TargetScope.EACH_SCHOOL: Kind.SCHOOL,
    TargetScope.EACH_EXTRACURRICULAR: Kind.EXTRACURRICULAR,
}
COLUMNS = ("unit_id", "unit__short_name", "status", "n", "d", "left_out", "pk", "cells")


class Reading:
    """Every value that a table needs on a day, in two queries."""

    def __init__(
        self,
        unit: Unit,
        programme: Programme,
        periods: Sequence[Period],
        editions: dict[int, IndicatorEdition],
        promised: Promised,
        *,
        today: date,
        is_today: bool = False,
        is_summed: bool = False,
        wholes: Mapping[int, int] | None = None,
        approved: Approved,
    ) -> None:
        self.approved = approved
        self.unit, self.programme, self.today, self.promised = unit, programme, today, promised
        # The region's own sum is the same in any borders, and a school has none.
        self.is_today = is_today and unit.kind in TERRITORIES and unit.closed_on is None
        self.owner_id = programme.unit_id
        self.own: dict[tuple[int, int], Measured] = {}
        self.each: dict[tuple[int, int], list[Measured]] = {}
        self.past: dict[tuple[int, int], dict[int, Measured]] = {}  # by edition and unit: what calendar years had
        self.wholes = wholes or {}  # whose whole is what another one counts, by edition
        self._shown = set(promised.periods)
        by_key = {edition.pk: edition for edition in editions.values()}
        each: dict[str, set[int]] = {}
        for (place_id, _), target in promised.common.items():
            kind = ASKED_OF.get(TargetScope(target.scope))
            if kind is not None and level_of_kind(kind).rank < level_of_kind(unit.kind).rank:
                asked = editions[place_id].pk
                each.setdefault(kind, set()).update({asked, self.wholes.get(asked, asked)})
        start = programme.starts_on.year if is_summed else None
        self._values(periods, by_key, each, _earlier(promised.all(), periods, today, start))
        self.also = self._entered(periods, promised.common)

    def is_over(self, period: Period) -> bool:
        """Whether a period has ended."""
        return self.today > period.ends_on

    def is_running(self, period: Period) -> bool:
        """Whether the day is within a period."""
        return period.starts_on <= self.today <= period.ends_on

    def before(self, edition: IndicatorEdition, year: int) -> Measured | None:
        """The value of the unit itself in an earlier year."""
        return self.past.get((edition.pk, self.unit.pk), {}).get(year)

    def value(
        self, edition: IndicatorEdition, unit_id: int, period: Period, how: str, found: Measured | None
    ) -> Measured | None:
        """Return what is judged of a unit's value: itself, or its sum with the years since the programme began."""
        if edition.pk in self.wholes:
            return self._of_parent(edition, unit_id, period, found)
        if how != Cumulation.FROM_START or period.kind != PeriodKind.YEAR:
            return found
        past = self.past.get((edition.pk, unit_id), {})
        years = [past.get(year) for year in range(self.programme.starts_on.year, period.year)]
        parts = [*years, found]
        missing = [
            year for year, one in enumerate(parts, self.programme.starts_on.year) if one is None or not one.is_known
        ]
        if found is None or missing:
            why = f"нарастающий итог не складывается: нет значения {missing[0]} года" if missing else ""
            blank = found or Measured(unit_id, "", ValueStatus.NOT_SUBMITTED)
            return replace(blank, status=ValueStatus.NOT_SUBMITTED, n=None, d=None, why=why)
        whole = None if found.d is None else sum((one.d or Decimal(0) for one in parts if one), Decimal(0))
        return replace(found, n=sum((one.n or Decimal(0) for one in parts if one), Decimal(0)), d=whole)

    def _of_parent(
        self, edition: IndicatorEdition, unit_id: int, period: Period, found: Measured | None
    ) -> Measured | None:
        """A part of what another indicator counts: its own numerator over that one's."""
        if found is None or not found.is_known:
            return found
        key = (self.wholes[edition.pk], period.pk)
        units = [self.own.get(key)] if unit_id == self.unit.pk else self.each.get(key, [])
        parent = next((one for one in units if one is not None and one.unit_id == unit_id), None)
        if parent is None or not parent.is_known:
            why = "нет значения показателя, часть которого считается"
            return replace(found, status=ValueStatus.NOT_SUBMITTED, n=None, d=None, why=why)
        if not parent.n:
            return replace(found, status=ValueStatus.NOBODY, n=None, d=None)
        return replace(found, d=parent.n)

    def outlook(self, edition: IndicatorEdition, unit_id: int, period: Period, how: str) -> Outlook | None:
        """What a running year may come to for a unit; None of one that does not run."""
        if not self.is_running(period):
            return None
        is_accruing = how != Cumulation.LATEST
        if period.kind != PeriodKind.YEAR:
            return Outlook(None, is_accruing)
        if edition.pk in self.wholes:
            return Outlook(None, is_accruing, "по части другого показателя прогноза нет")
        if how == Cumulation.FROM_START:
            return Outlook(None, is_accruing, "по нарастающему итогу прогноза нет")
        if edition.kind in ANSWERS:
            return Outlook(None, is_accruing)  # said once under the table, not in each of a hundred cells
        if edition.kind == IndicatorKind.DISTRIBUTION:
            return Outlook(None, is_accruing)
        if edition.kind == IndicatorKind.CHANGE:
            return Outlook(None, is_accruing, "по изменениям прогноза нет")
        past = self.past.get((edition.pk, unit_id), {})
        known = {year: one.exact for year, one in past.items() if one.exact is not None and year < period.year}
        expected = forecast(known, year=period.year, top=100 if edition.kind == IndicatorKind.SHARE else None)
        if expected is None:
            years = counted(len(known), "прежнего года", "прежних лет", "прежних лет")
            return Outlook(None, is_accruing, f"прогноза нет: известны значения {years}, а нужно хотя бы {FEWEST}")
        return Outlook(expected, is_accruing)

    def outlooks(self, edition: IndicatorEdition, period: Period, how: str) -> dict[int, Outlook] | None:
        """The same for each unit of which a target is asked."""
        if not self.is_running(period):
            return None
        units = self.each.get((edition.pk, period.pk), [])
        found = {one.unit_id: self.outlook(edition, one.unit_id, period, how) for one in units}
        return {unit_id: outlook for unit_id, outlook in found.items() if outlook is not None}

    def _values(
        self,
        periods: Sequence[Period],
        editions: dict[int, IndicatorEdition],
        each: dict[str, set[int]],
        earlier: Q | None,
    ) -> None:
        columns = ("edition_id", "period_id", "period__code", *COLUMNS)
        every = [*editions.values(), *self.approved.editions.values()]
        rows = with_cells(IndicatorValue.objects.filter(edition__in=self.approved.also(editions)), every)
        asked_for = Q(period__in=self._shown) if earlier is None else Q(period__in=self._shown) | earlier
        asked = [rows.filter(asked_for, unit=self.unit)]
        others = self._periods_of_today(periods, earlier) if self.is_today else []
        if self.is_today:
            others += [one for one in self.promised.periods.values() if one.kind != PeriodKind.YEAR]
        for kind, keys in each.items():
            if self.is_today and kind != Kind.SCHOOL:
                below = Unit.objects.within(self.unit).of_kind(kind).filter(closed_on=None)
                self._today(below, keys, others, editions)
                continue
            found = rows.filter(asked_for, unit__kind=kind, edition__in=self.approved.also(keys))
            if self.unit.parent_id is not None:
                found = found.filter(unit__in=_standing_under(self.unit, periods[-1].ends_on))
            asked.append(found)
        first, *rest = [one.values_list(*columns) for one in asked]
        for edition_id, period_id, code, unit_id, name, status, n, d, left_out, pk, cells in (
            first.union(*rest, all=True) if rest else first
        ):
            edition = editions.get(edition_id) or self.approved.editions[edition_id]
            spread = spread_of(edition, cells)
            measured = Measured(unit_id, name, status, n, d, left_out, pk, edition.scale, spread=spread)
            self._put(edition_id, period_id, code, measured)
        if self.is_today and self.unit.pk != self.owner_id:
            for key in [key for key in self.own if key[1] in self._shown]:
                del self.own[key]
            self._today([self.unit], set(editions), others, editions)

    def _put(self, edition_id: int, period_id: int, code: str, measured: Measured) -> None:
        if edition_id in self.approved.editions:
            current = self.approved.current(edition_id, period_id)
            if current is None:
                return  # what an earlier edition gave in a period that is open
            edition_id = current
        if code.isdecimal():
            self.past.setdefault((edition_id, measured.unit_id), {})[int(code)] = measured
        if period_id not in self._shown:
            return
        if measured.unit_id == self.unit.pk:
            self.own[edition_id, period_id] = measured
        elif measured.unit_id != self.owner_id:
            self.each.setdefault((edition_id, period_id), []).append(measured)

    def _periods_of_today(self, periods: Sequence[Period], earlier: Q | None) -> list[Period]:
        """What is summed in today's borders: the years of the table and those that they are held against."""
        if earlier is None:
            return list(periods)
        first = min(period.starts_on for period in periods)
        return [*Period.objects.filter(kind=PeriodKind.YEAR, ends_on__lt=first), *periods]

    def _today(
        self,
        units: Iterable[Unit],
        keys: Collection[int],
        periods: Sequence[Period],
        editions: dict[int, IndicatorEdition],
    ) -> None:
        """Read values in today's borders: of the unit itself, or of each one under it."""
        named = {unit.pk: unit.short_name for unit in units}
        codes = {period.pk: period.code for period in periods}
        for together, its_periods in self.approved.groups(keys, list(codes), editions):
            by_key = {edition.pk: edition for edition in together}
            for one in values_today(units=named, editions=together, periods=its_periods):
                edition, name = by_key[one.edition_id], named[one.unit_id]
                spread = spread_of(edition, one.cells)
                given = (one.unit_id, name, one.status, one.n, one.d, one.left_out, None, edition.scale)
                self._put(one.edition_id, one.period_id, codes[one.period_id], Measured(*given, spread=spread))

    def _entered(
        self, periods: Sequence[Period], targets: dict[tuple[int, int], Target]
    ) -> dict[tuple[str, int], tuple[str, Decimal | None]]:
        """The entered numbers of the other halves of compound targets, with the words of what was asked."""
        codes = {target.also["element"] for target in targets.values() if target.also}
        if not codes:
            return {}
        mine = FilteredRelation(
            "observations",
            condition=Q(observations__unit=self.unit, observations__replaced_at=None, observations__status__in=COUNTED),
        )
        rows = (
            DataElement.objects.filter(code__in=codes)
            .annotate(mine=mine)
            .values_list("code", "name", "categories", "mine__period_id", "mine__value")
        )
        found: dict[tuple[str, int], tuple[str, Decimal | None]] = {}
        entered: dict[tuple[str, int], list[Decimal]] = {}
        for code, name, categories, period_id, value in rows:
            for period in periods:
                found.setdefault((code, period.pk), (name, None))
            if period_id is not None:
                parts = entered.setdefault((code, period_id), [])
                parts.append(value)
                if len(parts) == max(len(categories), 1):  # by categories it is known once each is there
                    found[code, period_id] = (name, sum(parts, Decimal(0)))
        return found


def _standing_under(unit: Unit, day: date) -> QuerySet:
    """Keys of the units that stood under a unit on a day, itself not included."""
    return Unit.objects.standing_under(unit, day).exclude(pk=unit.pk).values("pk")


def base_of(target: Target) -> int:
    """The calendar year that growth is held against: the one named, else the year before."""
    return target.base_year or target.period.year - 1


def _earlier(targets: Iterable[Target], periods: Sequence[Period], today: date, start: int | None) -> Q | None:
    """Return which earlier years are asked: what growth is held against, what sums begin with, all as a year runs."""
    held = {str(base_of(each)) for each in targets if each.operator in CHANGES}
    wanted = Q(period__code__in=held) if held else None
    if start is not None and periods:
        since = Q(
            period__kind=PeriodKind.YEAR, period__starts_on__year__gte=start, period__ends_on__lt=periods[-1].ends_on
        )
        wanted = since if wanted is None else wanted | since
    running = next((period for period in periods if period.starts_on <= today <= period.ends_on), None)
    if running is not None:
        past = Q(period__kind=PeriodKind.YEAR, period__ends_on__lt=running.starts_on)
        wanted = past if wanted is None else wanted | past
    return wanted
