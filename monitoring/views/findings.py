"""The page «почему эта школа в списке и что её выведет»."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from monitoring.identification.method import read_method
from monitoring.models import ListEntry
from monitoring.selectors import neighbourhood
from monitoring.selectors import runs as selectors
from monitoring.selectors.explanation import Row, explain
from monitoring.selectors.recommendations import recommendations
from monitoring.selectors.school_lists import lists_beside
from schools.models import Unit


@require_safe
def finding(request: HttpRequest, pk: int, unit: int) -> HttpResponse:
    """Explain what a run says of one school."""
    own = selectors.findings_of(user=request.user)
    by_autumn = selectors.findings_placed(own, is_today=request.is_today)
    shown = get_object_or_404(by_autumn.select_related("unit", "run__edition__methodology"), run=pk, unit=unit)
    method = read_method(shown.run.edition.parameters)
    told = explain(shown.trace, shown.categories, method, shown.run.academic_year)
    rows = [*told.newest, *told.earlier]
    now = neighbourhood.results_now(shown.unit_id, rows, method)
    approved = lists_beside(shown.run, user=request.user, own=own).approved
    context = {
        "finding": shown,
        "run": shown.run,
        "unit": shown.unit,
        "told": told,
        "newest": [_opened(row, now) for row in told.newest],
        "earlier": [_opened(row, now) for row in told.earlier],
        "is_stale": any(_opened(row, now)["is_stale"] for row in rows),
        "approved": approved,
        "entry": ListEntry.objects.filter(school_list=approved, unit=shown.unit_id).first() if approved else None,
        "years": neighbourhood.years_of(shown),
        "alike": neighbourhood.alike_and_coping(shown, own=by_autumn),
        "recommendations": recommendations(user=request.user).filter(run=shown.run_id, unit=shown.unit_id),
        "crumbs": _crumbs(shown.unit, shown.run.pk),
    }
    return render(request, "monitoring/finding.html", context)


def _opened(row: Row, now: dict[tuple[str, str, int, int], neighbourhood.Now]) -> dict[str, object]:
    found = now.get((row.procedure, row.subject, row.grade, row.academic_year))
    return {
        "row": row,
        "results": found.keys if found else (),
        "now": found,
        "is_stale": found is not None and found.is_other_than(row),
    }


def _crumbs(unit: Unit, run: int) -> list[tuple[str, str]]:
    return [
        ("Мониторинг", reverse("monitoring:home")),
        ("Расчёты", reverse("monitoring:run-list")),
        (f"№ {run}", reverse("monitoring:run", args=[run])),
        (unit.short_name, ""),
    ]
