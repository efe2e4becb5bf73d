"""What feeds each programme year, and its change in the browser."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from common.numbers import key_of
from common.versions import ChangedMeanwhile
from indicators.enums import PeriodKind
from indicators.forms.definitions import BasisForm
from indicators.models import Indicator, Period, PeriodBasis
from indicators.selectors.bases import Bases
from indicators.selectors.library import year_rules
from indicators.services.definitions import drop_basis_exception, region, set_basis, shown_of_basis


@require_safe
def bases_page(request: HttpRequest) -> HttpResponse:
    """List the rule of each year with the exceptions of single indicators."""
    return render(request, "indicators/bases.html", _context())


@require_POST
def change_basis(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what feeds a year, or one indicator in it."""
    period = get_object_or_404(Period, pk=pk, kind=PeriodKind.YEAR)
    asked = request.POST.get("indicator", "")
    indicator = get_object_or_404(Indicator, pk=key) if (key := key_of(asked)) else None
    year = int(period.code)
    form = BasisForm(request.POST, shown=shown_of_basis(_rule(period, indicator), year))
    if form.is_valid():
        try:
            set_basis(year=year, indicator=indicator, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except ChangedMeanwhile:
            form.show_both(shown_of_basis(_rule(period, indicator), year))
    if form.errors:
        return render(request, "indicators/bases.html", _context({period.pk: form}, indicator), status=422)
    messages.success(
        request, f"{period} год: {Bases([period]).of(period, indicator).in_words()}. Показатели пересчитываются."
    )
    return redirect(_back(indicator))


@require_POST
def drop_exception(request: HttpRequest, pk: int) -> HttpResponse:
    """Let an indicator be fed as its year."""
    row = get_object_or_404(PeriodBasis.objects.select_related("period", "indicator"), pk=pk, indicator__isnull=False)
    drop_basis_exception(basis=row, actor=request.user, now=timezone.now())
    messages.success(request, f"«{row.indicator}» в {row.period} году снова питается по общему правилу.")
    return redirect("indicators:bases")


def _back(indicator: Indicator | None) -> str:
    return reverse("indicators:bases") if indicator is None else reverse("indicators:indicator", args=[indicator.pk])


def _rule(period: Period, indicator: Indicator | None) -> PeriodBasis | None:
    return PeriodBasis.objects.filter(period=period, indicator=indicator).first()


def _context(typed: Mapping[int, BasisForm] | None = None, indicator: Indicator | None = None) -> dict[str, object]:
    """Return what the page shows; `typed` are forms that were filled wrongly, by the period."""
    rules = year_rules()
    bases = Bases([rule.period for rule in rules])
    return {
        "rules": [
            (
                bases.of(rule.period),
                (typed or {}).get(rule.period.pk) or BasisForm(shown=shown_of_basis(rule.rule, int(rule.period.code))),
                [(row, bases.of(rule.period, row.indicator_id)) for row in rule.exceptions],
            )
            for rule in rules
        ],
        "indicator": indicator,
        "region": region(),
        "crumbs": [("Показатели", reverse("programmes:indicator-table")), ("По каким данным считается год", "")],
    }
