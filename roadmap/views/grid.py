"""The roadmap as a grid of activities and years, and an activity with all its results."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from common.downloads import table_response
from common.lists import Listing
from common.numbers import whole
from common.tables import Column, Kind, Table
from programmes.models import Programme
from programmes.selectors.passport import target_years
from programmes.selectors.register import programme_register
from roadmap.forms import GridFilter, day_or
from roadmap.models import Activity
from roadmap.selectors import executions, grid
from schools.models import Unit
from schools.selectors.geography import Geography, geography_of
from schools.selectors.placed import told_in

COLUMNS = [
    Column("№", Kind.INTEGER),
    Column("Направление", width=30),
    Column("Мероприятие", width=60),
    Column("Исполнители", width=32),
    Column("Год", Kind.TEXT, width=8),
    Column("Результат", width=60),
    Column("Срок, как в документе", width=28),
    Column("С", Kind.DAY),
    Column("По", Kind.DAY),
    Column("Состояние", width=18),
    Column("Выполнили", Kind.INTEGER),
    Column("Должны", Kind.INTEGER),
    Column("Выполнено", Kind.DAY),
]


@require_safe
def roadmap_page(request: HttpRequest) -> HttpResponse:
    """The grid of a programme, as seen at a place on a day; the same rows as CSV or XLSX."""
    programmes = list(grid.programmes_with_roadmap(user=request.user))
    asked = request.GET.get("programme", "")
    without = None if any(str(each.pk) == asked for each in programmes) else _without(request, asked)
    if without or not programmes:
        crumbs = [*(_crumbs(without) if without else []), ("Дорожная карта", "")]
        return render(request, "roadmap/none.html", {"programme": without, "crumbs": crumbs})
    programme = _chosen(programmes, asked)
    activities = list(grid.activities_of(programme))
    years, year, geography, places = _looked_at(request, programme)
    form = _filter(request, activities, places)
    on = form.asked("on", timezone.localdate())
    place = next((each for each in places if each.pk == form.asked("place")), places[0])
    owing = grid.owing_at(place, geography, among=places, years=years)
    seen = {"place": place, "owing": owing, "years": years, "on": on, "geography": geography}
    rows = grid.roadmap_grid(programme, **seen, activities=activities)
    asked = {name: form.asked(name) for name in ("direction", "body")}
    of_any_state = grid.narrowed(rows, years=years, year=year, **asked)
    shown = grid.narrowed(of_any_state, years=years, year=year, state=form.asked("state", ""))
    listing = Listing.read(request.GET, [], default="number")
    if listing.file_format:
        return _file(_table(shown, years), on, listing.file_format, geography)
    states = grid.states_of_year(of_any_state, years=years, year=year)
    context = {
        "programme": programme,
        "programmes": programmes,
        "form": form,
        "listing": listing,
        "place": place,
        "geography": geography,
        "on": on,
        "is_today": on == timezone.localdate(),
        "years": years,
        "year": year,
        "rows": shown,
        "all_rows": len(rows),
        "owing": owing,
        "states": [(state, count, listing.link(state=state)) for state, count in states if count],
        "crumbs": [*_crumbs(programme), ("Дорожная карта", "")],
    }
    return render(request, "roadmap/grid.html", context)


def _looked_at(request: HttpRequest, programme: Programme) -> tuple[list[int], int, Geography, list[Unit]]:
    """The years of a programme, the one looked at, its territories, and the places that can be chosen there."""
    years = target_years(programme)
    year = request.programme_year if request.programme_year in years else years[-1]
    geography = geography_of(year, is_today=request.is_today)
    return years, year, geography, grid.places_to_look_at(user=request.user, geography=geography)


def _filter(request: HttpRequest, activities: list[Activity], places: list[Unit]) -> GridFilter:
    """Make the form with the directions and bodies that the roadmap names."""
    bodies = dict.fromkeys(body for activity in activities for body in activity.responsible)
    directions = {each.direction_id: each.direction for each in activities if each.direction}
    return GridFilter(request.GET, places=places, directions=directions.values(), bodies=bodies)


@require_safe
def activity_page(request: HttpRequest, pk: int) -> HttpResponse:
    """An activity: documents that fix it, each dated result by year, and how each stands at a place on a day."""
    activity = get_object_or_404(executions.roadmap_activities(user=request.user), pk=pk)
    programme = activity.programme
    on = day_or(request.GET.get("on", ""), timezone.localdate())
    years, year, geography, places = _looked_at(request, programme)
    asked = request.GET.get("place", "")
    place = next((each for each in places if str(each.pk) == asked), places[0])
    owing = grid.owing_at(place, geography, among=places, years=years)
    seen = {"place": place, "owing": owing, "years": years, "on": on, "geography": geography}
    one = grid.activities_of(programme).filter(pk=activity.pk)
    (row,) = grid.roadmap_grid(programme, **seen, activities=one)
    context = {
        "activity": activity,
        "programme": programme,
        "by_year": list(zip(years, row.cells, strict=True)),
        "year": year,
        "place": place,
        "on": on,
        "crumbs": [
            *_crumbs(programme),
            ("Дорожная карта", f"{reverse('roadmap:grid')}?programme={programme.pk}"),
            (f"Мероприятие {activity.number}", ""),
        ],
    }
    return render(request, "roadmap/activity.html", context)


def _file(table: Table, on: date, file_format: str, geography: Geography) -> HttpResponse:
    return table_response(table, name=f"Дорожная карта {on}", file_format=file_format, about=told_in(geography))


def _chosen(programmes: list[Programme], asked: str) -> Programme:
    return next((each for each in programmes if str(each.pk) == asked), programmes[0])


def _without(request: HttpRequest, asked: str) -> Programme | None:
    """Return the asked programme, if it may be read at all: it has no activities, and no other's are shown instead."""
    key = whole(asked)
    return programme_register(user=request.user).filter(pk=key).first() if key else None


def _crumbs(programme: Programme) -> list[tuple[str, str]]:
    address = reverse("programmes:programme", args=[programme.pk])
    return [("Программы", reverse("programmes:register")), (str(programme), address)]


def _table(rows: list[grid.Row], years: list[int]) -> Table:
    """One line a term: a result that is due several times a year has several."""

    def lines():
        for row in rows:
            activity = row.activity
            for year, cell in zip(years, row.cells, strict=True):
                for said in cell:
                    for each in said.windows:
                        yield (
                            activity.number,
                            str(activity.direction or ""),
                            activity.title,
                            activity.responsible_text,
                            str(year),
                            said.result.title,
                            said.result.window,
                            each.window.starts_on,
                            each.window.ends_on,
                            each.state.label + (" с опозданием" if each.is_late else ""),
                            each.tally.done,
                            1 if each.share is None else int(each.share.whole),
                            each.tally.last_done_on,
                        )

    return Table("Дорожная карта", COLUMNS, lines())
