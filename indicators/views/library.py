"""The library of indicators: the list, one indicator with its editions."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from common.downloads import table_response
from common.lists import Heading, Listing
from common.tables import Column, Table
from common.tables import Kind as ColumnKind
from indicators.forms.definitions import LibraryFilter
from indicators.models import Indicator, IndicatorEdition
from indicators.registry import programmes_that_measure
from indicators.selectors.bases import Bases, year_periods
from indicators.selectors.defining import said_keeper
from indicators.selectors.library import (
    OVERDUE,
    REMARKED,
    checked,
    documents_of_definitions,
    indicator_with_editions,
    keepers,
    library,
)
from indicators.services.definitions import region
from schools.access import can

HEADINGS = [
    Heading("Код", key="code", order=("indicator__code",)),
    Heading("Показатель", key="name", order=("indicator__sort_key", "pk")),
    Heading("Вид", key="kind", order=("kind", "indicator__sort_key", "pk")),
    Heading("О ком", key="level", order=("level", "indicator__sort_key", "pk")),
    Heading("Кто ведёт", key="keeper", order=("keeper", "indicator__sort_key", "pk")),
    Heading("Пересмотреть до", key="review", order=("next_review_on", "indicator__sort_key", "pk")),
    Heading("Редакция", key="edition", order=("valid_from", "pk")),
]
COLUMNS = [
    Column("Код", width=20),
    Column("Показатель", width=60),
    Column("Зачем", width=40),
    Column("Вид", width=16),
    Column("О ком", width=16),
    Column("Что лучше", width=16),
    Column("Единица", width=12),
    Column("Знаков после запятой", ColumnKind.INTEGER),
    Column("Формула", width=60),
    Column("Словами", width=60),
    Column("Как складывается выше", width=30),
    Column("Документ", width=40),
    Column("Раздел", width=32),
    Column("Страница", width=10),
    Column("Кто ведёт", width=32),
    Column("Кто проверяет", width=32),
    Column("Пересмотреть до", ColumnKind.DAY),
    Column("Редакция", ColumnKind.INTEGER),
    Column("Действует с", ColumnKind.DAY),
    Column("Почему новая редакция", width=40),
]


@require_safe
def library_page(request: HttpRequest) -> HttpResponse:
    """List every indicator in force; the same rows as CSV or XLSX."""
    today, here = timezone.localdate(), region()
    states = [(OVERDUE, "пересмотр просрочен")]
    if can(request.user, Permission.INDICATOR_EDIT, at=here):
        states.append((REMARKED, "есть замечания"))
    form = LibraryFilter(
        request.GET,
        documents=documents_of_definitions(),
        programmes=programmes_that_measure(request.user),
        keepers=keepers(),
        states=states,
    )
    listing = Listing.read(request.GET, HEADINGS, default="code")
    editions = listing.sort(library(**form.asked(), today=today))
    if listing.file_format:
        table = Table("Показатели", COLUMNS, (_line(edition) for edition in editions.select_related(*WRITTEN)))
        return table_response(table, name="Библиотека показателей", file_format=listing.file_format)
    context = {
        "form": form,
        "listing": listing,
        "page": listing.page(editions),
        "today": today,
        "region": here,
        "crumbs": crumbs_to("Как считаются"),
    }
    return render(request, "indicators/library.html", context)


WRITTEN = ("indicator", "document", "methodologist", "reviewer")


@require_safe
def indicator_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One indicator: how it is computed, from which facts, by which document, and how it was before."""
    indicator = indicator_or_404(pk)
    editions = list(indicator.editions.all())
    current = next((edition for edition in editions if edition.is_current), editions[0])
    facts, problem = checked(current.formula)
    periods = year_periods()
    bases = Bases(periods)
    rules = [(bases.of(period, indicator), bases.of(period)) for period in periods]
    context = {
        "indicator": indicator,
        "edition": current,
        "editions": editions,
        "facts": facts,
        "problem": problem,
        "rules": [(own, own != usual) for own, usual in rules],
        "region": region(),
        "unit": request.GET.get("unit", ""),
        "today": timezone.localdate(),
        "crumbs": crumbs_to(indicator.code, ("Как считаются", reverse("indicators:library"))),
    }
    return render(request, "indicators/indicator.html", context)


def indicator_or_404(pk: int) -> Indicator:
    """Return an indicator with its editions, the newest first. :raises Http404: if there is none."""
    indicator = indicator_with_editions(pk)
    if indicator is None or not indicator.editions.all():
        raise Http404
    return indicator


def crumbs_to(last: str, *between: tuple[str, str]) -> list[tuple[str, str]]:
    """Write the way to a page of definitions."""
    return [("Показатели", reverse("programmes:indicator-table")), *between, (last, "")]


def _line(edition: IndicatorEdition) -> tuple[object, ...]:
    return (
        edition.indicator.code,
        edition.indicator.name,
        edition.purpose,
        edition.get_kind_display(),
        edition.get_level_display(),
        edition.get_better_display(),
        edition.unit_of_measure,
        edition.precision,
        edition.formula,
        edition.in_words,
        edition.get_roll_up_display(),
        str(edition.document or ""),
        edition.source,
        edition.page,
        said_keeper(edition.methodologist, edition.methodologist_named),
        said_keeper(edition.reviewer, edition.reviewer_named),
        edition.next_review_on,
        edition.number,
        edition.valid_from,
        edition.reason,
    )
