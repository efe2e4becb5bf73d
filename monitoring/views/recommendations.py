"""The page of addressed recommendations, by municipality, and the answers to them."""

from itertools import groupby

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from common.downloads import table_response
from common.lists import Heading, Listing, Page
from common.numbers import key_of
from common.tables import Column, Kind, Table
from common.versions import ChangedMeanwhile, version_of
from monitoring.enums import RecommendationState
from monitoring.forms.identification import AnswerForm
from monitoring.models import Finding, IdentificationRun, Recommendation
from monitoring.selectors import recommendations as selectors
from monitoring.selectors.runs import findings_of, geography_of_run, runs
from monitoring.services.recommendations import (
    ANSWERS,
    AnswerIncomplete,
    AnswerOutOfPlace,
    answer_recommendation,
    shown_of,
)
from schools.enums import Kind as UnitKind
from schools.selectors.geography import geography_of
from schools.selectors.placed import told_in

HEADINGS = [Heading("Кому", key="place", order=("whose_sort", "is_school", "unit__sort_key", "rule"))]
COLUMNS = [
    Column("Муниципалитет", width=28),
    Column("Кому"),
    Column("Почему", width=50),
    Column("Что рекомендуется", width=70),
    Column("Состояние", width=14),
    Column("Ответ", width=50),
    Column("Ответил", width=24),
    Column("Когда", Kind.MOMENT),
]
Shown = tuple[Recommendation, tuple[str, ...]]


@require_safe
def recommendation_list(request: HttpRequest) -> HttpResponse:
    """Show what is recommended to one's own municipalities and schools, and what came of it."""
    own = findings_of(user=request.user)
    run = _run(request, own)
    geography = geography_of_run(run, is_today=request.is_today) if run else geography_of(request.programme_year)
    whole = selectors.by_place(selectors.recommendations(user=request.user).filter(run=run), geography)
    municipalities = selectors.municipalities_of(whole)
    listing = Listing.read(request.GET, HEADINGS, default="place")
    rows = listing.sort(_filtered(whole, request, municipalities))
    if listing.file_format:
        about = told_in(geography)
        return table_response(_table(rows), name="Адресные рекомендации", file_format=listing.file_format, about=about)
    page = listing.page(rows)
    counts = selectors.counts_by_state(whole)
    context = {
        "run": run,
        "geography": geography,
        "runs": selectors.recent_runs(own=own),
        "listing": listing,
        "page": page,
        "by_place": _by_municipality(page, selectors.answerable(page.rows, user=request.user)),
        "states": [(code, label, counts[code]) for code, label in RecommendationState.choices],
        "municipalities": municipalities,
        "chosen": request.GET,
        "here": request.get_full_path(),
        "crumbs": [("Мониторинг", reverse("monitoring:home")), ("Адресные рекомендации", "")],
    }
    return render(request, "monitoring/recommendation_list.html", context)


@require_POST
def recommendation_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer one recommendation and return to the list as it was."""
    shown = get_object_or_404(selectors.recommendations(user=request.user), pk=pk)
    form = AnswerForm(request.POST, shown=shown_of(shown))
    if form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("state", "answer", "seen")}
        try:
            answer_recommendation(recommendation=shown, actor=request.user, now=timezone.now(), **given)
        except ChangedMeanwhile:
            shown = get_object_or_404(selectors.recommendations(user=request.user), pk=pk)
            form.show_both(shown_of(shown))
        except (AnswerIncomplete, AnswerOutOfPlace) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{shown.unit.short_name}: ответ записан.")
            return redirect(_back(request))
    context = {
        "form": form,
        "recommendation": shown,
        "back": _back(request),
        "crumbs": [("Адресные рекомендации", _back(request)), (shown.unit.short_name, "")],
    }
    return render(request, "monitoring/recommendation_answer.html", context, status=422)


def _back(request: HttpRequest) -> str:
    asked = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()})
    return asked if is_ours else reverse("monitoring:recommendation-list")


def _run(request: HttpRequest, own: QuerySet[Finding]) -> IdentificationRun | None:
    asked = request.GET.get("run", "")
    if asked.isdecimal():
        return get_object_or_404(runs(own=own), pk=key_of(asked) or 0)
    return selectors.run_in_force(own=own)


def _filtered(
    rows: QuerySet[Recommendation], request: HttpRequest, municipalities: list[tuple[int, str]]
) -> QuerySet[Recommendation]:
    asked = request.GET
    if asked.get("state") in RecommendationState.values:
        rows = rows.filter(state=asked["state"])
    if (place := key_of(asked.get("municipality", ""))) in {key for key, _name in municipalities}:
        rows = rows.filter(whose=place)
    if asked.get("to") == "municipality":
        rows = rows.filter(unit__kind=UnitKind.MUNICIPALITY)
    if asked.get("to") == "school":
        rows = rows.exclude(unit__kind=UnitKind.MUNICIPALITY)
    return rows


def _by_municipality(page: Page, answerable: set[int]) -> list[tuple[str, list[Shown]]]:
    for row in page.rows:
        row.seen = version_of(shown_of(row))
    grouped = groupby(page.rows, key=lambda row: (row.whose, row.whose_name))
    return [
        (name, [(row, _possible(row) if row.unit_id in answerable else ()) for row in rows])
        for (_key, name), rows in grouped
    ]


def _possible(row: Recommendation) -> tuple[str, ...]:
    """Return the answers that can be given to a recommendation as it is."""
    return tuple(str(state) for state, before in ANSWERS.items() if row.state in before)


def _table(rows: QuerySet[Recommendation]) -> Table:
    return Table(
        "Рекомендации",
        COLUMNS,
        (
            (
                row.whose_name,
                row.unit_name,
                row.reason,
                row.text,
                row.get_state_display(),
                row.answer,
                row.answered_by.full_name if row.answered_by else "",
                row.answered_at,
            )
            for row in rows
        ),
        caption="Адресные рекомендации",
    )
