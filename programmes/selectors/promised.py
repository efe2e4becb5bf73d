"""
Which target counts for whom and when.

A target of a named municipality or school stands before the programme's: whoever has an own one is held to it and to
nothing else. Half-years and waves have targets of their own beside the year's; of a year only the year's is judged.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from indicators.enums import PeriodKind
from indicators.models import Period
from programmes.models import ProgrammeIndicator, Target
from programmes.selectors.targets import with_last_change

Key = tuple[int, int]  # a row of the programme and a period


class Promised:
    """The targets of rows of a programme, read once: the programme's own, those of single units, by period."""

    def __init__(self, places: Iterable[ProgrammeIndicator], years: Collection[int] | None = None) -> None:
        rows = Target.objects.filter(programme_indicator__in=[place.pk for place in places])
        self.common: dict[Key, Target] = {}
        self.own: dict[Key, dict[int, Target]] = {}
        self.periods: dict[int, Period] = {}
        for target in with_last_change(rows).select_related("period__in_force"):
            if years is not None and target.period.year not in years:
                continue
            self.periods[target.period_id] = target.period
            key = (target.programme_indicator_id, target.period_id)
            if target.unit_id is None:
                self.common[key] = target
            else:
                self.own.setdefault(key, {})[target.unit_id] = target

    def of(self, place_id: int, period_id: int, unit_id: int) -> Target | None:
        """Return the target that counts for a unit in a period: its own, else the programme's."""
        key = (place_id, period_id)
        return self.own.get(key, {}).get(unit_id) or self.common.get(key)

    def years(self) -> list[Period]:
        """List the years of which something is promised, oldest first."""
        found = (period for period in self.periods.values() if period.kind == PeriodKind.YEAR)
        return sorted(found, key=lambda period: period.starts_on)

    def shorter(self, place_id: int, year: int, unit_id: int) -> list[Period]:
        """List the half-years and waves of a year for which a row has targets that count for a unit, by their days."""
        own = (key for key, by_unit in self.own.items() if unit_id in by_unit)
        keys = {period_id for place, period_id in (*self.common, *own) if place == place_id}
        found = (self.periods[key] for key in keys)
        within = (period for period in found if period.kind != PeriodKind.YEAR and period.year == year)
        return sorted(within, key=lambda period: (period.starts_on, period.ends_on))

    def closed(self) -> list[Period]:
        """List the periods that were closed by order, by their days."""
        found = (period for period in self.periods.values() if period.closing is not None)
        return sorted(found, key=lambda period: (period.starts_on, period.ends_on))

    def all(self) -> Iterator[Target]:
        """Go through every target."""
        yield from self.common.values()
        for each in self.own.values():
            yield from each.values()
