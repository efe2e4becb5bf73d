"""Charts as parts of pages of the apps below: drawn here, for only here everything is known."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from common.numbers import key_of
from common.years import format_academic_year
from reports.charts.parts import mark_distribution
from reports.charts.style import FULL_WIDTH
from reports.selectors.indicator_figures import indicator_figure
from reports.selectors.places import visible_units
from reports.selectors.school_page import newest_marks
from schools.access import held
from schools.enums import Kind


@require_safe
def indicator_chart(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer with an indicator over the years against its target; with nothing where a chart tells nothing."""
    unit = key_of(request.GET.get("unit", ""))
    figure = None
    if unit:
        asked = {"indicator": pk, "unit": unit, "year": request.programme_year}
        figure = indicator_figure(user=request.user, **asked, width=FULL_WIDTH, is_today=request.is_today)
    return render(request, "reports/_chart.html", {"figure": figure})


@require_safe
def school_marks(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer with how marks of the newest year are shared out in a school; with nothing where there are none."""
    unit = get_object_or_404(visible_units(user=request.user).filter(kind=Kind.SCHOOL), pk=pk)
    found = newest_marks(unit) if Permission.RESULT_VIEW in held(request.user, at=unit) else None
    figure = None
    if found is not None:
        year, rows = found
        figure = mark_distribution(f"Как распределились отметки в {format_academic_year(year)} учебном году?", rows)
    return render(request, "reports/_chart.html", {"figure": figure})
