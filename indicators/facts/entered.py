"""Facts that somebody entered: one function each for yes/no, three states and numbers, told apart by the element."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, QuerySet, Sum, Value, When

from indicators.enums import NUMBERS, AskedEvery, ElementType, YearValue
from indicators.facts.questions import RIGHT_WORD
from indicators.facts.registry import Basis, Cause, Measure, Parameter, UnknownValue, fact, resettled
from indicators.formula.facts import FactSpec
from indicators.models import DataElement, Observation
from schools.models import Unit

ELEMENT = Parameter("что", "element", "код первичного показателя")
BY_CATEGORY = "категория"
ENTERED = "внесено в портале"
STEPS = ("отсутствует", "в процессе становления", "представлено")
ASKED = tuple(dict.fromkeys(RIGHT_WORD.values()))  # facts whose parameter is the code of an element


_elements: ContextVar[dict[str, DataElement] | None] = ContextVar("elements of this block", default=None)


@contextmanager
def elements_read_once() -> Iterator[None]:
    """Read what can be entered once a block, whatever formulas ask of it; for a page, while nobody changes it."""
    token = _elements.set({})
    try:
        yield
    finally:
        _elements.reset(token)


def _element(code: str) -> DataElement | None:
    known = _elements.get()
    if known is None:
        return DataElement.objects.filter(code=code).first()
    if not known:
        known.update({one.code: one for one in DataElement.objects.all()})
    return known.get(code)


def _settle(*types: ElementType) -> Any:
    """Take level and unit from the element; refuse one that is unknown or of another type."""

    def settle(spec: FactSpec, params: dict[str, Any]) -> FactSpec:
        code = params["element"]
        element = _element(code)
        if element is None:
            known = DataElement.objects.values_list("code", flat=True)
            raise UnknownValue(f"первичного показателя «{code}» нет.", known)
        if element.type not in types:
            right = RIGHT_WORD[ElementType(element.type)]
            raise UnknownValue(
                f"«{code}» — это {element.get_type_display()}; пишется {right}(«{code}»).", [f"{right}(«{code}»)"]
            )
        settled = resettled(spec, kind=element.level, unit=element.unit_of_measure)
        if element.type == ElementType.THREE_STATE:
            return replace(settled, steps=STEPS)
        return _of_categories(settled, element, params.get("category", ""))

    return settle


def _of_categories(spec: FactSpec, element: DataElement, category: str) -> FactSpec:
    """A total knows its parts, a part has none. :raises UnknownValue: for a category that the element has not"""
    names = element.category_names
    if category == "":
        return replace(spec, made_of=tuple(((element.code, code), name) for code, name in names.items()))
    if not names:
        raise UnknownValue(
            f"«{element.code}» вносят одним числом, без категорий.",
            [f"значение(«{element.code}»)"],
            parameter=BY_CATEGORY,
        )
    if category not in names:
        known = [*names, *names.values()]
        raise UnknownValue(f"категории «{category}» у «{element.code}» нет.", known, parameter=BY_CATEGORY)
    return spec


def _categories(given: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The categories of the element that is named, in order; none of one that is entered whole, or unknown."""
    element = _element(str(given.get("element", "")))
    return list(element.category_names.items()) if element else []


CATEGORY = Parameter(
    BY_CATEGORY, "category", "категория разбивки; без неё — итог", required=False, parts=_categories, narrows=True
)


def _in_force(basis: Basis, units: QuerySet[Unit] | None, known: DataElement | None) -> QuerySet[Observation]:
    """
    The rows that say what an element was in the period: its own, or the last within it; a sum is made of several.

    Both engines read these rows, so that the year's value is made of its parts in this one place.
    """
    # By its key, which the planner knows how many rows have.
    rows = Observation.objects.counted().filter(element=known and known.pk)
    if known is None or known.asked_every == AskedEvery.YEAR:
        rows = rows.filter(period=basis.period)
    else:
        rows = rows.filter(period__code__in=known.codes_within(basis.period))
        if known.year_value == YearValue.LAST:  # each category has a last one of its own
            later = rows.filter(category=OuterRef("category"), period__ends_on__gt=OuterRef("period__ends_on"))
            rows = rows.filter(~Exists(later.filter(unit=OuterRef("unit"))))
    return rows if units is None else rows.filter(unit__in=units)


def _periods_summed(basis: Basis, known: DataElement | None) -> list[str] | None:
    """The periods whose values a sum needs, each; None where the year's value is one entry."""
    if known is None or known.year_value != YearValue.SUM:
        return None
    return known.codes_within(basis.period)


def _parts_missing(basis: Basis, *, element: str, category: str) -> Cause | None:
    """Why a unit lacks a sum: not every part of the year, or not every category, was entered."""
    known = _element(element)
    periods = _periods_summed(basis, known) or []
    names = list(known.category_names.values()) if known is not None and category == "" else []
    lacking = [f"не за все периоды: {', '.join(periods)}"] if len(periods) > 1 else []
    lacking += [f"не по всем категориям: {', '.join(names)}"] if names else []
    return Cause(f"внесено {', '.join(lacking)}") if lacking else None


@fact(
    "есть",
    of=None,
    title="Ответ «да» на вопрос с доказательством",
    measure=Measure.FLAG,
    aliases=("has",),
    parameters=(ELEMENT,),
    settle=_settle(ElementType.YES_NO),
    when_missing="ответ не внесён",
    source=ENTERED,
)
def has(basis: Basis, units: QuerySet[Unit] | None = None, *, element: str) -> QuerySet:
    """1 where the answer is yes, 0 where it is no."""
    yes = Case(When(value__gt=0, then=Value(1)), default=Value(0), output_field=IntegerField())
    return _in_force(basis, units, _element(element)).values_list("unit_id", yes)


@fact(
    "состояние",
    of=None,
    title="Ступень шкалы: 0 — отсутствует, 1 — в процессе становления, 2 — представлено",
    measure=Measure.STATE,
    aliases=("state",),
    parameters=(ELEMENT,),
    settle=_settle(ElementType.THREE_STATE),
    when_missing="состояние не внесено",
    source=ENTERED,
)
def state(basis: Basis, units: QuerySet[Unit] | None = None, *, element: str) -> QuerySet:
    """The step of the scale, from 0 to 2."""
    return _in_force(basis, units, _element(element)).values_list("unit_id", F("value"))


@fact(
    "значение",
    of=None,
    title="Внесённое число",
    aliases=("value",),
    parameters=(ELEMENT, CATEGORY),
    settle=_settle(*NUMBERS),
    when_missing="число не внесено",
    missing=_parts_missing,
    source=ENTERED,
)
def entered_number(basis: Basis, units: QuerySet[Unit] | None = None, *, element: str, category: str = "") -> QuerySet:
    """The number that was entered; a sum, of categories or of a year's parts, is known once every part of it is."""
    known = _element(element)
    rows = _in_force(basis, units, known)
    if category:
        rows = rows.filter(category=category)
    periods = _periods_summed(basis, known)
    asked = 1 if known is None or category else len(known.cells)
    asked *= 1 if periods is None else len(periods)
    if asked == 1:
        return rows.values_list("unit_id", F("value"))
    summed = rows.order_by().values("unit_id").annotate(total=Sum("value"), parts=Count("pk"))
    return summed.filter(parts=asked).values_list("unit_id", "total")
