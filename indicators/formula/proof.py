"""A proven formula and what may be asked of it: what it depends on, how far back it looks, whether it adds up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from indicators.formula.facts import HERE, Standpoint
from indicators.formula.meaning import (
    Above,
    Before,
    Change,
    Distribution,
    Earlier,
    Extreme,
    Fact,
    FactKey,
    Referred,
    Row,
    StateOf,
    Tally,
    Total,
    Within,
    children,
    totals,
)
from indicators.formula.words import Level


class Root(StrEnum):
    """What a formula gives."""

    RATIO = "ratio"
    COUNT = "count"
    STATE = "state"
    CHANGE = "change"  # may be below nought, and is not added up
    DISTRIBUTION = "distribution"  # cells beside n, which is their sum


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
    def labels(self) -> tuple[str, ...]:
        """The names of the parts of a distribution, in order; none of anything else."""
        total = self.total
        while isinstance(total, Within):
            total = total.total
        return total.labels if isinstance(total, Distribution) else ()

    @property
    def references(self) -> frozenset[str]:
        """The codes of the indicators on which the value depends, those behind them included."""
        return frozenset(node.code for _, node in walk(self.total) if isinstance(node, Referred))

    @property
    def held_against(self) -> tuple[tuple[Standpoint, Above], ...]:
        """The numbers of territories above the members with which these are compared, in reading order."""
        return tuple((standpoint, node) for standpoint, node in walk(self.total) if isinstance(node, Above))

    @property
    def reach(self) -> int:
        """How many years back the value looks: a change of an earlier year touches it."""
        return max((standpoint.years for standpoint, _ in walk(self.total)), default=0)


def walk(node: Row | Total, standpoint: Standpoint = HERE) -> Iterator[tuple[Standpoint, Row | Total]]:
    """
    Go through every node of the tree in reading order, each with the standpoint from which it is read.

    A node that stands in several places, as a condition does in the parts after it, is met once from each standpoint:
    what is nested in such places would otherwise be met a power of times.
    """
    yield from _walk(node, standpoint, set())


def _walk(
    node: Row | Total, standpoint: Standpoint, met: set[tuple[int, Standpoint]]
) -> Iterator[tuple[Standpoint, Row | Total]]:
    if (id(node), standpoint) in met:
        return
    met.add((id(node), standpoint))
    yield standpoint, node
    for inner, child in _read_from(node, standpoint):
        yield from _walk(child, inner, met)


def walk_facts(node: Row | Total) -> list[Fact]:
    """List every fact in the tree, in reading order."""
    return [inner for _, inner in walk(node) if isinstance(inner, Fact)]


def _read_from(node: Row | Total, standpoint: Standpoint) -> list[tuple[Standpoint, Row | Total]]:
    match node:
        case Before(operand=inner, years=years) | Earlier(total=inner, years=years):
            return [(standpoint.back(years), inner)]
        case Referred(total=inner, key=key):
            return [(standpoint.of(key), inner)]
        case Change(total=total, years=years):
            return [(standpoint, total), (standpoint.back(years), total)]
        case _:
            return [(standpoint, child) for child in children(node)]


def counted_alike(left: Total, right: Total) -> bool:
    """Tell whether two totals have the same units: members of one level, in the same years."""
    return left.level_of_members == right.level_of_members and _counted_in(left) == _counted_in(right)


def _counted_in(total: Total) -> frozenset[Standpoint]:
    """From where members are counted; what their conditions hold them against may be of other years."""
    met: set[tuple[int, Standpoint]] = set()
    found, waiting = set(), [(HERE, total)]
    while waiting:
        standpoint, node = waiting.pop()
        if isinstance(node, Tally):
            found.add(standpoint)
        elif (id(node), standpoint) not in met:
            met.add((id(node), standpoint))
            waiting += [(seen, one) for seen, one in _read_from(node, standpoint) if isinstance(one, Total)]
    return frozenset(found)


def is_extreme(total: Total) -> bool:
    """Tell whether a total is the least or the greatest of several, now or years ago."""
    match total:
        case Within(total=inner) | Change(total=inner):
            return is_extreme(inner)
        case _:
            return isinstance(total, Extreme)


def is_additive(total: Total) -> bool:
    """Tell whether nobody below means nought and not unknown."""
    match total:
        case Within(total=inner):
            return is_additive(inner)
        case _:
            return not total.is_ratio and not isinstance(total, Extreme | Change | StateOf)


def adds_up(total: Total) -> bool:
    """
    Tell whether the value above is the sums of n and of d below.

    A minimum or a change is computed anew, and so is what is compared within territories: today they are others.
    """
    match total:
        case Tally() | Distribution():
            return all(node.level is Level.REGION for _, node in walk(total) if isinstance(node, Above))
        case Extreme() | Change() | Earlier() | StateOf():
            return False
        case _:
            return all(adds_up(inner) for inner in totals(total))
