"""One indicator of one territory through the years: a panel that pages below ask for."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.views.decorators.http import require_safe

from common.htmx import page_or_partial, vary_on_htmx
from indicators.selectors.places import places_of
from programmes.selectors.forecasting import METHOD
from programmes.selectors.indicator_table import Row
from programmes.selectors.indicator_years import indicator_years
from programmes.selectors.with_indicators import chosen_programme
from schools.models import Unit


@require_safe
def indicator_years_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Values of an indicator beside its targets, year by year."""
    choice = places_of(user=request.user, asked=request.GET.get("unit", ""))
    if choice is None or choice.chosen is None:
        raise Http404
    programme = chosen_programme(over=choice.chosen, asked="", year=request.programme_year, indicator=pk)
    row = None
    if programme is not None:
        row = indicator_years(unit=choice.chosen, indicator_id=pk, programme=programme, today=timezone.localdate())
    template = page_or_partial(request, "programmes/indicator_years.html", "programmes/_indicator_years.html")
    context = {
        "row": row,
        "unit": choice.chosen,
        "programme": programme,
        "method": METHOD if row and any(cell.outlook for cell in row.cells) else "",
        "cells": row.cells if row else [],
        "crumbs": crumbs_of_indicator(pk, choice.chosen, row, "По годам"),
    }
    return vary_on_htmx(render(request, template, context))


def crumbs_of_indicator(pk: int, unit: Unit, row: Row | None, last: str) -> list[tuple[str, str]]:
    """Write the way to a page about an indicator of a territory, past the indicator itself where the row is there."""
    of_unit = f"?unit={unit.pk}"
    crumbs = [("Показатели", f"{reverse('programmes:indicator-table')}{of_unit}")]
    if row is not None:
        said = f"{row.place.number}. {row.place.indicator.name}"
        crumbs.append((Truncator(said).chars(60), f"{reverse('indicators:indicator', args=[pk])}{of_unit}"))
    return [*crumbs, (last, "")]
