"""
The plain-Python twin of `compile`: the same meaning over dictionaries.

It gives the same n, d and number left out for every unit, and it can say why: `explain` lists the members counted,
not counted and left out with the cause. Arithmetic is in exact fractions; division is rounded as in SQL.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import singledispatchmethod

from indicators.formula import meaning, proof
from indicators.formula.arithmetic import (
    OPERATIONS,
    Member,
    Pair,
    Unit,
    added,
    difference,
    divided,
    spread,
    summed,
)
from indicators.formula.facts import HERE, Measure, Parameters, Standpoint
from indicators.formula.words import Level

Value = Fraction | bool | None
FactKey = tuple[str, Parameters]


@dataclass(frozen=True, slots=True)
class World:
    """Everything an evaluation needs: members per level, what stands above each, and the facts."""

    members: Mapping[Level, Sequence[Unit]]
    ancestors: Mapping[Unit, Sequence[Unit]]  # the unit itself included
    facts: Mapping[FactKey, Mapping[Unit, Decimal]]
    names: Mapping[Unit, str] = field(default_factory=dict)
    causes: Mapping[FactKey, str] = field(default_factory=dict)  # why a fact is unknown for everybody
    # With what each member is compared, by the identity of the place in the meaning; what is not here is computed.
    held_against: Mapping[int, Mapping[Unit, Decimal | None]] = field(default_factory=dict)
    others: Mapping[Standpoint, World] = field(default_factory=dict)  # as it was seen from elsewhere

    def seen_from(self, standpoint: Standpoint) -> World:
        """The world of another year; an empty one where nothing is known of it."""
        return self if standpoint == HERE else self.others.get(standpoint) or World({}, {}, {}, self.names)

    def name(self, unit: Unit) -> str:
        return self.names.get(unit, str(unit))


Pairs = dict[Unit, Pair]
Counted = meaning.Tally | meaning.Distribution
Others = dict[Standpoint, "Evaluator"]


def evaluate(proven: proof.Meaning, world: World) -> Pairs:
    """Compute the formula for every unit that has a value."""
    return Evaluator(world).total(proven.total)


class Evaluator:
    """Computes totals from one standpoint; each is computed once."""

    def __init__(self, world: World, standpoint: Standpoint = HERE, others: Others | None = None) -> None:
        self.standpoint = standpoint
        self.world = world.seen_from(standpoint)
        self._here = world
        self._others: Others = {} if others is None else others
        self._others[standpoint] = self
        self._totals: dict[int, Pairs] = {}
        self._members: dict[int, list[Member]] = {}

    def back(self, years: int) -> Evaluator:
        """The same so many years earlier."""
        return self.seen_from(self.standpoint.back(years))

    def seen_from(self, standpoint: Standpoint) -> Evaluator:
        """The same from another standpoint."""
        return self._others.get(standpoint) or Evaluator(self._here, standpoint, self._others)

    def pairs(self, node: meaning.Total) -> Pairs:
        """The pairs of a total, remembered."""
        if id(node) not in self._totals:
            self._totals[id(node)] = self.total(node)
        return self._totals[id(node)]

    def inside(self, node: meaning.Within) -> Evaluator:
        """From where the total inside is read."""
        match node:
            case meaning.Earlier(years=years):
                return self.back(years)
            case meaning.Referred(key=key):
                return self.seen_from(self.standpoint.of(key))
            case _:
                return self

    @singledispatchmethod
    def total(self, node: meaning.Total) -> Pairs:
        """Compute a total for every unit."""
        raise TypeError(type(node).__name__)

    @total.register
    def _(self, node: meaning.Tally) -> Pairs:
        return {unit: summed(members, node.is_ratio) for unit, members in self._below(node).items()}

    @total.register
    def _(self, node: meaning.Distribution) -> Pairs:
        return {unit: spread(members, len(node.parts)) for unit, members in self._below(node).items()}

    def _below(self, node: Counted) -> dict[Unit, list[Member]]:
        """The members at or below each unit."""
        below: dict[Unit, list[Member]] = defaultdict(list)
        for member in self.members(node):
            for ancestor in self.world.ancestors.get(member.unit, ()):
                if ancestor != member.unit or member.taken or member.absent:
                    below[ancestor].append(member)
        return below

    @total.register
    def _(self, node: meaning.Combined) -> Pairs:
        last = self.pairs(node.operands[0])
        for place, (operator, operand) in enumerate(zip(node.operators, node.operands[1:], strict=True)):
            right = self.pairs(operand)
            alike = proof.counted_alike(node.first(place + 1), operand)
            units = last.keys() | right.keys() if alike else last.keys() & right.keys()
            last = {unit: added(last.get(unit), operator, right.get(unit)) for unit in units}
        return last

    @total.register
    def _(self, node: meaning.Scaled) -> Pairs:
        factor = Fraction(node.factor)

        def scaled(n: Fraction | None) -> Fraction | None:
            if n is None:
                return None
            return n * factor if node.operator == "*" else divided(n, factor)

        return {u: Pair(scaled(p.n), p.d, p.left_out) for u, p in self.pairs(node.total).items()}

    @total.register
    def _(self, node: meaning.Quotient) -> Pairs:
        part, whole = self.pairs(node.part), self.pairs(node.whole)
        same = proof.counted_alike(node.part, node.whole)
        result: Pairs = {}
        for unit, under in whole.items():
            over = part.get(unit, Pair(Fraction(0), None) if same else None)
            if over is not None:
                result[unit] = Pair(over.n, under.n, over.left_out + under.left_out)
        return result

    @total.register
    def _(self, node: meaning.Within) -> Pairs:
        return self.inside(node).pairs(node.total)

    @total.register
    def _(self, node: meaning.Change) -> Pairs:
        now, before = self.pairs(node.total), self.back(node.years).pairs(node.total)
        return {unit: difference(now[unit], before[unit], node.is_ratio) for unit in now.keys() & before.keys()}

    @total.register
    def _(self, node: meaning.Extreme) -> Pairs:
        inner, groups = self.pairs(node.total), set(self.world.members.get(node.level, ()))
        result = {
            unit: pair
            for unit, pair in inner.items()
            if any(ancestor in groups for ancestor in self.world.ancestors.get(unit, ()))
        }
        above: dict[Unit, list[Unit]] = defaultdict(list)
        for group in groups:
            for ancestor in self.world.ancestors.get(group, ()):
                if ancestor != group:
                    above[ancestor].append(group)
        for ancestor, below in above.items():
            result[ancestor] = self._extreme(node, sorted(below, key=_order))
        return result

    def _extreme(self, node: meaning.Extreme, groups: list[Unit]) -> Pair:
        values = {group: self.shown(node.total, group) for group in groups}
        known = [group for group in groups if values[group] is not None]
        chosen = (min if node.least else max)(known or groups, key=lambda group: values[group] or Fraction(0))
        empty = Pair(Fraction(0) if proof.is_additive(node.total) else None, None)
        pair = self.pairs(node.total).get(chosen, empty)
        return Pair(pair.n, pair.d, len(groups) - len(known))

    @total.register
    def _(self, node: meaning.StateOf) -> Pairs:
        values = self.world.facts.get(node.fact.key, {})
        level = node.fact.spec.level or Level.SCHOOL
        return {
            unit: Pair(None, None, 1) if values.get(unit) is None else Pair(Fraction(values[unit]), None)
            for unit in self.world.members.get(level, ())
        }

    def shown(self, node: meaning.Total, unit: Unit) -> Fraction | None:
        """The value of one unit as it is shown: a ratio in its scale, or a count."""
        pair = self.pairs(node).get(unit)
        if pair is None:
            return Fraction(0) if proof.is_additive(node) else None
        if not node.is_ratio:
            return pair.n
        if pair.n is None or not pair.d:
            return None
        return divided(Fraction(node.shown_times) * pair.n, pair.d)

    # --- members -------------------------------------------------------------------------------------------------

    def members(self, node: Counted) -> list[Member]:
        """What each member of the population brings to the tally, remembered."""
        if id(node) not in self._members:
            self._members[id(node)] = [self._member(node, unit) for unit in self.world.members.get(node.level, ())]
        return self._members[id(node)]

    def _member(self, node: Counted, unit: Unit) -> Member:
        among = True if node.among is None else self.row(node.among, unit)
        if among is False:
            return Member(unit, taken=False, absent=False, part=None, whole=None)
        if isinstance(node, meaning.Distribution):
            cells = [_number(self.row(part, unit)) for part in node.parts]
            known_cells = tuple(cell for cell in cells if cell is not None)
            is_known = len(known_cells) == len(cells)
            part = sum(known_cells, Fraction(0)) if is_known else None
            return Member(unit, bool(among) and is_known, among is None or not is_known, part, None, known_cells)
        part = _number(self.row(node.part, unit))
        whole = Fraction(1) if node.whole is None else _number(self.row(node.whole, unit))
        known = part is not None and whole is not None
        absent = among is None or (bool(among) and not known)
        return Member(unit, bool(among) and known, absent, part, whole)

    @singledispatchmethod
    def row(self, node: meaning.Row, unit: Unit) -> Value:
        """Compute an expression for one member."""
        raise TypeError(type(node).__name__)

    @row.register
    def _(self, node: meaning.Known, unit: Unit) -> Value:
        return Fraction(node.value)

    @row.register
    def _(self, node: meaning.Truth, unit: Unit) -> Value:
        return node.value

    @row.register
    def _(self, node: meaning.Fact, unit: Unit) -> Value:
        value = self.world.facts.get(node.key, {}).get(unit)
        if value is None:
            return None
        return value != 0 if node.spec.measure is Measure.FLAG else Fraction(value)

    @row.register
    def _(self, node: meaning.Arithmetic, unit: Unit) -> Value:
        values = [_number(self.row(operand, unit)) for operand in node.operands]
        result = values[0]
        for operator, value in zip(node.operators, values[1:], strict=True):
            result = None if result is None or value is None else OPERATIONS[operator](result, value)
        return result

    @row.register
    def _(self, node: meaning.Opposite, unit: Unit) -> Value:
        value = _number(self.row(node.operand, unit))
        return None if value is None else -value

    @row.register
    def _(self, node: meaning.Compare, unit: Unit) -> Value:
        left, right = _number(self.row(node.left, unit)), _number(self.row(node.right, unit))
        return None if left is None or right is None else COMPARISONS[node.operator](left, right)

    @row.register
    def _(self, node: meaning.Joined, unit: Unit) -> Value:
        values = [self.row(operand, unit) for operand in node.operands]
        decisive = node.operator == "or"
        if any(value is decisive for value in values):
            return decisive
        return None if None in values else not decisive

    @row.register
    def _(self, node: meaning.Denied, unit: Unit) -> Value:
        value = self.row(node.operand, unit)
        return None if value is None else not value

    @row.register
    def _(self, node: meaning.Choice, unit: Unit) -> Value:
        condition = self.row(node.condition, unit)
        if condition is None:
            return None
        return self.row(node.then if condition else node.otherwise, unit)

    @row.register
    def _(self, node: meaning.IsMissing, unit: Unit) -> Value:
        return self.row(node.operand, unit) is None

    @row.register
    def _(self, node: meaning.AtLeastNought, unit: Unit) -> Value:
        value = _number(self.row(node.operand, unit))
        return None if value is None or value < 0 else value

    @row.register
    def _(self, node: meaning.FirstKnown, unit: Unit) -> Value:
        values = (self.row(option, unit) for option in node.options)
        return next((value for value in values if value is not None), None)

    @row.register
    def _(self, node: meaning.Rolled, unit: Unit) -> Value:
        # Nobody below is nought only in a unit that stood in that year.
        return self.shown(node.total, unit) if unit in self.world.ancestors else None

    @row.register
    def _(self, node: meaning.Above, unit: Unit) -> Value:
        if (kept := self.world.held_against.get(id(node))) is not None:
            return None if (value := kept.get(unit)) is None else Fraction(value)
        over, groups = self.world.ancestors.get(unit, ()), self.world.members.get(node.level, ())
        return next((self.shown(node.total, one) for one in over if one in groups), None)

    @row.register
    def _(self, node: meaning.Before, unit: Unit) -> Value:
        return self.back(node.years).row(node.operand, unit)


COMPARISONS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "=": lambda left, right: left == right,
    "<>": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def _number(value: Value) -> Fraction | None:
    return None if value is None else Fraction(value)


def _order(unit: Unit) -> tuple[str, Unit]:
    """Units in the order of their keys, whatever these are."""
    return (f"{unit:020d}" if isinstance(unit, int) else str(unit), unit)


def decimal(value: Fraction | None, places: int) -> Decimal | None:
    """Round for display, half up."""
    if value is None:
        return None
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
