"""The roadmap of a programme as a grid: activities down, years across, and how each promised result stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from accounts.models import User
from accounts.permissions import Permission
from programmes.models import Programme
from programmes.selectors.register import identified_schools, programme_register
from roadmap.enums import ResultState
from roadmap.models import Activity, Execution, ExpectedResult
from roadmap.selectors.standing import ResultStanding, Tally, standing, tallies
from schools.enums import Kind
from schools.models import Unit


@dataclass
class Row:
    """An activity with its results by year."""

    activity: Activity
    cells: list[list[ResultStanding]] = field(default_factory=list)

    def of_year(self, years: list[int], year: int) -> list[ResultStanding]:
        """Return the results of one year."""
        return self.cells[years.index(year)] if year in years else []


@dataclass(frozen=True)
class Owing:
    """How many units owe a result of each level, in the place that is looked at; None where it is one unit."""

    municipalities: int | None
    schools: int | None

    def of(self, level: str) -> int | None:
        """Return the number for the level of an activity."""
        return {Kind.MUNICIPALITY: self.municipalities, Kind.SCHOOL: self.schools}.get(Kind(level))


def programmes_with_roadmap(*, user: User) -> QuerySet[Programme]:
    """Return the programmes that somebody may read and that have activities, the newest first."""
    has = Exists(Activity.objects.filter(programme=OuterRef("pk")))
    return programme_register(user=user).filter(has).order_by("-starts_on", "pk")


def place_of(user: User) -> Unit | None:
    """Return the highest place of somebody, whose roadmap is shown first."""
    return Unit.objects.visible_to(user, Permission.PROGRAMME_VIEW).order_by("path", "pk").first()


def places_to_look_at(*, user: User) -> QuerySet[Unit]:
    """Return the region, districts and municipalities of which somebody may see executions."""
    units = Unit.objects.visible_to(user, Permission.PROGRAMME_VIEW)
    return units.of_kind(Kind.REGION, Kind.DISTRICT, Kind.MUNICIPALITY).in_order()


def activities_of(programme: Programme) -> QuerySet[Activity]:
    """Return a programme's activities with everything that a grid shows of them."""
    results = ExpectedResult.objects.prefetch_related("windows").order_by("year", "number")
    return programme.activities.select_related("direction").prefetch_related(Prefetch("results", results))


def roadmap_grid(programme: Programme, *, place: Unit, years: list[int], year: int, on: date) -> list[Row]:
    """
    List the activities of a programme with the standing of every result on a day, as seen at a place.

    Results of the region are those of the programme's own unit; results of municipalities and schools are a share of
    those within the place. A school's list is that of the year looked at.
    """
    owing = owing_at(place, year=year, on=on)
    counted = count_executions(programme, place=place, on=on)
    rows = []
    for activity in activities_of(programme):
        whole = owing.of(activity.level)
        mine = counted[Kind(activity.level)]
        by_year: dict[int, list[ResultStanding]] = {each: [] for each in years}
        for result in activity.results.all():
            by_year.setdefault(result.year, []).append(standing(result, result.windows.all(), mine, whole=whole, on=on))
        rows.append(Row(activity, [by_year[each] for each in years]))
    return rows


def count_executions(
    programme: Programme, *, place: Unit, on: date, results: Iterable[int] | None = None
) -> dict[Kind, dict[tuple[int, int], Tally]]:
    """Count the executions of a programme's results by who owes them: its own unit, municipalities, schools."""
    executions = Execution.objects.filter(result__activity__programme=programme)
    if results is not None:
        executions = executions.filter(result__in=list(results))
    below = executions.within(place)
    return {
        Kind.REGION: tallies(executions.filter(unit=programme.unit_id), on=on),
        Kind.MUNICIPALITY: tallies(below.filter(unit__kind=Kind.MUNICIPALITY), on=on),
        Kind.SCHOOL: tallies(below.filter(unit__kind=Kind.SCHOOL), on=on),
    }


def owing_at(place: Unit, *, year: int, on: date) -> Owing:
    """Say how many municipalities and schools owe results at a place: schools are those on the year's approved list."""
    if place.kind == Kind.SCHOOL:
        return Owing(None, None)
    here = Unit.objects.within(place).open_on(on)
    municipalities = None if place.kind == Kind.MUNICIPALITY else here.of_kind(Kind.MUNICIPALITY).count()
    listed = identified_schools(year)
    schools = here.of_kind(Kind.SCHOOL).filter(pk__in=listed).count() if listed else 0
    return Owing(municipalities, schools)


def narrowed(
    rows: list[Row],
    *,
    years: list[int],
    year: int,
    direction: int | None = None,
    body: str = "",
    state: str = "",
) -> list[Row]:
    """Keep rows of a direction, of a responsible body, and with a result of the year in a state."""
    kept = []
    for row in rows:
        activity = row.activity
        if direction and (activity.direction is None or activity.direction.number != direction):
            continue
        if body and body not in activity.responsible:
            continue
        if state and state not in {each.state for result in row.of_year(years, year) for each in result.windows}:
            continue
        kept.append(row)
    return kept


def states_of_year(rows: list[Row], *, years: list[int], year: int) -> list[tuple[ResultState, int]]:
    """Count the terms of a year by state, the worst first, noughts included."""
    found = Counter(each.state for row in rows for result in row.of_year(years, year) for each in result.windows)
    return [(state, found[state]) for state in ResultState]


def bodies_of(rows: list[Row]) -> list[str]:
    """List the responsible bodies in the order in which the roadmap names them."""
    return list(dict.fromkeys(body for row in rows for body in row.activity.responsible))
