"""The indicators of a programme for one territory: values beside their targets, year by year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, F, Func, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import JSONObject

from common.numbers import NOTHING, format_number
from indicators.enums import IndicatorKind, PeriodKind
from indicators.facts import Basis, level_of_kind
from indicators.models import IndicatorEdition, Period
from indicators.selectors.bases import Bases
from indicators.selectors.staleness import Waiting, waiting_notes
from programmes.enums import CHANGES, Cumulation, Standing
from programmes.models import Direction, Programme, ProgrammeIndicator, Target
from programmes.selectors.approved import Approved, superseded_editions
from programmes.selectors.judging import Judgement, Measured, Outlook, Promise, judge
from programmes.selectors.lacking import Lacking, lacking_of
from programmes.selectors.promised import Promised
from programmes.selectors.reading import Reading, base_of
from programmes.selectors.saying import (
    group_title,
    is_answer,
    said_forecast,
    said_last_change,
    said_target,
    said_value,
)
from programmes.selectors.standing import cumulation_of, judgement_of, own_promises, promise_of, value_of
from schools.models import Unit

KEYS = ArrayField(BigIntegerField())
SAID = (
    "pk", "number", "kind", "precision", "unit_of_measure", "level", "roll_up", "parts", "better", "depends_on",
    "reach", "in_words", "formula",
)  # fmt: skip


@dataclass(slots=True)
class Cell:
    """One indicator in one year, or in a half-year or wave of it."""

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
    own: Mapping[int, Promise] = field(default_factory=dict)  # of units that are held to targets of their own
    before: Measured | None = None  # what growth is held against
    shorter: list[Cell] = field(default_factory=list)  # half-years and waves of the year that have targets

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
        if value is not None and value.spread is not None:
            return f"всего {format_number(value.spread.whole)}"
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
        asks = ((one, self.own.get(one.unit_id, self.asked)) for one in behind if one is not None)
        found = ((one, lacking_of(asked, one, self.before)) for one, asked in asks)
        return [(one, lacking) for one, lacking in found if lacking is not None]

    @property
    def promise(self) -> str:
        """The target as it is read: «≥ 20 %», «да, в каждом муниципалитете»."""
        return said_target(self.target, self.edition)

    @property
    def is_own(self) -> bool:
        """Whether the target is the territory's own and stands before the programme's."""
        return self.target is not None and self.target.unit_id is not None


@dataclass(frozen=True, slots=True)
class End:
    """What is promised by the end of the programme: a target of its own, which no sum of years replaces."""

    promise: str
    said: str
    judgement: Judgement


@dataclass(slots=True)
class Row:
    """One indicator of the programme through its years."""

    place: ProgrammeIndicator
    edition: IndicatorEdition
    cells: list[Cell]
    end: End | None = None  # what is promised of the programme's end

    @property
    def indicator(self):
        """The indicator itself."""
        return self.place.indicator

    @property
    def cumulation(self) -> str:
        """How its yearly values are read, where that is not what goes without saying: «за год»."""
        how = cumulation_of(self.place, self.edition)
        return str(how.label) if self.place.cumulation or how != Cumulation.LATEST else ""


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
    closed: list[Period] = field(default_factory=list)  # its years and parts of them that were closed by order

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
        return IndicatorTable(self.programme, self.unit, self.periods, groups, self.bases, self.closed)


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
    chosen = _with_wholes(_places(programme, unit), programme, indicators)
    first = min(years or (), default=programme.starts_on.year)
    standing = [place for place in chosen if not place.is_closed_in(first)]
    places = [place for place in standing if place.said and _concerns(place.said["level"], unit)]
    shown = [place for place in places if indicators is None or place.indicator_id in indicators]
    promised = Promised(shown, years)
    periods = promised.years()
    bases = Bases([*periods, *(one for one in promised.periods.values() if one.kind != PeriodKind.YEAR)])
    waiting = waiting_notes() if is_freshness_asked else Waiting(())
    editions = {place.pk: IndicatorEdition(indicator=place.indicator, **place.said) for place in places}
    is_summed = any(place.cumulation == Cumulation.FROM_START for place in places)
    approved = Approved(places, editions)
    given = {"today": today, "is_today": is_today, "is_summed": is_summed, "wholes": _wholes(places, editions)}
    reading = Reading(unit, programme, periods, editions, promised, approved=approved, **given)
    groups: dict[tuple[int | None, bool], Group] = {}
    for place in shown:
        edition = editions[place.pk]
        cells = [_cell(place, edition, period, bases, waiting, reading) for period in periods]
        at = (place.direction_id, place.is_headline)
        group = groups.setdefault(at, Group(place.direction, place.is_headline))
        group.rows.append(Row(place, edition, cells, _end(place, edition, cells, reading)))
    rules = [bases.of(period) for period in periods]
    return IndicatorTable(programme, unit, periods, list(groups.values()), rules, promised.closed())


def _with_wholes(
    places: QuerySet[ProgrammeIndicator], programme: Programme, indicators: Collection[int] | None
) -> QuerySet[ProgrammeIndicator]:
    """Keep the rows of some indicators, and those whose numerator is the whole of one of them."""
    if indicators is None:
        return places
    parts = ProgrammeIndicator.objects.filter(programme=programme, indicator__in=indicators, is_of_parent=True)
    return places.filter(Q(indicator__in=indicators) | Q(number__in=parts.values("part_of")))


def _wholes(places: list[ProgrammeIndicator], editions: dict[int, IndicatorEdition]) -> dict[int, int]:
    """Of which row's numerator each row is a part, where its owner has said so, by edition."""
    by_number = {place.number: editions[place.pk].pk for place in places}
    parts = [place for place in places if place.is_of_parent and place.part_of in by_number]
    return {editions[place.pk].pk: by_number[place.part_of] for place in parts}


def _cell(
    place: ProgrammeIndicator,
    edition: IndicatorEdition,
    period: Period,
    bases: Bases,
    waiting: Waiting,
    reading: Reading,
) -> Cell:
    basis = bases.of(period, place.indicator_id)
    target = reading.promised.of(place.pk, period.pk, reading.unit.pk)
    is_year = period.kind == PeriodKind.YEAR
    shorter = reading.promised.shorter(place.pk, period.year, reading.unit.pk) if is_year else []
    return Cell(
        period=period,
        basis=basis,
        edition=reading.approved.edition(edition, period),
        target=target,
        value=value_of(place, edition, period, reading),
        judgement=judgement_of(place, edition, target, period, reading),
        is_stale=period.closing is None  # what is approved does not change
        and waiting.touches(place.indicator.code, edition.depends_on, basis.year, edition.reach),
        has_own_basis=is_year and basis != bases.of(period),
        outlook=reading.outlook(edition, reading.unit.pk, period, cumulation_of(place, edition)),
        asked=target and promise_of(target, edition, reading.programme),
        own=own_promises(place, edition, period, reading),
        before=reading.before(edition, base_of(target)) if target and target.operator in CHANGES else None,
        shorter=[_cell(place, edition, one, bases, waiting, reading) for one in shorter],
    )


def _end(place: ProgrammeIndicator, edition: IndicatorEdition, cells: list[Cell], reading: Reading) -> End | None:
    """Hold the latest known value against what is promised of the programme's end; a count only of the whole."""
    is_of_whole = reading.unit.pk == reading.owner_id or edition.kind != IndicatorKind.COUNT
    if place.end_value is None or not is_of_whole:
        return None
    target = Target(operator=place.end_operator, value=place.end_value)
    known = [cell for cell in cells if cell.value is not None and cell.value.is_known]
    is_over = reading.today > reading.programme.ends_on
    latest = known[-1] if known else None
    judged = judge(promise_of(target, edition, reading.programme), latest and latest.value, is_over=is_over)
    said = f"{latest.said} ({latest.year})" if latest else NOTHING
    return End(said_target(target, edition), said, judged)


def _places(programme: Programme, unit: Unit) -> QuerySet[ProgrammeIndicator]:
    """
    Return the rows of the table, with `known_in`, the periods in which the programme's own unit has a value.

    Whoever stands below it may not read that value, and yet is told that he alone does not take part.
    """
    current = IndicatorEdition.objects.filter(indicator=OuterRef("indicator"), is_current=True)
    current = current.values(said=JSONObject(**{name: F(name) for name in SAID}))
    owner = programme.unit_id if unit.pk != programme.unit_id else None  # its own values say it themselves
    known_in = Func("indicator", Value(owner, BigIntegerField()), function="opora_periods_counted", output_field=KEYS)
    places = ProgrammeIndicator.objects.filter(programme=programme).annotate(
        said=Subquery(current), known_in=known_in, superseded=superseded_editions()
    )
    return places.select_related("indicator", "direction").order_by("sort_order")


def _concerns(level: str, unit: Unit) -> bool:
    """An indicator of municipalities says nothing of a school."""
    return level_of_kind(level).rank <= level_of_kind(unit.kind).rank


def _stands(row: Row, standing: str, year: int | None) -> bool:
    return any(cell.judgement.standing == standing for cell in row.cells if year is None or cell.year == year)
