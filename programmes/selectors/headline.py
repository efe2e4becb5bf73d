"""The region's headline target on any day: n, d, who is in and who is not, each with its order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from common.numbers import format_number
from indicators.enums import PeriodKind
from indicators.facts import Basis, FactsOf
from indicators.formula.check import check
from indicators.formula.explain import Explanation, explain
from indicators.models import IndicatorEdition, Period
from indicators.selectors.bases import Bases
from indicators.selectors.world import world_under
from programmes.models import Programme, ProgrammeIndicator
from schools.models import Unit


@dataclass(slots=True)
class Place:
    """A municipality and what it rests on."""

    unit_id: int
    name: str
    programme: Programme | None
    cause: str = ""


@dataclass(slots=True)
class Headline:
    """The headline target of a region on a day."""

    place: ProgrammeIndicator
    edition: IndicatorEdition
    on: date
    explanation: Explanation
    inside: list[Place]
    outside: list[Place]
    unknown: list[Place]

    @property
    def calculation(self) -> str:
        """The calculation in a line: «40 : 61 × 100 % = 65,6 %»."""
        n, d = self.explanation.n, self.explanation.d
        if n is None or not d:
            return "считать не из чего"
        percent = Decimal(100) * n.numerator * d.denominator / (n.denominator * d.numerator)
        return f"{int(n)} : {int(d)} × 100 % = {format_number(percent, self.edition.precision)} %"


def headline_on(*, programme: Programme, unit: Unit, day: date) -> Headline | None:
    """Count the headline indicator of a programme on a day; None if the programme has none in that year."""
    rows = programme.programme_indicators.in_force(day.year).filter(is_headline=True)
    place = rows.select_related("indicator").first()
    edition = place and place.indicator.editions.filter(is_current=True).first()
    if place is None or edition is None:
        return None
    basis = _basis_on(day, place.indicator_id)
    meaning = check(edition.formula, FactsOf(basis))
    world = world_under(unit=unit, meaning=meaning, basis=basis, edition=edition.pk)
    explained = explain(meaning, world, unit.pk, places=edition.precision)
    groups: dict[str, list[Place]] = {"counted": [], "not_counted": [], "left_out": []}
    for part in explained.parts:
        for name, found in groups.items():
            found += [Place(int(str(line.unit)), line.name, None, line.cause) for line in getattr(part, name)]
    _with_programmes([place for found in groups.values() for place in found], day)
    return Headline(place, edition, day, explained, groups["counted"], groups["not_counted"], groups["left_out"])


def _basis_on(day: date, indicator_id: int) -> Basis:
    """The basis of the day's year, cut off at the day."""
    year = Period.objects.filter(kind=PeriodKind.YEAR, code=str(day.year)).first()
    period = year or Period(code=str(day.year), kind=PeriodKind.YEAR, starts_on=day.replace(month=1, day=1))
    basis = Bases([period] if period.pk else []).of(period, indicator_id)
    period.ends_on = day  # in memory only: the day whose programmes and geography count
    return basis


def _with_programmes(places: list[Place], day: date) -> None:
    running = Programme.objects.of_municipalities().approved(by=day).running_on(day)
    found = running.filter(unit__in=[place.unit_id for place in places]).select_related("document")
    by_unit = {programme.unit_id: programme for programme in found.order_by("approved_on")}
    for place in places:
        place.programme = by_unit.get(place.unit_id)
