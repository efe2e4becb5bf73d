"""The library of indicators: the list, one indicator with its editions, a new edition of it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.downloads import table_response
from common.lists import Heading, Listing
from common.tables import Column, Table
from common.versions import ChangedMeanwhile
from indicators.forms.definitions import EditionForm, LibraryFilter
from indicators.formula.errors import FormulaError
from indicators.models import Indicator, IndicatorEdition
from indicators.selectors.bases import Bases, year_periods
from indicators.selectors.library import checked, indicator_with_editions, library
from indicators.services.definitions import KindDisagrees, define_indicator, region, shown_of

HEADINGS = [
    Heading("Код", key="code", order=("indicator__code",)),
    Heading("Показатель", key="name", order=("indicator__sort_key", "pk")),
    Heading("Вид", key="kind", order=("kind", "indicator__sort_key", "pk")),
    Heading("О ком", key="level", order=("level", "indicator__sort_key", "pk")),
    Heading("Редакция", key="edition", order=("valid_from", "pk")),
    Heading("Откуда", key="source", order=("source", "pk")),
]
COLUMNS = [
    Column("Код", width=20),
    Column("Показатель", width=60),
    Column("Вид", width=16),
    Column("О ком", width=16),
    Column("Единица", width=12),
    Column("Формула", width=60),
    Column("Словами", width=60),
    Column("Редакция", width=24),
    Column("Откуда", width=32),
]


@require_safe
def library_page(request: HttpRequest) -> HttpResponse:
    """List every indicator in force; the same rows as CSV or XLSX."""
    form = LibraryFilter(request.GET)
    listing = Listing.read(request.GET, HEADINGS, default="code")
    editions = listing.sort(library(**form.asked()))
    if listing.file_format:
        table = Table("Показатели", COLUMNS, (_line(edition) for edition in editions))
        return table_response(table, name="Библиотека показателей", file_format=listing.file_format)
    context = {"form": form, "listing": listing, "page": listing.page(editions), "crumbs": _crumbs("Как считаются")}
    return render(request, "indicators/library.html", context)


@require_safe
def indicator_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One indicator: how it is computed, from which facts, by which document, and how it was before."""
    indicator = _indicator(pk)
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
        "crumbs": _crumbs(indicator.code, ("Как считаются", reverse("indicators:library"))),
    }
    return render(request, "indicators/indicator.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def redefine(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a new edition of an indicator; the older ones and their values stay."""
    indicator = _indicator(pk)
    current = next(edition for edition in indicator.editions.all() if edition.is_current)
    current.indicator = indicator
    form = EditionForm(request.POST or None, shown=shown_of(current))
    if request.method != "POST":
        return render(request, "indicators/redefine.html", _redefining(indicator, form))
    if form.is_valid():
        try:
            define_indicator(
                code=indicator.code,
                name=form.cleaned_data["name"].strip(),
                definition=form.definition(),
                valid_from=form.cleaned_data["valid_from"],
                document=current.document,
                seen=form.cleaned_data["seen"],
                actor=request.user,
                now=timezone.now(),
            )
        except ChangedMeanwhile:
            fresh = _indicator(pk)
            (now_current,) = [edition for edition in fresh.editions.all() if edition.is_current]
            now_current.indicator = fresh
            form.show_both(shown_of(now_current))
        except FormulaError as error:
            form.add_error("formula", str(error))
        except KindDisagrees as disagreement:
            form.add_error("kind", str(disagreement))
        else:
            return redirect("indicators:indicator", indicator.pk)
    return render(request, "indicators/redefine.html", _redefining(indicator, form), status=422)


@require_POST
def check_formula(request: HttpRequest) -> HttpResponse:
    """Say of a formula that is being written which facts it asks for, or where it goes wrong."""
    facts, problem = checked(request.POST.get("formula", "")[:4000])
    return render(request, "indicators/_checked.html", {"facts": facts, "problem": problem})


def _redefining(indicator: Indicator, form: EditionForm) -> dict[str, object]:
    back = reverse("indicators:indicator", args=[indicator.pk])
    return {
        "indicator": indicator,
        "region": region(),
        "form": form,
        "cancel": back,
        "crumbs": _crumbs("Новая редакция", ("Показатель", back)),
    }


def _indicator(pk: int) -> Indicator:
    indicator = indicator_with_editions(pk)
    if indicator is None or not indicator.editions.all():
        raise Http404
    return indicator


def _crumbs(last: str, *between: tuple[str, str]) -> list[tuple[str, str]]:
    return [("Показатели", reverse("programmes:indicator-table")), *between, (last, "")]


def _line(edition: IndicatorEdition) -> tuple[str, ...]:
    return (
        edition.indicator.code,
        edition.indicator.name,
        edition.get_kind_display(),
        edition.get_level_display(),
        edition.unit_of_measure,
        edition.formula,
        edition.in_words,
        f"№ {edition.number} от {edition.valid_from:%d.%m.%Y}",
        edition.source,
    )
