"""The library of indicators: what is measured, by which editions, from which facts, fed by what in each year."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from common.numbers import key_of
from common.russian import search_key
from documents.models import Document
from indicators.facts import FactsOf, Registered, find_fact
from indicators.facts.entered import ASKED
from indicators.formula.check import check
from indicators.formula.errors import FormulaError
from indicators.formula.facts import Parameter
from indicators.models import DataElement, Indicator, IndicatorEdition, Period, PeriodBasis, Remark
from indicators.registry import indicators_numbered, indicators_of_programme
from indicators.selectors.staleness import indicator_key


@dataclass(frozen=True, slots=True)
class FactUsed:
    """A fact that a formula asks for, with its parameters and, where somebody enters it, the question."""

    fact: Registered
    parameters: tuple[Parameter, ...]
    element: DataElement | None

    @property
    def said(self) -> str:
        """The fact as it stands in formulas, without what goes without saying."""
        given = zip(self.fact.parameters, self.parameters, strict=True)
        meant = ((asked, value) for asked, value in given if asked.required or value != asked.default)
        inside = ", ".join(asked.word_of(value) for asked, value in meant)
        return f"{self.fact.name}({inside})" if inside else self.fact.name

    @property
    def title(self) -> str:
        """What it is, in words."""
        if self.element is None:
            return self.fact.title
        category = self.element.category_names.get(str(self.parameters[-1]))
        return f"{self.element.name}: {category}" if category else self.element.name


def library(
    *,
    text: str = "",
    kind: str = "",
    level: str = "",
    document: str = "",
    programme: str = "",
    keeper: str = "",
    state: str = "",
    today: date,
) -> QuerySet[IndicatorEdition]:
    """Return the editions in force with their indicators, narrowed, with `keeper`: who keeps the definition."""
    editions = IndicatorEdition.objects.filter(is_current=True).select_related("indicator", "document", "methodologist")
    editions = editions.annotate(keeper=KEEPER)
    editions = _about(editions, text)
    for name, value in (("kind", kind), ("level", level), ("document", key_of(document)), ("keeper", keeper)):
        if value:
            editions = editions.filter(**{name: value})
    if (asked := key_of(programme)) is not None:
        editions = editions.filter(indicator__in=indicators_of_programme(asked))
    if state == OVERDUE:
        editions = editions.filter(next_review_on__lt=today)
    if state == REMARKED:
        editions = editions.filter(Exists(Remark.objects.filter(indicator=OuterRef("indicator"))))
    return editions


def _about(editions: QuerySet[IndicatorEdition], text: str) -> QuerySet[IndicatorEdition]:
    """Keep those that have every word in their name, in any of its forms, in their code, or as their number."""
    words = [word for word in text.split() if search_key(word)]
    if words:
        editions = editions.alias(name_words=SearchVector("indicator__search_key", config=RUSSIAN))
    for word in words:
        key = search_key(word)
        found = Q(indicator__code__icontains=word) | Q(name_words=SearchQuery(key, config=RUSSIAN))
        found |= reduce(and_, [Q(indicator__search_key__contains=part) for part in key.split()])
        if NUMBER.fullmatch(word):
            for numbered in indicators_numbered(word.rstrip(".")):
                found |= Q(indicator__in=numbered)
        editions = editions.filter(found)
    return editions


RUSSIAN = "russian"  # how Postgres itself finds the stems of words
NUMBER = re.compile(r"\d+(\.\d+)*\.?(-[а-я])?")
OVERDUE, REMARKED = "overdue", "remarks"
KEEPER = Coalesce(NullIf("methodologist_named", Value("")), "methodologist__full_name", Value(""))


def keepers() -> list[tuple[str, str]]:
    """Return who keeps definitions in force, for a filter."""
    rows = IndicatorEdition.objects.filter(is_current=True).annotate(keeper=KEEPER).exclude(keeper="")
    return [(name, name) for name in sorted(set(rows.order_by().values_list("keeper", flat=True)))]


def documents_of_definitions() -> list[tuple[str, str]]:
    """Return the documents by which definitions in force are written, for a filter."""
    used = IndicatorEdition.objects.filter(is_current=True, document__isnull=False).order_by().values("document")
    return [(str(one.pk), str(one)) for one in Document.objects.filter(pk__in=used).order_by("title", "pk")]


def indicator_with_editions(pk: int) -> Indicator | None:
    """Return an indicator with its editions, the newest first."""
    beside = ("document", "methodologist", "reviewer")
    newest = Prefetch("editions", IndicatorEdition.objects.select_related(*beside).order_by("-number"))
    return Indicator.objects.select_related("owner").prefetch_related(newest).filter(pk=pk).first()


def referring_to(indicator: Indicator) -> QuerySet[IndicatorEdition]:
    """Return the editions in force whose formulas refer to an indicator, straight or through another."""
    rows = IndicatorEdition.objects.filter(is_current=True, depends_on__contains=[indicator_key(indicator.code)])
    return rows.exclude(indicator=indicator).select_related("indicator").order_by("indicator__sort_key", "pk")


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


def marked(problem: FormulaError | None) -> tuple[str, str, str]:
    """Cut a wrong formula into what stands before the letter where it went wrong, the letter, and the rest."""
    if problem is None or not problem.source:
        return ("", "", "")
    source, at = problem.source, min(problem.at, len(problem.source))
    word = WORD.match(source, at)
    end = word.end() if word else min(at + 1, len(source))
    return (source[:at], source[at:end] or "…", source[end:])


WORD = re.compile(r"\w+")


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
