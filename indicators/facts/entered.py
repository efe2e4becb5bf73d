"""Facts that somebody entered: one function each for yes/no, three states and numbers, told apart by the element."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, QuerySet, Sum, Value, When

from indicators.enums import AskedEvery, ElementType, YearValue
from indicators.facts.registry import Basis, Cause, Measure, Parameter, UnknownValue, fact, resettled
from indicators.formula.facts import FactSpec
from indicators.models import DataElement, Observation
from schools.models import Unit

ELEMENT = Parameter("что", "element", "код первичного показателя")
ENTERED = "внесено в портале"
STEPS = ("отсутствует", "в процессе становления", "представлено")
RIGHT_WORD = {
    ElementType.YES_NO: "есть",
    ElementType.THREE_STATE: "состояние",
    ElementType.COUNT: "значение",
    ElementType.AMOUNT: "значение",
}
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
        return replace(settled, steps=STEPS) if element.type == ElementType.THREE_STATE else settled

    return settle


def _in_force(basis: Basis, units: QuerySet[Unit] | None, element: str) -> QuerySet[Observation]:
    """
    The rows that say what an element was in the period: its own, or the last within it; a sum is made of several.

    Both engines read these rows, so that the year's value is made of its parts in this one place.
    """
    known = _element(element)  # by its key, which the planner knows how many rows have
    rows = Observation.objects.counted().filter(element=known and known.pk)
    if known is None or known.asked_every == AskedEvery.YEAR:
        rows = rows.filter(period=basis.period)
    else:
        rows = rows.filter(period__code__in=known.codes_within(basis.period))
        if known.year_value == YearValue.LAST:
            same = rows.filter(unit=OuterRef("unit"), period__ends_on__gt=OuterRef("period__ends_on"))
            rows = rows.filter(~Exists(same))
    return rows if units is None else rows.filter(unit__in=units)


def _is_summed(element: str) -> bool:
    known = _element(element)
    return known is not None and known.year_value == YearValue.SUM


def _parts_missing(basis: Basis, *, element: str) -> Cause | None:
    """Why a unit lacks a sum: not every part of the year was entered."""
    known = _element(element)
    parts = known.codes_within(basis.period) if known is not None and known.year_value == YearValue.SUM else []
    return Cause(f"внесено не за все периоды: {', '.join(parts)}") if len(parts) > 1 else None


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
    return _in_force(basis, units, element).values_list("unit_id", yes)


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
    return _in_force(basis, units, element).values_list("unit_id", F("value"))


@fact(
    "значение",
    of=None,
    title="Внесённое число",
    aliases=("value",),
    parameters=(ELEMENT,),
    settle=_settle(ElementType.COUNT, ElementType.AMOUNT),
    when_missing="число не внесено",
    missing=_parts_missing,
    source=ENTERED,
)
def entered_number(basis: Basis, units: QuerySet[Unit] | None = None, *, element: str) -> QuerySet:
    """The number that was entered; a year's sum is known once every part of it is."""
    rows = _in_force(basis, units, element)
    if not _is_summed(element):
        return rows.values_list("unit_id", F("value"))
    parts = len(_element(element).codes_within(basis.period))  # type: ignore[union-attr]  # it is summed, so it is there
    summed = rows.order_by().values("unit_id").annotate(total=Sum("value"), parts=Count("pk"))
    return summed.filter(parts=parts).values_list("unit_id", "total")
