"""
What a formula means: the nodes of the tree that `check` builds, `compile` writes as SQL and `evaluate` computes.

Two kinds of node. A *row expression* has one value for each member of a population (a school's number of pupils).
A *total* has a pair n and d for each unit of the territory, made of the members at or below it.
Unknown is not nought: any row expression may be unknown, and logic is three-valued as in SQL.

Everything is read from a *standpoint*: a fact, the members of a sum and the tree over them are those of the year in
which they are said. `Before` and `Earlier` move it for what stands inside them.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal

from indicators.formula.facts import FactSpec, Parameters
from indicators.formula.words import Level

FactKey = tuple[str, Parameters]

DIVISION_DECIMALS = 12
LONGEST = 10**14  # a pair of products longer than this is divided first and kept over ROUND_WHOLE
ROUND_WHOLE = 10**6


@dataclass(frozen=True, slots=True)
class Row:
    """An expression with one value per member."""


@dataclass(frozen=True, slots=True)
class Known(Row):
    value: Decimal


ONE, NONE = Known(Decimal(1)), Known(Decimal(0))


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
class AtLeastNought(Row):
    """The number; unknown where it is less than nought, for then it is no part of a whole."""

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
class Above(Row):
    """The number of the territory of a level that stands over the member; unknown where none does."""

    level: Level
    total: Total
    said: str = field(compare=False)  # as the formula says it
    unit: str = field(compare=False)


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
class Distribution(Total):
    """
    Members, or what is counted of them, in each of several ordered parts: cells, and n as their sum.

    One of whom `among` or any part is unknown, or would be less than nought, is left out of all of them.
    """

    level: Level
    parts: tuple[Row, ...]
    labels: tuple[str, ...]
    among: Row | None

    @property
    def level_of_members(self) -> Level:
        return self.level


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
class Within(Total):
    """A total read from another standpoint; in all else it is the total itself."""

    total: Total

    @property
    def is_ratio(self) -> bool:
        return self.total.is_ratio

    @property
    def shown_times(self) -> Decimal:
        return self.total.shown_times

    def rescaled(self, scale: Decimal) -> Total:
        return replace(self, total=self.total.rescaled(scale))


@dataclass(frozen=True, slots=True)
class Earlier(Within):
    """The same total years ago, with the members and the tree of that year."""

    years: int


@dataclass(frozen=True, slots=True)
class Referred(Within):
    """Another indicator by its code: the meaning of its edition in force, fed as that indicator is."""

    code: str
    key: Hashable = field(compare=False)  # what tells the indicator to the source of facts
    chosen: tuple[str, ...] = ()  # parts of it, where it is a distribution and a share in it is asked for


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


def totals(node: Total) -> tuple[Total, ...]:
    """The totals directly under a total."""
    return tuple(child for child in children(node) if isinstance(child, Total))


def children(node: Row | Total) -> tuple[Row | Total, ...]:
    """The nodes directly under a node, in reading order."""
    found: list[Row | Total] = []
    for each in fields(node):
        value = getattr(node, each.name)
        found += [one for one in (value if isinstance(value, tuple) else (value,)) if isinstance(one, Row | Total)]
    return tuple(found)
