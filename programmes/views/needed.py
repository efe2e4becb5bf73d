"""What is needed to keep a promise of a year: a part of an indicator's page, and a page of its own."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from common.htmx import page_or_partial, vary_on_htmx
from indicators.registry import facts_read_once
from indicators.selectors.places import unit_in_sight
from programmes.selectors.needed import what_is_needed
from programmes.selectors.with_indicators import chosen_programme
from programmes.views.indicator_years import crumbs_of_indicator


@require_safe
def needed_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Say how many more are needed for the target of the year, and who stands nearest."""
    unit = unit_in_sight(user=request.user, asked=request.GET.get("unit", ""), permission=Permission.INDICATOR_VIEW)
    if unit is None:
        raise Http404
    year, found = request.programme_year, None
    programme = chosen_programme(over=unit, asked=request.GET.get("programme", ""), year=year)
    if programme is not None:
        with facts_read_once():
            found = what_is_needed(
                user=request.user,
                unit=unit,
                programme=programme,
                indicator_id=pk,
                year=year,
                today=timezone.localdate(),
            )
    context = {
        "found": found,
        "unit": unit,
        "year": year,
        "crumbs": crumbs_of_indicator(pk, unit, found.row if found else None, "Что нужно, чтобы выполнить цель"),
    }
    template = page_or_partial(request, "programmes/needed.html", "programmes/_needed.html")
    return vary_on_htmx(render(request, template, context))
