"""
What a formula means once proven: the tree that `check` builds, `compile` writes as SQL and `evaluate` computes.

Two kinds of node. A *row expression* has one value for each member of a population (a school's number of pupils).
A *total* has a pair n and d for each unit of the territory, made of the members at or below it.
Unknown is not nought: any row expression may be unknown, and logic is three-valued as in SQL.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from indicators.formula.facts import FactSpec, Parameters
from indicators.formula.words import Level

DIVISION_DECIMALS = 12


class Root(StrEnum):
    """What a formula gives."""

    RATIO = "ratio"
    COUNT = "count"
    STATE = "state"


@dataclass(frozen=True, slots=True)
class Row:
    """An expression with one value per member."""


@dataclass(frozen=True, slots=True)
class Known(Row):
    value: Decimal


@dataclass(frozen=True, slots=True)
class Truth(Row):
    value: bool


@dataclass(frozen=True, slots=True)
class Fact(Row):
    """A fact with its parameters; `flag` facts are conditions, all others numbers."""

    spec: FactSpec
    params: Parameters
    said: str  # as the reader knows it, for explanations

    @property
    def key(self) -> tuple[str, Parameters]:
        return self.spec.name, self.params


@dataclass(frozen=True, slots=True)
class Arithmetic(Row):
    operators: tuple[str, ...]
    operands: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Opposite(Row):
    """Minus the number."""

    operand: Row


@dataclass(frozen=True, slots=True)
class Compare(Row):
    operator: str
    left: Row
    right: Row


@dataclass(frozen=True, slots=True)
class Joined(Row):
    """Conditions joined by "and" or "or"."""

    operator: str
    operands: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Denied(Row):
    operand: Row


@dataclass(frozen=True, slots=True)
class Choice(Row):
    condition: Row
    then: Row
    otherwise: Row


@dataclass(frozen=True, slots=True)
class IsMissing(Row):
    operand: Row


@dataclass(frozen=True, slots=True)
class FirstKnown(Row):
    options: tuple[Row, ...]
    condition: bool = False


@dataclass(frozen=True, slots=True)
class Rolled(Row):
    """A total of lower units seen as one number of the member above them."""

    total: Total


@dataclass(frozen=True, slots=True)
class Total:
    """An expression with n (and d) per unit of the territory."""

    @property
    def level_of_members(self) -> Level:
        """The highest level of the members it is made of."""
        return max((child.level_of_members for child in totals(self)), key=lambda level: level.rank)

    @property
    def is_ratio(self) -> bool:
        """Tell whether its rows carry a d."""
        return False

    @property
    def shown_times(self) -> Decimal:
        """What n / d is multiplied by to be shown."""
        return Decimal(1)

    def rescaled(self, scale: Decimal) -> Total:
        """The same ratio shown in another scale."""
        return self


@dataclass(frozen=True, slots=True)
class Tally(Total):
    """
    Members counted or summed: n is the sum of `part`, d the sum of `whole` (none for a plain count).

    A member for whom `among` is false does not take part. One for whom `among`, `part` or `whole` is unknown is left
    out of both sums and counted as such.
    """

    level: Level
    part: Row
    whole: Row | None
    among: Row | None
    scale: Decimal = Decimal(1)

    @property
    def level_of_members(self) -> Level:
        return self.level

    @property
    def is_ratio(self) -> bool:
        return self.whole is not None

    @property
    def shown_times(self) -> Decimal:
        return self.scale

    def rescaled(self, scale: Decimal) -> Total:
        return replace(self, scale=scale)


@dataclass(frozen=True, slots=True)
class Combined(Total):
    """Counts added and taken away."""

    operators: tuple[str, ...]
    operands: tuple[Total, ...]


@dataclass(frozen=True, slots=True)
class Scaled(Total):
    """A count times or over a number."""

    total: Total
    operator: str
    factor: Decimal


@dataclass(frozen=True, slots=True)
class Quotient(Total):
    """One count over another: n of the first, n of the second as d."""

    part: Total
    whole: Total
    scale: Decimal = Decimal(1)

    @property
    def is_ratio(self) -> bool:
        return True

    @property
    def shown_times(self) -> Decimal:
        return self.scale

    def rescaled(self, scale: Decimal) -> Total:
        return replace(self, scale=scale)


@dataclass(frozen=True, slots=True)
class Extreme(Total):
    """The smallest or largest value among the units of one level; below that level simply the value."""

    least: bool
    level: Level
    total: Total

    @property
    def level_of_members(self) -> Level:
        return self.level

    @property
    def is_ratio(self) -> bool:
        return self.total.is_ratio

    @property
    def shown_times(self) -> Decimal:
        return self.total.shown_times

    def rescaled(self, scale: Decimal) -> Total:
        return replace(self, total=self.total.rescaled(scale))


@dataclass(frozen=True, slots=True)
class StateOf(Total):
    """The step of a scale on which each unit stands; it is not added upward."""

    fact: Fact

    @property
    def level_of_members(self) -> Level:
        return self.fact.spec.level or Level.SCHOOL


@dataclass(frozen=True, slots=True)
class Meaning:
    """A proven formula."""

    total: Total
    root: Root
    level: Level  # of the members it is made of
    scale: Decimal  # n / d times this is the value shown
    unit: str

    @property
    def facts(self) -> frozenset[tuple[str, Parameters]]:
        """The facts and parameters on which the value depends."""
        return frozenset(fact.key for fact in walk_facts(self.total))


def walk_facts(node: Row | Total) -> list[Fact]:
    """List every fact in the tree, in reading order."""
    match node:
        case Fact():
            return [node]
        case StateOf(fact=fact):
            return [fact]
        case _:
            return [fact for child in children(node) for fact in walk_facts(child)]


def totals(node: Total) -> tuple[Total, ...]:
    """The totals directly under a total."""
    return tuple(child for child in children(node) if isinstance(child, Total))


def children(node: Row | Total) -> tuple[Row | Total, ...]:
    """The nodes directly under a node."""
    match node:
        case Arithmetic(operands=many) | Joined(operands=many):
            return many
        case Combined(operands=totals):
            return totals
        case Opposite(operand=one) | Denied(operand=one) | IsMissing(operand=one):
            return (one,)
        case Compare(left=left, right=right):
            return (left, right)
        case Choice(condition=condition, then=then, otherwise=otherwise):
            return (condition, then, otherwise)
        case FirstKnown(options=options):
            return options
        case Rolled(total=total) | Scaled(total=total) | Extreme(total=total):
            return (total,)
        case Tally(part=part, whole=whole, among=among):
            return tuple(row for row in (part, whole, among) if row is not None)
        case Quotient(part=part_total, whole=whole_total):
            return (part_total, whole_total)
        case _:
            return ()
