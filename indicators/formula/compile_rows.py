"""
Row expressions to SQL: what one member brings, over the tables of facts and of totals that its writer has made.

Used by `compile`, which writes the totals around it.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import singledispatchmethod
from typing import Protocol

from indicators.formula import meaning, proof
from indicators.formula.facts import Fragment, Measure

DECIMALS = meaning.DIVISION_DECIMALS
NULL_DIVISION = "round(round({left}, 20) / NULLIF({right}, 0), %s)"


class Tables(Protocol):
    """Whoever makes the common tables of a statement and names them."""

    def fact(self, key: meaning.FactKey) -> tuple[str, str]:
        """Return the table and the column of a fact."""

    def those(self, key: meaning.FactKey) -> str | None:
        """Return the table of those who meet a condition, where it is known of all whether they do."""

    def rolled(self, node: meaning.Total) -> str:
        """Return the table of a total, made once however often the formula comes back to it."""

    def above(self, node: meaning.Above) -> str:
        """Return the table of the numbers that stand above each unit."""

    def standing(self) -> str:
        """Return the table of the units that stood in the tree."""

    def back(self, years: int) -> AbstractContextManager[None]:
        """Name the tables of an earlier year inside."""


def count_of(alias: str) -> str:
    """The n of a joined count; nobody below is nought, not unknown."""
    return f"(CASE WHEN {alias}.unit_id IS NULL THEN 0 ELSE {alias}.n END)"


def value_of(alias: str, total: meaning.Total) -> Fragment:
    """The shown value of a total's joined row."""
    if not total.is_ratio:
        return Fragment(count_of(alias) if proof.is_additive(total) else f"{alias}.n")
    division = NULL_DIVISION.format(left=f"(%s::numeric * {alias}.n)", right=f"{alias}.d")
    return Fragment(division, (total.shown_times, DECIMALS))


def difference_of_ratios() -> str:
    """
    The difference of the ratios l and r as one pair: exact, unless the products are too long or too short to be kept.

    Unknown, n and d alike, where either ratio is.
    """
    longest = meaning.LONGEST
    exact = f"abs(l.d * r.d) BETWEEN 1 AND {longest} AND greatest(abs(l.n * r.d), abs(r.n * l.d)) <= {longest}"
    left, right = (f"round(round({one}.n, 20) / {one}.d, {DECIMALS})" for one in "lr")
    apart = f"round(({left} - {right}) * {meaning.ROUND_WHOLE}, 4)"
    return (
        "CASE WHEN l.n IS NULL OR r.n IS NULL OR l.d IS NULL OR r.d IS NULL OR l.d = 0 OR r.d = 0 THEN NULL"
        f" WHEN {exact} THEN l.n * r.d - r.n * l.d ELSE {apart} END AS n,"
        " CASE WHEN l.n IS NULL OR r.n IS NULL OR l.d IS NULL OR r.d IS NULL OR l.d = 0 OR r.d = 0 THEN NULL"
        f" WHEN {exact} THEN l.d * r.d ELSE {meaning.ROUND_WHOLE} END AS d"
    )


class Rows:
    """Writes row expressions of one population and remembers what must be joined."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.moved = 0  # how many years back of its population a piece is read
        self.joined: dict[str, str] = {}

    def joins(self) -> str:
        return "".join(
            f" LEFT JOIN {table} {alias} ON {alias}.unit_id = m.unit_id" for table, alias in self.joined.items()
        )

    def alias(self, table: str) -> str:
        return self.joined.setdefault(table, f"j{len(self.joined) + 1}")

    @singledispatchmethod
    def write(self, node: meaning.Row) -> Fragment:
        """Write one expression over the member `m` and its joins."""
        raise TypeError(type(node).__name__)

    @write.register
    def _(self, node: meaning.Known) -> Fragment:
        return Fragment("%s::numeric", (node.value,))

    @write.register
    def _(self, node: meaning.Truth) -> Fragment:
        return Fragment("TRUE" if node.value else "FALSE")

    @write.register
    def _(self, node: meaning.Fact) -> Fragment:
        those = self.tables.those(node.key)
        if those is not None:
            return Fragment(f"({self.alias(those)}.unit_id IS NOT NULL)")
        table, value = self.tables.fact(node.key)
        column = f"{self.alias(table)}.{value}::numeric"
        return Fragment(f"({column} <> 0)" if node.spec.measure is Measure.FLAG else column)

    @write.register
    def _(self, node: meaning.Arithmetic) -> Fragment:
        first, *others = (self.write(operand) for operand in node.operands)
        sql, params = first.sql, first.params
        for operator, other in zip(node.operators, others, strict=True):
            if operator == "/":
                sql = NULL_DIVISION.format(left=sql, right=other.sql)
                params = (*params, *other.params, DECIMALS)
            else:
                sql, params = f"({sql} {operator} {other.sql})", params + other.params
        return Fragment(sql, params)

    @write.register
    def _(self, node: meaning.Opposite) -> Fragment:
        inner = self.write(node.operand)
        return Fragment(f"(- {inner.sql})", inner.params)

    @write.register
    def _(self, node: meaning.Compare) -> Fragment:
        left, right = self.write(node.left), self.write(node.right)
        return Fragment(f"({left.sql} {node.operator} {right.sql})", left.params + right.params)

    @write.register
    def _(self, node: meaning.Joined) -> Fragment:
        return self._listed(f" {node.operator.upper()} ", node.operands)

    @write.register
    def _(self, node: meaning.Denied) -> Fragment:
        inner = self.write(node.operand)
        return Fragment(f"(NOT {inner.sql})", inner.params)

    @write.register
    def _(self, node: meaning.Choice) -> Fragment:
        parts = [self.write(part) for part in (node.condition, node.then, node.otherwise)]
        condition, then, otherwise = (part.sql for part in parts)
        sql = f"(CASE {condition} WHEN TRUE THEN {then} WHEN FALSE THEN {otherwise} END)"
        return Fragment(sql, parts[0].params + parts[1].params + parts[2].params)

    @write.register
    def _(self, node: meaning.IsMissing) -> Fragment:
        inner = self.write(node.operand)
        return Fragment(f"({inner.sql} IS NULL)", inner.params)

    @write.register
    def _(self, node: meaning.AtLeastNought) -> Fragment:
        inner = self.write(node.operand)
        return Fragment(f"(CASE WHEN {inner.sql} >= 0 THEN {inner.sql} END)", inner.params * 2)

    @write.register
    def _(self, node: meaning.FirstKnown) -> Fragment:
        listed = self._listed(", ", node.options)
        return Fragment(f"COALESCE{listed.sql}", listed.params)

    @write.register
    def _(self, node: meaning.Rolled) -> Fragment:
        value = value_of(self.alias(self.tables.rolled(node.total)), node.total)
        if not self.moved or not proof.is_additive(node.total):
            return value
        # Nobody below is nought only in a unit that stood in that year.
        standing = self.alias(self.tables.standing())
        return Fragment(f"(CASE WHEN {standing}.unit_id IS NOT NULL THEN {value.sql} END)", value.params)

    @write.register
    def _(self, node: meaning.Above) -> Fragment:
        return Fragment(f"{self.alias(self.tables.above(node))}.value")

    @write.register
    def _(self, node: meaning.Before) -> Fragment:
        self.moved += node.years
        with self.tables.back(node.years):
            inner = self.write(node.operand)
        self.moved -= node.years
        return inner

    def _listed(self, separator: str, nodes: tuple[meaning.Row, ...]) -> Fragment:
        parts = [self.write(node) for node in nodes]
        params = tuple(value for part in parts for value in part.params)
        return Fragment(f"({separator.join(part.sql for part in parts)})", params)
