"""
Proof of distributions: over which ordered parts, of whom, and the share of some of the parts in the whole.

A distribution is no single number. It stands alone, or a share is taken in it, which is one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from indicators.formula import binding, meaning, nodes
from indicators.formula.errors import FormulaError, did_you_mean
from indicators.formula.facts import Measure
from indicators.formula.kinds import CONDITION, Kind, Population
from indicators.formula.rows import RowChecker, alike, spoken
from indicators.formula.tallies import PERCENT, Read, TallyChecker, settle
from indicators.formula.words import POPULATIONS, normal

MAX_PARTS = 12
NOT_ONE = (
    "Ступени и отметки не складывают, не сравнивают и не усредняют. Возьмите долю нужных частей: "
    "«доля_в(распределение(…), часть)»."
)
NAME_THEM = "Назовите части сами: распределение(школы, «мало»: … < 5, «много»: … >= 5)."


class PartChecker:
    """Proves distributions over the members of a population."""

    def __init__(self, rows: RowChecker, tallies: TallyChecker) -> None:
        self.rows = rows
        self.tallies = tallies

    def spread(self, node: nodes.Call, population: Population) -> Read:
        """Prove a distribution: of a fact over all its parts, or over parts that are named."""
        labelled = [one for one in node.arguments if one.label is not None]
        unlabelled = tuple(one for one in node.arguments if one.label is None)
        values, roles = binding.clauses(replace(node, arguments=unlabelled))
        if "где" in roles:
            raise FormulaError("в распределении не пишут «где».", roles["где"].at, hint="О ком речь, говорит «среди».")
        inner = Population(None)
        if values and isinstance(values[0], nodes.Name) and values[0].word in POPULATIONS:
            inner, values = Population(POPULATIONS[values[0].word]), values[1:]
        if labelled:
            parts, labels, kind = self._named(labelled, values, inner)
        else:
            binding.exactly(values, 1, node, "распределение")
            parts, labels, kind = self._of_fact(values[0], inner)
        if not 2 <= len(parts) <= MAX_PARTS:
            raise FormulaError(f"частей в распределении бывает от 2 до {MAX_PARTS}, а здесь {len(parts)}.", node.at)
        among = self.rows.condition(roles["среди"], inner) if "среди" in roles else None
        if inner.level is None:
            raise FormulaError("непонятно, по кому считать.", node.at, hint="Назовите первым, например, «школы».")
        settle(population, inner.level)
        unit = inner.level.of_many if kind is CONDITION else kind.unit
        return meaning.Distribution(inner.level, parts, labels, among), Kind(Measure.DISTRIBUTION, unit)

    def _of_fact(self, node: nodes.Node, inner: Population) -> tuple[tuple[meaning.Row, ...], tuple[str, ...], Kind]:
        """All parts of a fact: its marks, its levels, the steps of its scale."""
        found = binding.spread(node, self.rows.facts)
        if found is not None:
            facts, labels = found
            for fact in facts:
                inner.admit(fact.spec.level, fact.said, node.at)
            return tuple(facts), labels, Kind(Measure.NUMBER, facts[0].spec.unit or None)
        row, kind = self.rows.row(node, inner)
        if kind.measure is Measure.STATE and isinstance(row, meaning.Fact) and row.spec.steps:
            on_step = [meaning.Compare("=", row, meaning.Known(Decimal(step))) for step in range(len(row.spec.steps))]
            return tuple(meaning.Choice(one, meaning.ONE, meaning.NONE) for one in on_step), row.spec.steps, CONDITION
        raise FormulaError(f"у {spoken(node)} нет частей, по которым оно распределяется.", node.at, hint=NAME_THEM)

    def _named(
        self, labelled: list[nodes.Argument], values: list[nodes.Node], inner: Population
    ) -> tuple[tuple[meaning.Row, ...], tuple[str, ...], Kind]:
        """Parts that the formula names: conditions, of which the first that is true counts, or numbers."""
        if values:
            raise FormulaError("у этой части нет названия.", values[0].at, hint=NAME_THEM)
        labels: dict[str, str] = {}
        read: list[meaning.Row] = []
        kind: Kind | None = None
        for argument in labelled:
            label = argument.label or ""
            if not label or normal(label) in labels:
                said = "часть без названия." if not label else f"часть «{label}» названа дважды."
                raise FormulaError(said, argument.at)
            row, other = self.rows.row(argument.value, inner)
            if other is not CONDITION:
                row, other = self.tallies.addable(argument.value, inner)
                row = meaning.AtLeastNought(row)
            if kind is not None and (kind is CONDITION) != (other is CONDITION):
                raise FormulaError("в частях смешаны числа и условия.", argument.at)
            kind = other if kind is None or kind is CONDITION else alike(kind, other, argument.at)
            labels[normal(label)] = label
            read.append(row)
        assert kind is not None  # noqa: S101 - there is a part
        return _first_true(read) if kind is CONDITION else tuple(read), tuple(labels.values()), kind


def _first_true(conditions: list[meaning.Row]) -> tuple[meaning.Row, ...]:
    """One for the first condition that is true, nought for all others."""
    parts: list[meaning.Row] = []
    for place, condition in enumerate(conditions):
        row: meaning.Row = meaning.Choice(condition, meaning.ONE, meaning.NONE)
        for earlier in reversed(conditions[:place]):
            row = meaning.Choice(earlier, meaning.NONE, row)
        parts.append(row)
    return tuple(parts)


def share_in(node: nodes.Call, read: Callable[[nodes.Node], Read | None]) -> Read:
    """Prove the share of some parts of a distribution; `read` gives the distribution, or None of what is none."""
    values = binding.plain(node, "доля_в")
    if len(values) < 2:
        binding.exactly(values, 2, node, "доля_в")
    found = read(values[0])
    if found is None or found[1].measure is not Measure.DISTRIBUTION:
        raise FormulaError(
            "первым в доля_в(…) стоит распределение.",
            values[0].at,
            hint="Например: доля_в(распределение(отметки(огэ, «математика», 9)), 4, 5).",
        )
    total, _ = found
    distribution = total
    while isinstance(distribution, meaning.Within):
        distribution = distribution.total
    assert isinstance(distribution, meaning.Distribution)  # noqa: S101 - its kind says so
    places = _places(values[1:], distribution.labels)
    return _reduced(total, places), Kind(Measure.SHARE, "%")


def _places(values: list[nodes.Node], labels: tuple[str, ...]) -> tuple[int, ...]:
    """Where the named parts stand among all."""
    known = {normal(label): place for place, label in enumerate(labels)}
    places: list[int] = []
    for value in values:
        match value:
            case nodes.Text(value=said) | nodes.Name(word=said):
                pass
            case nodes.Number(value=number):
                said = format(number.normalize(), "f")
            case _:
                raise FormulaError("здесь стоит название части, а не вычисление.", value.at)
        place = known.get(normal(said))
        if place is None:
            said = said.replace(".", ",") if isinstance(value, nodes.Number) else said
            hint = did_you_mean(said, labels) or f"Бывает: {', '.join(labels)}."
            if "," in said and all(normal(one) in known for one in said.split(",")):
                hint = f"Это одно число; между частями ставят пробел: «{', '.join(said.split(','))}»."
            raise FormulaError(f"части «{said}» в распределении нет.", value.at, hint=hint)
        if place in places:
            raise FormulaError(f"часть «{said}» названа дважды.", value.at)
        places.append(place)
    return tuple(sorted(places))


def _reduced(total: meaning.Total, places: tuple[int, ...]) -> meaning.Total:
    """The share of some parts in the whole, where the distribution stood."""
    match total:
        case meaning.Distribution(level=level, parts=parts, among=among):
            part, whole = _sum([parts[place] for place in places]), _sum(list(parts))
            return meaning.Tally(level, part, whole, among, PERCENT)
        case meaning.Referred(total=inner):
            labels = tuple(str(place) for place in places)
            return replace(total, total=_reduced(inner, places), chosen=labels)
        case _:
            raise TypeError(type(total).__name__)


def _sum(rows: list[meaning.Row]) -> meaning.Row:
    return rows[0] if len(rows) == 1 else meaning.Arithmetic(("+",) * (len(rows) - 1), tuple(rows))
