"""
Proven meaning to one SQL statement over all units.

Every fact becomes one common table, every total one more; names are numbered and literals are parameters, so nothing
of the formula's text is in the statement. The statement gives `unit_id, n, d, left_out` for the members and for
every unit above them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import singledispatchmethod

from indicators.formula import meaning
from indicators.formula.facts import FactSource, Fragment, Measure, Parameters
from indicators.formula.words import Level

DECIMALS = meaning.DIVISION_DECIMALS
NULL_DIVISION = "round(round({left}, 20) / NULLIF({right}, 0), %s)"


def compile_meaning(proven: meaning.Meaning, facts: FactSource) -> Fragment:
    """Write the statement that computes the formula for every unit."""
    writer = _Writer(facts)
    last = writer.total(proven.total)
    return writer.statement(last)


@dataclass(slots=True)
class _Writer:
    """Collects the common tables of one statement."""

    facts: FactSource
    tables: list[tuple[str, Fragment]] = field(default_factory=list)
    known: dict[object, str] = field(default_factory=dict)

    def statement(self, last: str) -> Fragment:
        # Members and ancestry are read where they are needed, so that the planner sees the statistics of their tables.
        read = {self.known.get(key) for key in ("ancestry", *Level)}
        parts = [f"{name} AS {'NOT MATERIALIZED ' if name in read else ''}({body.sql})" for name, body in self.tables]
        params = tuple(value for _, body in self.tables for value in body.params)
        # S608: table names are numbered by this writer; no word of a formula is among them
        sql = f"WITH {', '.join(parts)} SELECT unit_id, n, d, left_out FROM {last}"  # noqa: S608 - see above
        return Fragment(sql, params)

    def table(self, prefix: str, body: Fragment, key: object = None) -> str:
        """Add a common table and return its name."""
        name = f"{prefix}_{len(self.tables) + 1}"
        self.tables.append((name, body))
        if key is not None:
            self.known[key] = name
        return name

    def shared(self, prefix: str, key: object, fragment: Callable[[], Fragment]) -> str:
        """Add a common table once, however often it is asked for."""
        return self.known.get(key) or self.table(prefix, fragment(), key)

    def ancestry(self) -> str:
        return self.shared("ancestry", "ancestry", self.facts.ancestry)

    def members(self, level: Level) -> str:
        return self.shared("members", level, lambda: self.facts.members(level))

    def fact(self, key: tuple[str, Parameters]) -> str:
        return self.shared("fact", key, lambda: self.facts.fragment(*key))

    # --- totals --------------------------------------------------------------------------------------------------

    @singledispatchmethod
    def total(self, node: meaning.Total) -> str:
        """Add the tables of a total and return the last one's name."""
        raise TypeError(type(node).__name__)

    @total.register
    def _(self, node: meaning.Tally) -> str:
        rows = _Rows(self)
        part = rows.write(node.part)
        whole = rows.write(node.whole) if node.whole is not None else Fragment("1")
        among = rows.write(node.among) if node.among is not None else Fragment("TRUE")
        per_member = Fragment(
            f"SELECT m.unit_id, {part.sql} AS part, {whole.sql} AS whole, {among.sql} AS among"  # noqa: S608 - numbered names only
            f" FROM {self.members(node.level)} m{rows.joins()}",
            part.params + whole.params + among.params,
        )
        members = self.table("rows", per_member)
        return self.table("total", Fragment(_rolled_up(members, self.ancestry(), node.whole is not None)))

    @total.register
    def _(self, node: meaning.Combined) -> str:
        last, level = self.total(node.operands[0]), node.operands[0].level_of_members
        for operator, operand in zip(node.operators, node.operands[1:], strict=True):
            right = self.total(operand)
            join = "FULL" if operand.level_of_members == level else "INNER"
            level = max(level, operand.level_of_members, key=lambda one: one.rank)
            last = self.table(
                "total",
                Fragment(
                    "SELECT unit_id, (CASE WHEN l.left_out IS NULL THEN 0 ELSE l.n END)"  # noqa: S608 - numbered names only
                    f" {operator} (CASE WHEN r.left_out IS NULL THEN 0 ELSE r.n END) AS n, NULL::numeric AS d,"
                    " COALESCE(l.left_out, 0) + COALESCE(r.left_out, 0) AS left_out"
                    f" FROM {last} l {join} JOIN {right} r USING (unit_id)"
                ),
            )
        return last

    @total.register
    def _(self, node: meaning.Scaled) -> str:
        inner = self.total(node.total)
        scaled = f"n {node.operator} %s::numeric"
        if node.operator == "/":
            scaled = "round(round(n, 20) / %s::numeric, %s)"
        params = (node.factor,) if node.operator == "*" else (node.factor, DECIMALS)
        sql = f"SELECT unit_id, {scaled} AS n, d, left_out FROM {inner}"  # noqa: S608 - numbered names only
        return self.table("total", Fragment(sql, params))

    @total.register
    def _(self, node: meaning.Quotient) -> str:
        part, whole = self.total(node.part), self.total(node.whole)
        join = "LEFT" if node.part.level_of_members == node.whole.level_of_members else "INNER"
        sql = (
            "SELECT w.unit_id, CASE WHEN p.left_out IS NULL THEN 0 ELSE p.n END AS n, w.n AS d,"  # noqa: S608 - numbered names only
            " w.left_out + COALESCE(p.left_out, 0) AS left_out"
            f" FROM {whole} w {join} JOIN {part} p ON p.unit_id = w.unit_id"
        )
        return self.table("total", Fragment(sql))

    @total.register
    def _(self, node: meaning.Extreme) -> str:
        inner, groups, ancestry = self.total(node.total), self.members(node.level), self.ancestry()
        value = _value_of("i", node.total)
        n = "i.n" if node.total.is_ratio else _count_of("i")
        direction = "ASC" if node.least else "DESC"
        valued = self.table(
            "valued",
            Fragment(
                f"SELECT g.unit_id, {n} AS n, i.d, {value.sql} AS value"  # noqa: S608 - numbered names only
                f" FROM {groups} g LEFT JOIN {inner} i ON i.unit_id = g.unit_id",
                value.params,
            ),
        )
        sql = (
            "SELECT DISTINCT ON (a.ancestor_id) a.ancestor_id AS unit_id, v.n, v.d,"  # noqa: S608 - numbered names only
            " count(*) FILTER (WHERE v.value IS NULL) OVER (PARTITION BY a.ancestor_id) AS left_out"
            f" FROM {valued} v JOIN {ancestry} a ON a.unit_id = v.unit_id AND a.ancestor_id <> v.unit_id"
            f" ORDER BY a.ancestor_id, v.value {direction} NULLS LAST, v.unit_id"
        )
        above = self.table("above", Fragment(sql))
        return self.table(
            "total",
            Fragment(
                f"SELECT unit_id, n, d, left_out FROM {above} UNION ALL"  # noqa: S608 - numbered names only
                f" SELECT i.unit_id, i.n, i.d, i.left_out FROM {inner} i WHERE EXISTS (SELECT 1 FROM {ancestry} a"
                f" JOIN {groups} g ON g.unit_id = a.ancestor_id WHERE a.unit_id = i.unit_id)"
            ),
        )

    @total.register
    def _(self, node: meaning.StateOf) -> str:
        fact = self.fact(node.fact.key)
        level = node.fact.spec.level
        assert level is not None  # noqa: S101 - check refuses a state without a level
        sql = (
            "SELECT m.unit_id, f.value AS n, NULL::numeric AS d,"  # noqa: S608 - numbered names only
            " CASE WHEN f.value IS NULL THEN 1 ELSE 0 END AS left_out"
            f" FROM {self.members(level)} m LEFT JOIN {fact} f ON f.unit_id = m.unit_id"
        )
        return self.table("total", Fragment(sql))


def _rolled_up(rows: str, ancestry: str, ratio: bool) -> str:
    """Sum members upward; nought where nobody takes part, unknown where nothing is known."""
    whole = "COALESCE(sum(r.whole) FILTER (WHERE r.taken), 0)" if ratio else "NULL::numeric"
    return (
        "SELECT a.ancestor_id AS unit_id,"  # noqa: S608 - numbered names only
        " CASE WHEN count(*) FILTER (WHERE r.taken) = 0 AND count(*) FILTER (WHERE r.absent) > 0 THEN NULL"
        " ELSE COALESCE(sum(r.part) FILTER (WHERE r.taken), 0) END AS n,"
        f" {whole} AS d, count(*) FILTER (WHERE r.absent) AS left_out"
        " FROM (SELECT unit_id, part::numeric AS part, whole::numeric AS whole,"
        " COALESCE(among, FALSE) AND part IS NOT NULL AND whole IS NOT NULL AS taken,"
        " among IS NULL OR (among AND (part IS NULL OR whole IS NULL)) AS absent"
        f" FROM {rows}) r JOIN {ancestry} a ON a.unit_id = r.unit_id"
        " GROUP BY a.ancestor_id"
        " HAVING bool_or(r.taken OR r.absent) OR bool_or(a.ancestor_id <> a.unit_id)"
    )


def _count_of(alias: str) -> str:
    """The n of a joined count; nobody below is nought, not unknown."""
    return f"(CASE WHEN {alias}.unit_id IS NULL THEN 0 ELSE {alias}.n END)"


def _value_of(alias: str, total: meaning.Total) -> Fragment:
    """The shown value of a total's joined row."""
    if not total.is_ratio:
        return Fragment(f"{alias}.n" if isinstance(total, meaning.Extreme) else _count_of(alias))
    division = NULL_DIVISION.format(left=f"(%s::numeric * {alias}.n)", right=f"{alias}.d")
    return Fragment(division, (total.shown_times, DECIMALS))


class _Rows:
    """Writes row expressions of one population and remembers what must be joined."""

    def __init__(self, writer: _Writer) -> None:
        self.writer = writer
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
        column = f"{self.alias(self.writer.fact(node.key))}.value::numeric"
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
    def _(self, node: meaning.FirstKnown) -> Fragment:
        listed = self._listed(", ", node.options)
        return Fragment(f"COALESCE{listed.sql}", listed.params)

    @write.register
    def _(self, node: meaning.Rolled) -> Fragment:
        alias = self.alias(self.writer.total(node.total))
        return _value_of(alias, node.total)

    def _listed(self, separator: str, nodes: tuple[meaning.Row, ...]) -> Fragment:
        parts = [self.write(node) for node in nodes]
        params = tuple(value for part in parts for value in part.params)
        return Fragment(f"({separator.join(part.sql for part in parts)})", params)
