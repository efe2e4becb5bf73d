"""
The socket: what the language asks of whoever knows the facts.

A fact is a named, typed number (or yes/no) of each unit of one level. Its source describes it, checks its parameters
and hands over a query; the language never learns where the numbers live.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol, Self

from indicators.formula.words import Level

Parameter = str | int | Decimal
Parameters = tuple[Parameter, ...]


class Measure(StrEnum):
    """What kind of number a fact is, and so what may be done with it."""

    NUMBER = "number"  # may be added up: pupils, diplomas, roubles
    SHARE = "share"  # percent of something: never added, averaged with weights only
    CHANGE = "change"  # difference of two shares, in percentage points, or of two totals: never added
    FLAG = "flag"  # yes (1) or no (0): a condition
    STATE = "state"  # a step of a scale: compared, counted, never averaged
    DISTRIBUTION = "distribution"  # of a whole formula: so many in each of ordered parts, no single number


Parts = tuple[tuple[Parameter, str], ...]


@dataclass(frozen=True, slots=True)
class ParameterSpec:
    """
    One parameter of a fact: its names, and the values it may take (alias → stored value), if they are few.

    `usual` are those of `choices` that are known without reading; they are looked at first. `several`: more than one
    may be named, parted by commas. `parts` tells over which values, in order and each with its name, the fact is
    spread, given the words of its other parameters by their English names; where it has no `choices`, it is given
    by a value or a name of them. `implied` gives, of the words that stand before it, the value that is meant where
    none is named, or None: then it has to be named.
    """

    name: str
    title: str = ""
    english: str = ""
    choices: Mapping[str, Parameter] | None = None
    required: bool = True
    default: Parameter = ""
    number: bool = False
    usual: Mapping[str, Parameter] = field(default_factory=dict, compare=False)
    several: bool = False
    parts: Callable[[Mapping[str, Parameter]], Parts] | None = field(default=None, compare=False)
    implied: Callable[[Mapping[str, Parameter]], Parameter | None] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class FactSpec:
    """
    What a fact is: its canonical name, title, level, measure, unit of measure and parameters.

    `steps` names the steps of a scale from nought up. `made_of` are the parameters under which the parts can be asked
    for of which the number is the sum, each with its name.
    """

    name: str
    title: str
    level: Level | None  # None: the parameters decide
    measure: Measure = Measure.NUMBER
    unit: str = ""
    parameters: tuple[ParameterSpec, ...] = ()
    aliases: tuple[str, ...] = field(default=(), compare=False)
    steps: tuple[str, ...] = field(default=(), compare=False)
    made_of: tuple[tuple[Parameters, str], ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Standpoint:
    """
    From where a piece of a formula is read: how many years before the year that is asked, and by what feeds whom.

    `whose` is the source's own mark of another indicator, which may be fed otherwise; None is the one that is asked.
    """

    years: int = 0
    whose: Hashable = None

    def back(self, years: int) -> Standpoint:
        """The standpoint so many years earlier."""
        return Standpoint(self.years + years, self.whose)

    def of(self, whose: Hashable) -> Standpoint:
        """The same year, as it feeds another indicator."""
        return Standpoint(self.years, whose)


HERE = Standpoint()


@dataclass(frozen=True, slots=True)
class Fragment:
    """
    A piece of SQL with its parameters beside it, never inside it.

    What is kept is read from a table that has statistics, wherever it is needed; anything else is computed once.
    """

    sql: str
    params: tuple[Any, ...] = ()
    is_kept: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """
    A fact as an expression over rows, one at most for a unit; facts over the same rows are read together.

    `rows` are SQL giving `unit_id` and what `value` speaks of, which is SQL of a number, null where unknown.
    """

    rows: Fragment
    value: Fragment

    @property
    def alone(self) -> Fragment:
        """SQL giving `unit_id, value` of this fact alone."""
        sql = f"SELECT unit_id, {self.value.sql} AS value FROM ({self.rows.sql}) AS row"  # noqa: S608 - the source's own SQL
        return Fragment(sql, self.value.params + self.rows.params)


@dataclass(frozen=True, slots=True)
class Definition:
    """How another indicator is measured by its edition in force; `key` tells it to the source of facts."""

    code: str
    formula: str
    key: Hashable = None


class UnknownValue(Exception):
    """A parameter's value that the source of facts does not know; `parameter` names it where there are several."""

    def __init__(self, message: str, known: Iterable[str] = (), parameter: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.known = tuple(known)
        self.parameter = parameter


class FactSource(Protocol):
    """Whoever knows the facts of one basis (period, academic year, cohort, wave)."""

    @property
    def mark(self) -> Hashable:
        """Return what tells this basis from others: sources with the same mark give the same numbers."""

    def seen_from(self, standpoint: Standpoint) -> Self:
        """Return the facts of another year, or as another indicator is fed."""

    def indicator(self, code: str) -> Definition:
        """Return how an indicator is measured. :raises UnknownValue: if there is none of this code."""

    def find(self, name: str) -> FactSpec | None:
        """Return the fact of this name or alias, already in lower case and without ё."""

    def names(self) -> Iterable[str]:
        """Return every name and alias, for suggestions."""

    def question(self, word: str) -> tuple[str, str] | None:
        """Return the fact that gives the answers to a question, and its code, where a word is that of a question."""

    def resolve(self, spec: FactSpec, params: Parameters) -> FactSpec:
        """Return the spec with level, measure and unit settled. :raises UnknownValue: for a bad value."""

    def column(self, name: str, params: Parameters) -> Column:
        """Return the rows and the expression of a fact."""

    def those(self, name: str, params: Parameters) -> Fragment | None:
        """
        Return SQL giving each `unit_id` for which a condition holds, if it is known not to hold for any other.

        None where that cannot be said, and for whatever is no condition.
        """

    def members(self, level: Level) -> Fragment:
        """
        Return SQL giving `unit_id, above` of every unit of the level in the period's geography.

        `above` are the keys of the units over it, in the same order for all that stand under the same units.
        """

    def ancestry(self) -> Fragment:
        """Return SQL giving `unit_id, ancestor_id` in the period's geography, each unit over itself included."""

    def holders(self, level: Level) -> Fragment | None:
        """Return SQL giving `unit_id` of every unit over a member of the level; None where members are to be asked."""
