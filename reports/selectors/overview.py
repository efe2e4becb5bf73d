"""The overview of a place: four figures that open the lists behind them, and targets by direction."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Subquery

from common.numbers import NBSP
from monitoring.enums import ListState
from monitoring.models import SchoolList
from programmes.enums import ProgrammeStatus, Standing
from programmes.models import Programme
from programmes.selectors.indicator_table import Group, IndicatorTable, indicator_table
from reports.selectors.places import counted
from reports.selectors.unit_page import entries_within, programmes_of_year
from roadmap.enums import ResultState
from roadmap.selectors.grid import Owing, states_at
from schools.enums import Kind
from schools.models import Unit
from schools.selectors.geography import (
    Geography,
    geography_of,
    has_changed_since,
    territories_in,
)

REST = (
    (Standing.MISSED, "не достигнуто"),
    (Standing.AT_RISK, "под угрозой"),
    (Standing.NO_DATA, "нет данных по"),
    (Standing.AHEAD, "год не закончен у"),
)


@dataclass(frozen=True)
class DirectionLine:
    """A direction of the programme: how many of its targets of the year are met, and what the rest are."""

    number: int | None
    title: str
    counts: Counter[Standing]

    @property
    def asked(self) -> int:
        """Indicators that have a target in the year."""
        return sum(self.counts.values()) - self.counts[Standing.NOT_SET]

    @property
    def met(self) -> int:
        """Those whose target is met."""
        return self.counts[Standing.MET]

    @property
    def rest(self) -> str:
        """What became of those that are not met, as a sentence goes on; empty where all are."""
        told = [f"{words}{NBSP}{self.counts[one]}" for one, words in REST if self.counts[one]]
        return ", ".join(told)

    @property
    def percent(self) -> float | None:
        """How much of the direction is met, for the drawn bar."""
        return 100 * self.met / self.asked if self.asked else None

    @property
    def state(self) -> str:
        """One word of the whole direction: met, at_risk, missed or no_data."""
        if self.asked and self.met == self.asked:
            return "met"
        if missed := self.counts[Standing.MISSED]:
            return "missed" if missed > self.met else "at_risk"
        return "at_risk" if self.counts[Standing.AT_RISK] else "no_data"

    @property
    def said(self) -> str:
        """What stands behind that word."""
        if not self.asked:
            return "цель не установлена"
        parts = (Standing.MISSED, Standing.AT_RISK, Standing.NO_DATA, Standing.AHEAD)
        told = [f"{one.label}:{NBSP}{self.counts[one]}" for one in parts if self.counts[one]]
        return ", ".join(told) or "достигнуто"


@dataclass(frozen=True)
class Figures:
    """Numbers of municipal and school programmes and of the list, within a place."""

    municipalities: int
    with_programme: int
    submitted: int
    list_pk: int | None
    listed: int
    without_school_programme: int
    has_changed: bool = False  # borders have moved since the day of the year


@dataclass(frozen=True)
class Overview:
    """Everything of the page but its map and its changes."""

    unit: Unit
    year: int
    programme: Programme | None
    table: IndicatorTable | None
    directions: list[DirectionLine]
    whole: DirectionLine
    figures: Figures
    roadmap: Counter[ResultState]

    @property
    def cohort_year(self) -> int:
        """The autumn whose list feeds the year."""
        return self.table.bases[0].cohort_year if self.table and self.table.bases else self.year


def overview(*, unit: Unit, year: int, today: date, geography: Geography | None = None) -> Overview:
    """Return the overview of a place that the reader may see."""
    programme = regional_programme(year, over=unit)
    geography = (geography or geography_of(year)).of(unit)
    table = None
    if programme is not None:
        is_today = geography.is_today
        table = indicator_table(unit=unit, programme=programme, today=today, years=[year], is_today=is_today)
    directions = [_line(group, year) for group in table.groups] if table else []
    whole = DirectionLine(None, "", sum((line.counts for line in directions), Counter()))
    cohort_year = table.bases[0].cohort_year if table and table.bases else year
    figures = figures_of(unit, year=year, cohort_year=cohort_year, geography=geography)
    roadmap: Counter[ResultState] = Counter()
    if programme is not None:
        owing = Owing(None if unit.kind == Kind.MUNICIPALITY else figures.municipalities, {year: figures.listed})
        roadmap = states_at(programme, place=unit, owing=owing, year=year, on=today, geography=geography)
    return Overview(unit, year, programme, table, directions, whole, figures, roadmap)


def regional_programme(year: int, *, over: Unit) -> Programme | None:
    """Return the approved programme of a year of the region that a unit is of, which everybody below reads."""
    line = over.line
    regional = programmes_of_year(year).regional().filter(status=ProgrammeStatus.APPROVED, unit__in=line)
    return regional.select_related("unit").order_by("-starts_on", "-pk").first()


def _line(group: Group, year: int) -> DirectionLine:
    counts = Counter(cell.judgement.standing for row in group.rows for cell in row.cells if cell.year == year)
    if group.direction is None:
        return DirectionLine(None, group.title, counts)
    return DirectionLine(group.direction.number, group.direction.short_title or group.direction.title, counts)


def figures_of(unit: Unit, *, year: int, cohort_year: int, geography: Geography | None = None) -> Figures:
    """Count municipal programmes, the approved list and school programmes within a place, in one query."""
    lists = SchoolList.objects.filter(cohort_year=cohort_year, state=ListState.APPROVED)
    geography = (geography or geography_of(year)).of(unit)
    municipalities = territories_in(unit, geography).filter(kind=Kind.MUNICIPALITY)
    # Today whoever took over from several has what one of them had.
    whose = {"unit__path__startswith": OuterRef("path")} if geography.is_today else {"unit": OuterRef("pk")}
    own = programmes_of_year(year).filter(**whose)
    approved = own.of_municipalities().approved()
    submitted = own.of_municipalities().filter(status=ProgrammeStatus.SUBMITTED)
    entries = entries_within(unit, cohort_year, geography)
    school_programme = programmes_of_year(year).of_schools().approved().filter(unit=OuterRef("unit"))
    row = Unit.objects.filter(pk=unit.pk).values_list(
        counted(municipalities),
        counted(municipalities.filter(Exists(approved))),
        counted(municipalities.filter(~Exists(approved), Exists(submitted))),
        Subquery(lists.order_by("pk").values("pk")[:1]),
        counted(entries),
        counted(entries.filter(~Exists(school_programme))),
        has_changed_since(geography.day),
    )
    return Figures(*row.get())
