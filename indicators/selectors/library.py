"""The library of indicators: what is measured, by which editions, from which facts, fed by what in each year."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from common.russian import search_key
from indicators.facts import FactsOf, Registered, find_fact
from indicators.formula.check import check
from indicators.formula.errors import FormulaError
from indicators.formula.facts import Parameter
from indicators.models import DataElement, Indicator, IndicatorEdition, Period, PeriodBasis

ASKED = ("есть", "состояние", "значение")  # facts whose parameter is the code of an element


@dataclass(frozen=True, slots=True)
class FactUsed:
    """A fact that a formula asks for, with its parameters and, where somebody enters it, the question."""

    fact: Registered
    parameters: tuple[Parameter, ...]
    element: DataElement | None

    @property
    def said(self) -> str:
        """The fact as it stands in formulas."""
        inside = ", ".join(str(parameter) for parameter in self.parameters if parameter != "")
        return f"{self.fact.name}({inside})" if inside else self.fact.name

    @property
    def title(self) -> str:
        """What it is, in words."""
        return self.element.name if self.element else self.fact.title


def library(*, text: str = "", kind: str = "", level: str = "") -> QuerySet[IndicatorEdition]:
    """Return the editions in force with their indicators, narrowed by words, kind and who is measured."""
    editions = IndicatorEdition.objects.filter(is_current=True).select_related("indicator", "document")
    for word in search_key(text).split():
        editions = editions.filter(indicator__search_key__contains=word)
    if kind:
        editions = editions.filter(kind=kind)
    return editions.filter(level=level) if level else editions


def indicator_with_editions(pk: int) -> Indicator | None:
    """Return an indicator with its editions, the newest first."""
    newest = Prefetch("editions", IndicatorEdition.objects.select_related("document").order_by("-number"))
    return Indicator.objects.prefetch_related(newest).filter(pk=pk).first()


def facts_used(formula: str) -> list[FactUsed]:
    """List the facts of a formula. :raises FormulaError: if it makes no sense."""
    used = []
    asked = sorted(check(formula, FactsOf(None)).facts, key=str)
    codes = {str(params[0]) for name, params in asked if name in ASKED}
    elements = {element.code: element for element in DataElement.objects.filter(code__in=codes)}
    for name, params in asked:
        known = find_fact(name)
        if known is not None:
            element = elements.get(str(params[0])) if name in ASKED else None
            used.append(FactUsed(known, params, element))
    return used


def checked(formula: str) -> tuple[list[FactUsed], FormulaError | None]:
    """Say which facts a formula asks for, or what is wrong with it."""
    try:
        return facts_used(formula), None
    except FormulaError as error:
        return [], error


@dataclass(slots=True)
class YearRule:
    """What feeds a programme year: its own rule and the exceptions of single indicators."""

    period: Period
    rule: PeriodBasis | None
    exceptions: list[PeriodBasis]


def year_rules() -> list[YearRule]:
    """Return what feeds each programme year, the oldest first."""
    periods = Period.objects.filter(kind="year").order_by("starts_on")
    bases = PeriodBasis.objects.select_related("indicator").order_by("indicator__sort_key")
    return [
        YearRule(
            period,
            next((row for row in period.bases.all() if row.indicator_id is None), None),
            [row for row in period.bases.all() if row.indicator_id is not None],
        )
        for period in periods.prefetch_related(Prefetch("bases", bases))
    ]
