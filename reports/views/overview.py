"""Обзор: how a place stands in a programme year, its map and what changed lately."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from common.htmx import page_or_partial, vary_on_htmx
from reports.selectors.changes import changes
from reports.selectors.overview import overview
from reports.selectors.places import address, own_places
from reports.selectors.tiles import MAPS, tile_map
from reports.selectors.unit_page import cohort_year_of, entries_within, list_in_force
from roadmap.enums import ResultState
from schools.access import held, held_somewhere
from schools.enums import ORGANISATIONS, Kind
from schools.models import Unit
from schools.selectors.geography import geography_of


@require_safe
def overview_page(request: HttpRequest) -> HttpResponse:
    """Show the overview of where the person is appointed; a school's is its own page, of accounts alone their list."""
    own = own_places(user=request.user)
    places = [place for place in own if Permission.PROGRAMME_VIEW in held(request.user, at=place)]  # what it is about
    if not places and Permission.PEOPLE_MANAGE in held_somewhere(request.user):
        return redirect("people:list")
    if not places:
        return render(request, "reports/no_place.html")
    unit = _asked(request, places)
    if unit.kind in ORGANISATIONS:
        return redirect(address(unit))
    geography = geography_of(request.programme_year, is_today=request.is_today).of(unit)
    page = overview(unit=unit, year=request.programme_year, today=timezone.localdate(), geography=geography)
    context = {
        "page": page,
        "unit": unit,
        "year": page.year,
        "geography": geography,
        "other_places": [place for place in places if place.pk != unit.pk],
        "overdue": page.roadmap[ResultState.OVERDUE],
        "reported": page.roadmap[ResultState.REPORTED],
        "is_many": unit.kind != Kind.MUNICIPALITY,
        "today": timezone.localdate(),
    }
    return render(request, "reports/overview.html", context)


@require_safe
def map_page(request: HttpRequest) -> HttpResponse:
    """Show the map of tiles: a part of the overview, and a page of its own."""
    unit = _asked(request, own_places(user=request.user))
    year = request.programme_year
    show = request.GET.get("show", "")
    chosen = show if show in MAPS else next(iter(MAPS))
    geography = geography_of(year, is_today=request.is_today)
    context = {"unit": unit, "year": year, "show": chosen, "maps": MAPS.items()}
    if unit.kind == Kind.MUNICIPALITY:
        cohort_year = cohort_year_of(year)
        listed = entries_within(unit, cohort_year, geography).select_related("unit")
        entries = list(listed.order_by("unit__sort_key", "unit_id"))
        context |= {"entries": entries, "school_list": list_in_force(cohort_year), "cohort_year": cohort_year}
    else:
        may = held(request.user, at=unit)
        by = {"cohort_year": cohort_year_of(year), "may": may, "geography": geography}
        context["map"] = tile_map(unit, show=chosen, year=year, **by)
    return _part(request, "map", context)


@require_safe
def changes_page(request: HttpRequest) -> HttpResponse:
    """Show what has changed lately: a part of the overview, and a page of its own."""
    unit = _asked(request, own_places(user=request.user))
    return _part(request, "changes", {"unit": unit, "changes": changes(unit=unit)})


def _part(request: HttpRequest, name: str, context: dict[str, object]) -> HttpResponse:
    template = page_or_partial(request, f"reports/{name}.html", f"reports/_{name}.html")
    return vary_on_htmx(render(request, template, context))


def _asked(request: HttpRequest, places: list[Unit]) -> Unit:
    """Return the place that the address names among the person's own ones, the highest if it names none."""
    asked = request.GET.get("unit")
    found = next((place for place in places if asked in (None, "", str(place.pk))), None)
    if found is None:
        raise Http404
    return found
