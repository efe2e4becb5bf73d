"""The roadmap of a programme as a grid: activities down, years across, and how each promised result stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.models import User
from accounts.permissions import Permission
from programmes.models import Programme
from programmes.selectors.register import identified_by_year, programme_register
from roadmap.enums import ResultState
from roadmap.models import Activity, Execution, ResultWindow
from roadmap.selectors.standing import ResultStanding, standing, tallies, tally_of, with_tallies
from schools.enums import Kind
from schools.models import Unit
from schools.selectors.geography import Geography, as_named, has_changed_since
from schools.selectors.placed import placed


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

    municipalities: int | None  # of the geography
    schools: dict[int, int] | None  # by year, of the year's approved list; a year without a list is not there

    def of(self, level: str, year: int) -> int | None:
        """Return the number for the level of an activity in a year."""
        if level == Kind.SCHOOL:
            return None if self.schools is None else self.schools.get(year, 0)
        return self.municipalities if level == Kind.MUNICIPALITY else None


def programmes_with_roadmap(*, user: User) -> QuerySet[Programme]:
    """Return the programmes that somebody may read and that have activities, the newest first."""
    has = Exists(Activity.objects.filter(programme=OuterRef("pk")))
    return programme_register(user=user).filter(has).order_by("-starts_on", "pk")


def places_to_look_at(*, user: User, geography: Geography) -> list[Unit]:
    """
    List the places of a geography at which somebody may look at executions, the highest first, then in Russian order.

    Whoever is of a school alone looks at it as his municipality's, the key of which is its `place`. Each `stands` on a
    path and says whether borders `have_changed` since the day.
    """
    units = placed(Unit.objects.visible_to(user, Permission.PROGRAMME_VIEW), geography, unit="")
    units = units.annotate(stands=F("place_path"), have_changed=has_changed_since(geography.day))
    there = units.of_kind(Kind.REGION, Kind.DISTRICT, Kind.MUNICIPALITY).as_of(geography.day).in_order()
    there = there.filter(closed_on=None) if geography.is_today else there.open_on(geography.day)
    places = [as_named(unit, geography) for unit in there.select_related("parent")]
    rank = {Kind.REGION: 0, Kind.DISTRICT: 1, Kind.MUNICIPALITY: 2}
    places.sort(key=lambda place: rank[Kind(place.kind)])
    return places or list(units.select_related("parent").order_by("path", "pk")[:1])


def activities_of(programme: Programme) -> QuerySet[Activity]:
    """Return a programme's activities with their directions, in order."""
    return programme.activities.select_related("direction")


def windows_of(activities: Iterable[Activity]) -> dict[int, dict[int, list[ResultWindow]]]:
    """Return the windows of activities by activity and result, in order; each window knows its result."""
    windows = ResultWindow.objects.filter(result__activity__in=[activity.pk for activity in activities])
    found: dict[int, dict[int, list[ResultWindow]]] = {}
    for window in windows.select_related("result").order_by("result__year", "result__number", "number"):
        found.setdefault(window.result.activity_id, {}).setdefault(window.result_id, []).append(window)
    return found


def roadmap_grid(
    programme: Programme,
    *,
    place: Unit,
    owing: Owing,
    years: list[int],
    on: date,
    activities: Iterable[Activity],
    geography: Geography,
) -> list[Row]:
    """
    List activities with the standing of every result on a day, as seen at a place.

    Results of the region are those of the programme's own unit; results of municipalities and schools are a share of
    those within the place in the geography. Today whoever took over from several has what the farthest of them did.
    """
    activities = list(activities)
    counted = tallies(executions_at(programme, place=place, geography=geography), on=on, is_today=geography.is_today)
    due = windows_of(activities)
    rows = []
    for activity in activities:
        level = Kind(activity.level)
        by_year: dict[int, list[ResultStanding]] = {each: [] for each in years}
        for windows in due.get(activity.pk, {}).values():
            result = windows[0].result
            whole = _whole(programme, level, owing, result.year)
            said = standing(result, windows, counted[level], whole=whole, on=on)
            by_year.setdefault(result.year, []).append(said)
        rows.append(Row(activity, [by_year[each] for each in years]))
    return rows


def states_at(
    programme: Programme, *, place: Unit, owing: Owing, year: int, on: date, geography: Geography
) -> Counter[ResultState]:
    """Count the terms of a programme's results of a year by how they stand at a place, as the grid would show them."""
    executions = executions_at(programme, place=place, geography=geography)
    windows = ResultWindow.objects.filter(result__activity__programme=programme, result__year=year)
    windows = with_tallies(windows.select_related("result__activity"), executions, on=on, is_today=geography.is_today)
    states: Counter[ResultState] = Counter()
    for window in windows:
        level = Kind(window.result.activity.level)
        counted = {(window.result_id, window.number): tally_of(window, level)}
        whole = _whole(programme, level, owing, year)
        (told,) = standing(window.result, [window], counted, whole=whole, on=on).windows
        states[told.state] += 1
    return states


def _whole(programme: Programme, level: Kind, owing: Owing, year: int) -> int | None:
    """How many units owe a result of a level; None where it is the programme's own unit."""
    return None if level == programme.unit.kind else owing.of(level, year)


def executions_at(programme: Programme, *, place: Unit, geography: Geography) -> QuerySet[Execution]:
    """Return the executions of a programme's results that count at a place: its owner's, and those within the place."""
    municipality = place.place if place.kind == Kind.SCHOOL else None
    within = Q(unit__in=units_at(place, geography).values("pk")) | Q(unit=municipality) & ~Q(unit=None)
    below = Q(unit__kind__in=[Kind.MUNICIPALITY, Kind.SCHOOL]) & within
    return Execution.objects.filter(Q(unit=programme.unit_id) | below, result__activity__programme=programme)


def units_at(place: Unit, geography: Geography) -> QuerySet[Unit]:
    """Return a place with everything under it in a geography."""
    return Unit.objects.within(place) if geography.is_today else Unit.objects.standing_under(place, geography.day)


def owing_at(place: Unit, geography: Geography, *, among: Iterable[Unit], years: Iterable[int]) -> Owing:
    """
    Say how many municipalities and schools owe results at a place in a geography.

    `among` are the places that can be looked at in it; schools are those on the approved list of each year.
    """
    if place.kind == Kind.SCHOOL:
        return Owing(None, None)
    listed = identified_by_year(years, among=units_at(place, geography))
    schools = {year: len(units) for year, units in listed.items()}
    if place.kind == Kind.MUNICIPALITY:
        return Owing(None, schools)
    below = [each for each in among if each.kind == Kind.MUNICIPALITY and each.stands.startswith(place.stands)]
    return Owing(len(below), schools)


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
