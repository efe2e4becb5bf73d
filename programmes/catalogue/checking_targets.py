"""Targets of a catalogue: what a page would refuse is refused here too, and the figures must be those of the words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from common.numbers import format_number
from common.numerals import figures_in, ranges_in
from programmes.catalogue.expanding import Row
from programmes.catalogue.reading import Source
from programmes.catalogue.target_rules import Wanted, refusals_of
from programmes.enums import TargetOperator

VALUES = ("value", "upper")
STATES = ("yes_no", "three_state")
HELD = ("at_least", "at_most", "equals", "between", "yes")
WORDS = {
    "at_least": re.compile(r"не\s+(?:менее|ниже|меньше)", re.IGNORECASE),
    "at_most": re.compile(r"не\s+(?:более|выше|больше|превы\w+)", re.IGNORECASE),
}


def problems_of_targets(programme: Source, source: Source, rows: list[Row]) -> Iterator[str]:
    """Say what is wrong with the targets of a file's rows."""
    years = set(programme.data["years"])
    for row in rows:
        own = {int(year) for year in row.data["targets"]}
        inherits = "targets" in source.data.get("defaults", {}) or "defaults" in (row.matrix or {})
        if own - years or (own != years and not inherits):
            yield source.problem([*row.where, "targets"], f"цели нужны на каждый год программы: {sorted(years)}.")
        for year, target in row.data["targets"].items():
            for problem in (*_ruled(row, int(year), target), *_worded(target)):
                yield source.problem([*row.where, "targets", year], problem)


def _ruled(row: Row, year: int, target: dict[str, Any]) -> Iterator[str]:
    """What the page of a target refuses, by the rules of that page."""
    value, upper = (_exact(target.get(name)) for name in VALUES)
    also = {name: str(each) for name, each in target.get("also", {}).items()} or None
    wanted = Wanted(target["operator"], value, upper, target.get("base_year"), also=also)
    kind = row.data["kind"]
    for sentence in refusals_of(wanted, kind=kind, scope=target.get("scope", "whole"), year=year):
        yield sentence[0].lower() + sentence[1:]
    if target["operator"] in HELD and (kind in STATES) != (target["operator"] == "yes"):
        yield "сравнение «yes» — только у показателей да/нет и трёх состояний, и другого у них не бывает."


def _worded(target: dict[str, Any]) -> Iterator[str]:
    """How a target differs from its words, unless it is said why (`waiver`)."""
    text, halves = target["text"], [target, target.get("also") or {}]
    if not text.strip() and target["operator"] != TargetOperator.NOT_APPLICABLE:
        yield "нет слов документа (text): без них не видно, что он обещает."
        return
    found = [*_misread(text, halves)]
    if "waiver" not in target:
        yield from found
    elif not found:
        yield f"waiver не нужен: слова «{text}» с целью не расходятся."


def _misread(text: str, halves: list[dict[str, Any]]) -> Iterator[str]:
    promised = [exact for half in halves for name in VALUES if (exact := _exact(half.get(name))) is not None]
    figures = figures_in(text)
    for figure in promised:
        if figure not in figures and not (figure < 0 and -figure in figures):
            said = f"числа: {'; '.join(map(format_number, figures))}" if figures else "чисел нет"
            yield (
                f"в словах «{text}» {said}, а в цели — {format_number(figure)}: исправьте цель или слова либо напишите "
                "в waiver, откуда число."
            )
    operators = {half["operator"] for half in halves if half}
    if operators & {"at_least", "at_most", "equals"}:
        yield from _other_sign(text, operators)
        for low, high in ranges_in(text):
            if {low, high} & set(promised) and not {low, high} <= set(promised):
                yield (
                    f"в словах «{text}» — от {format_number(low)} до {format_number(high)}, а в цели одно число: нужно "
                    "сравнение between с upper либо waiver с причиной."
                )


def _other_sign(text: str, operators: set[str]) -> Iterator[str]:
    for operator, words in WORDS.items():
        if operator not in operators and (said := words.search(text)):
            label = TargetOperator(sorted(operators)[0]).label
            yield f"в словах «{text}» сказано «{said[0].lower()}», а в цели — «{label}»: исправьте сравнение."


def _exact(figure: float | None) -> Decimal | None:
    return None if figure is None else Decimal(str(figure))
