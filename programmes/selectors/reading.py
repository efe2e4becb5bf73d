"""Every value that the table of indicators needs, in two queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import FilteredRelation, Q, QuerySet

from indicators.facts import level_of_kind
from indicators.models import DataElement, IndicatorEdition, IndicatorValue, Period
from indicators.selectors.today import values_today
from programmes.enums import TargetOperator, TargetScope
from programmes.models import Programme, Target
from programmes.selectors.judging import Measured
from schools.enums import TERRITORIES, Kind
from schools.models import Ancestry, Unit

ASKED_OF = {
    TargetScope.EACH_DISTRICT: Kind.DISTRICT,
    TargetScope.EACH_MUNICIPALITY: Kind.MUNICIPALITY,
    TargetScope.EACH_SCHOOL: Kind.SCHOOL,
    TargetScope.EACH_EXTRACURRICULAR: Kind.EXTRACURRICULAR,
}
CHANGES = (TargetOperator.GROWTH, TargetOperator.POSITIVE_DYNAMICS)
COLUMNS = ("unit_id", "unit__short_name", "status", "n", "d", "left_out", "pk")


class Reading:
    """Every value that a table needs, in two queries."""

    def __init__(
        self,
        unit: Unit,
        programme: Programme,
        periods: Sequence[Period],
        editions: dict[int, IndicatorEdition],
        targets: dict[tuple[int, int], Target],
        *,
        is_today: bool = False,
    ) -> None:
        self.unit = unit
        # The region's own sum is the same in any borders, and a school has none.
        self.is_today = is_today and unit.kind in TERRITORIES and unit.closed_on is None
        self.owner_id = programme.unit_id
        self.own: dict[tuple[int, int], Measured] = {}
        self.counted: set[tuple[int, int]] = set()  # what the whole programme has values of
        self.each: dict[tuple[int, int], list[Measured]] = {}
        self.before: dict[tuple[int, int], Measured] = {}  # of the unit itself, by the calendar year to compare with
        by_key = {edition.pk: edition for edition in editions.values()}
        each: dict[str, set[int]] = {}
        for (place_id, _), target in targets.items():
            kind = ASKED_OF.get(TargetScope(target.scope))
            if kind is not None and level_of_kind(kind).rank < level_of_kind(unit.kind).rank:
                each.setdefault(kind, set()).add(editions[place_id].pk)
        self._values(periods, by_key, each, _years_before(targets.values()))
        self.also = self._entered(periods, targets)

    def _values(
        self,
        periods: Sequence[Period],
        editions: dict[int, IndicatorEdition],
        each: dict[str, set[int]],
        years_before: set[str],
    ) -> None:
        columns = ("edition_id", "period_id", "period__code", *COLUMNS)
        rows = IndicatorValue.objects.filter(period__in=[period.pk for period in periods])
        stored = {self.owner_id} if self.is_today else {self.unit.pk, self.owner_id}
        asked = [rows.filter(unit__in=stored, edition__in=editions).values_list(*columns)]
        for kind, keys in each.items():
            if self.is_today and kind != Kind.SCHOOL:
                self._today(
                    Unit.objects.within(self.unit).of_kind(kind).filter(closed_on=None), keys, periods, editions
                )
                continue
            below = rows.filter(unit__kind=kind, edition__in=keys)
            if self.unit.parent_id is not None:
                below = below.filter(unit__in=_standing_under(self.unit, periods[-1].ends_on))
            asked.append(below.values_list(*columns))
        if years_before:
            before = IndicatorValue.objects.filter(period__code__in=years_before, unit=self.unit, edition__in=editions)
            asked.append(before.values_list(*columns))
        shown = {period.pk for period in periods}
        found = asked[0].union(*asked[1:], all=True) if len(asked) > 1 else asked[0]
        for edition_id, period_id, code, unit_id, name, status, n, d, left_out, pk in found:
            scale = editions[edition_id].scale
            measured = Measured(unit_id, name, status, n, d, left_out, pk, scale)
            if unit_id == self.owner_id:
                self.counted.add((edition_id, period_id))
            if unit_id == self.unit.pk:
                if code in years_before:
                    self.before[edition_id, int(code)] = measured
                if unit_id in stored and period_id in shown:
                    self.own[edition_id, period_id] = measured
            elif unit_id != self.owner_id:
                self.each.setdefault((edition_id, period_id), []).append(measured)
        if self.is_today and self.unit.pk != self.owner_id:
            self._today([self.unit], set(editions), periods, editions)

    def _today(
        self,
        units: Iterable[Unit],
        keys: Collection[int],
        periods: Sequence[Period],
        editions: dict[int, IndicatorEdition],
    ) -> None:
        """Read values in today's borders: of the unit itself, or of each one under it."""
        named = {unit.pk: unit.short_name for unit in units}
        for one in values_today(units=named, editions=keys, periods=[period.pk for period in periods]):
            scale = editions[one.edition_id].scale
            name = named[one.unit_id]
            measured = Measured(one.unit_id, name, one.status, one.n, one.d, one.left_out, None, scale)
            if one.unit_id == self.unit.pk:
                self.own[one.edition_id, one.period_id] = measured
            else:
                self.each.setdefault((one.edition_id, one.period_id), []).append(measured)

    def _entered(
        self, periods: Sequence[Period], targets: dict[tuple[int, int], Target]
    ) -> dict[tuple[str, int], tuple[str, Decimal | None]]:
        """The entered numbers of the other halves of compound targets, with the words of what was asked."""
        codes = {target.also["element"] for target in targets.values() if target.also}
        if not codes:
            return {}
        mine = FilteredRelation(
            "observations", condition=Q(observations__unit=self.unit, observations__replaced_at=None)
        )
        rows = (
            DataElement.objects.filter(code__in=codes)
            .annotate(mine=mine)
            .values_list("code", "name", "mine__period_id", "mine__value")
        )
        found: dict[tuple[str, int], tuple[str, Decimal | None]] = {}
        for code, name, period_id, value in rows:
            for period in periods:
                found.setdefault((code, period.pk), (name, None))
            if period_id is not None:
                found[code, period_id] = (name, value)
        return found


def _standing_under(unit: Unit, day: date) -> QuerySet:
    """Keys of the units that stood under a unit on a day, itself not included."""
    rows = Ancestry.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), ancestor=unit, valid_from__lte=day)
    return rows.exclude(unit=unit).values("unit")


def _years_before(targets: Iterable[Target]) -> set[str]:
    """Return the years that growth and dynamics are held against."""
    return {str(each.base_year or int(each.period.code) - 1) for each in targets if each.operator in CHANGES}
