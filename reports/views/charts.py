"""Charts as parts of pages of the apps below: drawn here, for only here everything is known."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reports.charts.style import FULL_WIDTH
from reports.selectors.indicator_figures import indicator_figure


@require_safe
def indicator_chart(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer with an indicator over the years against its target; with nothing where a chart tells nothing."""
    unit = request.GET.get("unit", "")
    figure = None
    if unit.isdecimal():
        figure = indicator_figure(
            user=request.user, indicator=pk, unit=int(unit), year=request.programme_year, width=FULL_WIDTH
        )
    return render(request, "reports/_chart.html", {"figure": figure})
