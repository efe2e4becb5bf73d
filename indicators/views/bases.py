"""What feeds each programme year, and its change in the browser."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from indicators.enums import PeriodKind
from indicators.forms.definitions import BasisForm
from indicators.models import Indicator, Period, PeriodBasis
from indicators.selectors.bases import Bases
from indicators.selectors.library import year_rules
from indicators.services.definitions import drop_basis_exception, region, set_basis


@require_safe
def bases_page(request: HttpRequest) -> HttpResponse:
    """List the rule of each year with the exceptions of single indicators."""
    return render(request, "indicators/bases.html", _context())


@require_POST
def change_basis(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what feeds a year, or one indicator in it."""
    period = get_object_or_404(Period, pk=pk, kind=PeriodKind.YEAR)
    asked = request.POST.get("indicator", "")
    indicator = get_object_or_404(Indicator, pk=int(asked)) if asked.isdecimal() and len(asked) < 18 else None
    form = BasisForm(request.POST)
    if not form.is_valid():
        wrong = "; ".join(f"{form.fields[name].label}: {errors[0]}" for name, errors in form.errors.items())
        messages.error(request, f"{period} год не изменён. {wrong}")
        return redirect(_back(indicator))
    set_basis(year=int(period.code), indicator=indicator, actor=request.user, now=timezone.now(), **form.cleaned_data)
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


def _context() -> dict[str, object]:
    rules = year_rules()
    bases = Bases([rule.period for rule in rules])
    return {
        "rules": [
            (
                bases.of(rule.period),
                BasisForm.of(rule.rule, int(rule.period.code)),
                [(row, bases.of(rule.period, row.indicator_id)) for row in rule.exceptions],
            )
            for rule in rules
        ],
        "region": region(),
        "crumbs": [("Показатели", reverse("programmes:indicator-table")), ("Чем кормится каждый год", "")],
    }
