"""The indicators of a programme for one territory: values beside their targets, year by year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, F, Func, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import JSONObject

from common.numbers import format_number
from indicators.facts import Basis, level_of_kind
from indicators.models import IndicatorEdition, Period
from indicators.selectors.bases import Bases
from indicators.selectors.staleness import Waiting, waiting_notes
from programmes.enums import Standing
from programmes.models import Direction, Programme, ProgrammeIndicator, Target
from programmes.selectors.judging import Judgement, Measured, Outlook, Promise
from programmes.selectors.lacking import Lacking, lacking_of
from programmes.selectors.reading import CHANGES, Reading, base_of
from programmes.selectors.saying import (
    group_title,
    is_answer,
    said_forecast,
    said_last_change,
    said_target,
    said_value,
)
from programmes.selectors.standing import judgement_of, promise_of
from programmes.selectors.targets import with_last_change
from schools.models import Unit

KEYS = ArrayField(BigIntegerField())


@dataclass(slots=True)
class Cell:
    """One indicator in one year."""

    period: Period
    basis: Basis
    edition: IndicatorEdition
    target: Target | None
    value: Measured | None
    judgement: Judgement
    is_stale: bool
    has_own_basis: bool = False  # fed otherwise than the year's rule says
    outlook: Outlook | None = None  # of a year that runs
    asked: Promise | None = None
    before: Measured | None = None  # what growth is held against

    @property
    def year(self) -> int:
        """The programme year."""
        return self.basis.year

    @property
    def said(self) -> str:
        """The value as it is read: «42,9 %», «да», «12»; «—» where it is unknown."""
        return said_value(self.edition, self.value)

    @property
    def pair(self) -> str:
        """What it is made of: «6 из 14»; nothing for a count or a single answer."""
        value = self.value
        if value is None or not value.is_known or value.d is None or is_answer(self.edition, value):
            return ""
        return f"{format_number(value.n)} из {format_number(value.d)}"

    @property
    def forecast(self) -> str:
        """What the year may end with, or why nothing is said; empty once it is over, or where nothing is promised."""
        if self.outlook is None or self.judgement.standing == Standing.NOT_SET:
            return ""
        return said_forecast(self.edition, self.outlook)

    @property
    def changed(self) -> str:
        """That the target was changed after it was set, and how; empty if it never was."""
        if self.target is None:
            return ""
        return said_last_change(getattr(self.target, "last_change", None), self.target.scope, self.edition)

    @property
    def lacking(self) -> list[tuple[Measured, Lacking]]:
        """What is lacking for the target: of the territory itself, or of each unit that does not meet it."""
        judged = self.judgement
        if self.asked is None or judged.standing in (Standing.MET, Standing.NOT_SET):
            return []
        behind = judged.failing if judged.failing or judged.least else [self.value]
        found = ((one, lacking_of(self.asked, one, self.before)) for one in behind if one is not None)
        return [(one, lacking) for one, lacking in found if lacking is not None]

    @property
    def promise(self) -> str:
        """The target as it is read: «≥ 20 %», «да, в каждом муниципалитете»."""
        return said_target(self.target, self.edition)


@dataclass(slots=True)
class Row:
    """One indicator of the programme through its years."""

    place: ProgrammeIndicator
    edition: IndicatorEdition
    cells: list[Cell]

    @property
    def indicator(self):
        """The indicator itself."""
        return self.place.indicator


@dataclass(slots=True)
class Group:
    """The indicators of one direction; the headline target and the passport's own rows stand outside them."""

    direction: Direction | None
    is_headline: bool = False
    rows: list[Row] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The direction; for rows outside directions, what they are."""
        return group_title(self.direction, is_headline=self.is_headline)


@dataclass(slots=True)
class IndicatorTable:
    """The indicators of a programme for a unit."""

    programme: Programme
    unit: Unit
    periods: list[Period]
    groups: list[Group]
    bases: list[Basis]  # the rule of each year; an indicator may have its own

    @property
    def rows(self) -> list[Row]:
        """Every row, in the order of the programme."""
        return [row for group in self.groups for row in group.rows]

    @property
    def is_running(self) -> bool:
        """Whether one of its years runs."""
        return any(cell.outlook is not None for row in self.rows for cell in row.cells)

    def standings(self, year: int) -> Counter[Standing]:
        """Count how the indicators stand in a year."""
        return Counter(cell.judgement.standing for row in self.rows for cell in row.cells if cell.year == year)

    def narrowed(self, *, direction: int | None = None, standing: str = "", year: int | None = None) -> IndicatorTable:
        """Keep one direction, or the indicators that stand so in a year."""
        groups = []
        for group in self.groups:
            if direction is not None and (group.direction is None or group.direction.number != direction):
                continue
            rows = [row for row in group.rows if not standing or _stands(row, standing, year)]
            if rows:
                groups.append(Group(group.direction, group.is_headline, rows))
        return IndicatorTable(self.programme, self.unit, self.periods, groups, self.bases)


def indicator_table(
    *,
    unit: Unit,
    programme: Programme,
    today: date,
    years: Collection[int] | None = None,
    indicators: Collection[int] | None = None,
    is_today: bool = False,
    is_freshness_asked: bool = True,
) -> IndicatorTable:
    """
    Return the indicators of a programme that concern a unit, or some of them, with values, targets, how they stand.

    The unit is one that the reader may see: choose it by `schools.models.Unit.objects.visible_to`. With `is_today` the
    values of a territory, and of those under it, are summed in today's borders from what the years themselves had.
    Without `is_freshness_asked` no value says that it is about to change.
    """
    chosen = _places(programme, unit)
    if indicators is not None:
        chosen = chosen.filter(indicator__in=indicators)
    places = [place for place in chosen if place.said and _concerns(place.said["level"], unit)]
    targets = _targets(places)
    periods = _periods(programme, targets, years)
    bases, waiting = Bases(periods), waiting_notes() if is_freshness_asked else Waiting(())
    editions = {place.pk: IndicatorEdition(indicator=place.indicator, **place.said) for place in places}
    reading = Reading(unit, programme, periods, editions, targets, today=today, is_today=is_today)
    groups: dict[tuple[int | None, bool], Group] = {}
    for place in places:
        edition = editions[place.pk]
        cells = [
            _cell(place, edition, targets.get((place.pk, period.pk)), period, bases, waiting, reading)
            for period in periods
        ]
        at = (place.direction_id, place.is_headline)
        group = groups.setdefault(at, Group(place.direction, place.is_headline))
        group.rows.append(Row(place, edition, cells))
    return IndicatorTable(programme, unit, periods, list(groups.values()), [bases.of(period) for period in periods])


def _cell(
    place: ProgrammeIndicator,
    edition: IndicatorEdition,
    target: Target | None,
    period: Period,
    bases: Bases,
    waiting: Waiting,
    reading: Reading,
) -> Cell:
    basis = bases.of(period, place.indicator_id)
    return Cell(
        period=period,
        basis=basis,
        edition=edition,
        target=target,
        value=reading.own.get((edition.pk, period.pk)),
        judgement=judgement_of(place, edition, target, period, reading),
        is_stale=waiting.touches(place.indicator.code, edition.depends_on, basis.year, edition.reach),
        has_own_basis=basis != bases.of(period),
        outlook=reading.outlook(edition, reading.unit.pk, period),
        asked=target and promise_of(target, edition, reading.programme),
        before=reading.before(edition, base_of(target)) if target and target.operator in CHANGES else None,
    )


def _places(programme: Programme, unit: Unit) -> QuerySet[ProgrammeIndicator]:
    """
    Return the rows of the table, with `known_in`, the periods in which the programme's own unit has a value.

    Whoever stands below it may not read that value, and yet is told that he alone does not take part.
    """
    current = IndicatorEdition.objects.filter(indicator=OuterRef("indicator"), is_current=True).values(
        said=JSONObject(
            pk=F("pk"),
            number=F("number"),
            kind=F("kind"),
            precision=F("precision"),
            unit_of_measure=F("unit_of_measure"),
            level=F("level"),
            better=F("better"),
            depends_on=F("depends_on"),
            reach=F("reach"),
            in_words=F("in_words"),
            formula=F("formula"),
        )
    )
    owner = programme.unit_id if unit.pk != programme.unit_id else None  # its own values say it themselves
    known_in = Func("indicator", Value(owner, BigIntegerField()), function="opora_periods_counted", output_field=KEYS)
    places = ProgrammeIndicator.objects.filter(programme=programme).annotate(said=Subquery(current), known_in=known_in)
    return places.select_related("indicator", "direction").order_by("sort_order")


def _concerns(level: str, unit: Unit) -> bool:
    """An indicator of municipalities says nothing of a school."""
    return level_of_kind(level).rank <= level_of_kind(unit.kind).rank


def _targets(places: Iterable[ProgrammeIndicator]) -> dict[tuple[int, int], Target]:
    rows = with_last_change(Target.objects.filter(programme_indicator__in=[place.pk for place in places]))
    rows = rows.select_related("period")
    return {(row.programme_indicator_id, row.period_id): row for row in rows}


def _periods(
    programme: Programme, targets: dict[tuple[int, int], Target], years: Collection[int] | None
) -> list[Period]:
    known = {target.period_id: target.period for target in targets.values()}
    chosen = [period for period in known.values() if years is None or int(period.code) in years]
    return sorted(chosen, key=lambda period: period.starts_on)


def _stands(row: Row, standing: str, year: int | None) -> bool:
    return any(cell.judgement.standing == standing for cell in row.cells if year is None or cell.year == year)
