"""
What a formula means once proven: the tree that `check` builds, `compile` writes as SQL and `evaluate` computes.

Two kinds of node. A *row expression* has one value for each member of a population (a school's number of pupils).
A *total* has a pair n and d for each unit of the territory, made of the members at or below it.
Unknown is not nought: any row expression may be unknown, and logic is three-valued as in SQL.

Everything is read from a *standpoint*: a fact, the members of a sum and the tree over them are those of the year in
which they are said. `Before` and `Earlier` move it for what stands inside them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from enum import StrEnum

from indicators.formula.facts import HERE, FactSpec, Parameters, Standpoint
from indicators.formula.words import Level

FactKey = tuple[str, Parameters]

DIVISION_DECIMALS = 12
LONGEST = 10**14  # a pair of products longer than this is divided first and kept over ROUND_WHOLE
ROUND_WHOLE = 10**6


class Root(StrEnum):
    """What a formula gives."""

    RATIO = "ratio"
    COUNT = "count"
    STATE = "state"
    CHANGE = "change"  # may be below nought, and is not added up


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
    def key(self) -> FactKey:
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
class Before(Row):
    """What a member of now had years ago; sums inside are those of that year, with its members and its tree."""

    operand: Row
    years: int


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

    def first(self, count: int) -> Combined:
        """The sum of so many first operands."""
        return Combined(self.operators[: count - 1], self.operands[:count])


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
class Earlier(Total):
    """The same total years ago, with the members and the tree of that year."""

    total: Total
    years: int

    @property
    def is_ratio(self) -> bool:
        return self.total.is_ratio

    @property
    def shown_times(self) -> Decimal:
        return self.total.shown_times

    def rescaled(self, scale: Decimal) -> Total:
        return replace(self, total=self.total.rescaled(scale))


@dataclass(frozen=True, slots=True)
class Change(Total):
    """
    A total less itself years ago, of the units that have both.

    Of two ratios it is again a pair, n1·d2 - n2·d1 over d1·d2, so that what is shown is exact.
    """

    total: Total
    years: int

    @property
    def is_ratio(self) -> bool:
        return self.total.is_ratio

    @property
    def shown_times(self) -> Decimal:
        return self.total.shown_times


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
    def facts(self) -> frozenset[FactKey]:
        """The facts and parameters on which the value depends, whatever the year."""
        return frozenset(key for _, key in self.asked)

    @property
    def asked(self) -> frozenset[tuple[Standpoint, FactKey]]:
        """The facts on which the value depends, each with the standpoint from which it is read."""
        return frozenset((standpoint, node.key) for standpoint, node in walk(self.total) if isinstance(node, Fact))

    @property
    def reach(self) -> int:
        """How many years back the value looks: a change of an earlier year touches it."""
        return max((standpoint.years for standpoint, _ in walk(self.total)), default=0)


def walk(node: Row | Total, standpoint: Standpoint = HERE) -> Iterator[tuple[Standpoint, Row | Total]]:
    """Go through every node of the tree in reading order, each with the standpoint from which it is read."""
    yield standpoint, node
    for inner, child in _read_from(node, standpoint):
        yield from walk(child, inner)


def walk_facts(node: Row | Total) -> list[Fact]:
    """List every fact in the tree, in reading order."""
    return [inner for _, inner in walk(node) if isinstance(inner, Fact)]


def _read_from(node: Row | Total, standpoint: Standpoint) -> list[tuple[Standpoint, Row | Total]]:
    match node:
        case Before(operand=inner, years=years) | Earlier(total=inner, years=years):
            return [(standpoint.back(years), inner)]
        case Change(total=total, years=years):
            return [(standpoint, total), (standpoint.back(years), total)]
        case _:
            return [(standpoint, child) for child in children(node)]


def counted_alike(left: Total, right: Total) -> bool:
    """Tell whether two totals have the same units: members of one level, in the same years."""
    return left.level_of_members == right.level_of_members and _counted_in(left) == _counted_in(right)


def _counted_in(total: Total) -> frozenset[Standpoint]:
    return frozenset(standpoint for standpoint, node in walk(total) if isinstance(node, Tally))


def is_extreme(total: Total) -> bool:
    """Tell whether a total is the least or the greatest of several, now or years ago."""
    match total:
        case Earlier(total=inner) | Change(total=inner):
            return is_extreme(inner)
        case _:
            return isinstance(total, Extreme)


def is_additive(total: Total) -> bool:
    """Tell whether nobody below means nought and not unknown."""
    match total:
        case Earlier(total=inner):
            return is_additive(inner)
        case _:
            return not total.is_ratio and not isinstance(total, Extreme | Change | StateOf)


def adds_up(total: Total) -> bool:
    """Tell whether the value above is the sums of n and of d below; a minimum or a change has to be computed anew."""
    match total:
        case Tally():
            return True
        case Extreme() | Change() | Earlier() | StateOf():
            return False
        case _:
            return all(adds_up(inner) for inner in totals(total))


def totals(node: Total) -> tuple[Total, ...]:
    """The totals directly under a total."""
    return tuple(child for child in children(node) if isinstance(child, Total))


def children(node: Row | Total) -> tuple[Row | Total, ...]:
    """The nodes directly under a node, in reading order."""
    found: list[Row | Total] = []
    for field in fields(node):
        value = getattr(node, field.name)
        found += [one for one in (value if isinstance(value, tuple) else (value,)) if isinstance(one, Row | Total)]
    return tuple(found)
