"""
Proven meaning to one SQL statement over all units.

Every fact becomes one common table, every total one more; names are numbered and literals are parameters, so nothing
of the formula's text is in the statement. The statement gives `unit_id, n, d, left_out` for the members and for
every unit above them; of a distribution `cells` too, an array of numbers in the order of its parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from functools import singledispatchmethod
from typing import TypeVar

from indicators.formula import meaning, proof
from indicators.formula.compile_members import Brought, sum_of
from indicators.formula.compile_rows import DECIMALS, Rows, count_of, difference_of_ratios, value_of
from indicators.formula.facts import HERE, FactSource, Fragment, Standpoint
from indicators.formula.words import Level

Counted = TypeVar("Counted", meaning.Tally, meaning.Distribution)


def compile_meaning(proven: proof.Meaning, facts: FactSource) -> Fragment:
    """Write the statement that computes the formula for every unit."""
    writer = _Writer(facts)
    last = writer.total(proven.total)
    return writer.statement(last, "cells" if proven.root is proof.Root.DISTRIBUTION else "")


def compile_held_against(proven: proof.Meaning, facts: FactSource) -> Fragment:
    """Write a statement that gives the numbers that members are held against: `place` among them, `unit_id, value`."""
    writer, parts = _Writer(facts), []
    for place, (standpoint, node) in enumerate(proven.held_against):
        with writer.seen_from(standpoint):
            parts.append(f"SELECT {place} AS place, unit_id, value FROM {writer.held_against(node)}")  # noqa: S608 - numbered names only
    writer.table("all", Fragment(" UNION ALL ".join(parts)))
    return writer.statement(writer.tables[-1][0], columns="place, unit_id, value")


@dataclass(slots=True)
class _Writer:
    """Collects the common tables of one statement."""

    facts: FactSource  # of the standpoint from which is read what is being written
    tables: list[tuple[str, Fragment]] = field(default_factory=list)
    known: dict[object, str] = field(default_factory=dict)
    read: dict[str, list[Fragment]] = field(default_factory=dict)  # the facts of a common table, in their order
    standpoint: Standpoint = HERE
    sources: dict[Standpoint, FactSource] = field(default_factory=dict)

    def back(self, years: int) -> AbstractContextManager[None]:
        """Write what is inside as it was years ago."""
        return self.seen_from(self.standpoint.back(years))

    @contextmanager
    def seen_from(self, standpoint: Standpoint) -> Iterator[None]:
        """Write what is inside from another standpoint."""
        here, facts = self.standpoint, self.facts
        self.sources.setdefault(here, facts)
        if standpoint not in self.sources:
            self.sources[standpoint] = self.sources[HERE].seen_from(standpoint)
        self.standpoint, self.facts = standpoint, self.sources[standpoint]
        try:
            yield
        finally:
            self.standpoint, self.facts = here, facts

    def statement(self, last: str, more: str = "", *, columns: str = "unit_id, n, d, left_out") -> Fragment:
        parts = []
        tables = [(name, self.reading(name, body)) for name, body in self.tables]
        for name, body in tables:
            how = "NOT MATERIALIZED " if body.is_kept else "MATERIALIZED " if name.startswith("rows") else ""
            parts.append(f"{name} AS {how}({body.sql})")
        params = tuple(value for _, body in tables for value in body.params)
        # S608: table names are numbered by this writer; no word of a formula is among them
        sql = f"WITH {', '.join(parts)} SELECT {columns}{more and f', {more}'} FROM {last}"  # noqa: S608 - see above
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
        return self.shared("ancestry", self.facts.mark, self.facts.ancestry)

    def members(self, level: Level) -> str:
        return self.shared("members", (self.facts.mark, level), lambda: self.facts.members(level))

    def holders(self, level: Level) -> str:
        return self.shared("holders", ("holders", self.facts.mark, level), lambda: self.holding(level))

    def holding(self, level: Level) -> Fragment:
        kept = self.facts.holders(level)
        return held_by(self.members(level)) if kept is None else kept

    def fact(self, key: meaning.FactKey) -> tuple[str, str]:
        column = self.facts.column(*key)
        table = self.shared("fact", ("rows", column.rows.sql, repr(column.rows.params)), lambda: column.rows)
        values = self.read.setdefault(table, [])
        if column.value not in values:
            values.append(column.value)
        return table, f"value_{values.index(column.value) + 1}"

    def those(self, key: meaning.FactKey) -> str | None:
        those = self.facts.those(*key)
        return None if those is None else self.shared("those", ("those", self.facts.mark, key), lambda: those)

    def reading(self, name: str, rows: Fragment) -> Fragment:
        """The body of a common table: of a table of facts the values that are asked of its rows."""
        if name not in self.read:
            return rows
        values = ", ".join(f"{value.sql} AS value_{place}" for place, value in enumerate(self.read[name], 1))
        params = tuple(param for value in self.read[name] for param in value.params)
        return Fragment(f"SELECT unit_id, {values} FROM ({rows.sql}) AS row", params + rows.params)  # noqa: S608 - the source's own SQL

    def standing(self) -> str:
        """The units that stood in the tree, however low."""
        ancestry = self.ancestry()
        return self.shared(
            "standing",
            ("standing", self.facts.mark),
            lambda: Fragment(f"SELECT DISTINCT unit_id FROM {ancestry}"),  # noqa: S608 - a numbered name
        )

    def rolled(self, node: meaning.Total) -> str:
        # The parts of a distribution hold the conditions before them, so the same total stands in several.
        key = ("rolled", id(node), self.standpoint)
        if key not in self.known:
            self.known[key] = self.total(node)
        return self.known[key]

    def above(self, node: meaning.Above) -> str:
        key = ("above", id(node), self.standpoint)
        if key not in self.known:
            held = self.held_against(node)
            sql = f"SELECT a.unit_id, h.value FROM {held} h JOIN {self.ancestry()} a ON a.ancestor_id = h.unit_id"  # noqa: S608 - numbered names only
            self.table("above", Fragment(sql), key)
        return self.known[key]

    def held_against(self, node: meaning.Above) -> str:
        """The number of each territory of the level that members below it are held against."""
        inner, groups, value = self.total(node.total), self.members(node.level), value_of("i", node.total)
        sql = f"SELECT g.unit_id, {value.sql} AS value FROM {groups} g LEFT JOIN {inner} i ON i.unit_id = g.unit_id"  # noqa: S608 - numbered names only
        return self.table("held", Fragment(sql, value.params))

    # --- totals --------------------------------------------------------------------------------------------------

    @singledispatchmethod
    def total(self, node: meaning.Total) -> str:
        """Add the tables of a total and return the last one's name."""
        raise TypeError(type(node).__name__)

    @total.register
    def _(self, node: meaning.Tally) -> str:
        whole = "COALESCE(s.whole_1, 0)" if node.whole is not None else "NULL::numeric"
        sql = (
            f"SELECT s.unit_id, {sum_of(1)} AS n, {whole} AS d, COALESCE(s.absent_1, 0) AS left_out"  # noqa: S608 - numbered names only
            f" FROM {self.sums(node)} s"
        )
        return self.table("total", Fragment(sql))

    def sums(self, *tallies: meaning.Tally) -> str:
        """
        Sum the members of one level upward, of one tally or of several at once: a row a unit with members to count, and
        a row a unit that is over any member.
        """
        rows = Rows(self)
        (level,) = {node.level for node in tallies}
        narrowed = [self.narrowed(node) for node in tallies]
        among = narrowed[0][1]
        if any(groups != among for _, groups in narrowed):
            narrowed, among = [(node, ()) for node in tallies], ()
        brought = [Brought.written(number, node, rows) for number, (node, _) in enumerate(narrowed, 1)]
        return self.summed_up(level, rows, brought, among)

    def summed_up(self, level: Level, rows: Rows, brought: Sequence[Brought], among: Iterable[str] = ()) -> str:
        """
        Sum what the members of a level bring, of the groups they must belong to, over everything above them.

        What a member brings is kept, so that it is computed once. Members that stand under the same units are summed
        together first: there are far fewer of such branches than of members, and most units with a sum are members.
        """
        given = (
            f"SELECT m.unit_id, m.above, {', '.join(one.given for one in brought)}"  # noqa: S608 - numbered names only
            f" FROM {self.members(level)} m{rows.joins()}{_within(among)}"
        )
        if any(one.is_judged for one in brought):
            # The fence keeps what a member has from being computed again for each question that is asked of it.
            judged = ", ".join(one.judged for one in brought)
            concerned = " OR ".join(one.concerned for one in brought)
            given = f"SELECT unit_id, above, {judged} FROM ({given} OFFSET 0) AS given WHERE {concerned}"  # noqa: S608 - numbered names only
        members = self.table("rows", Fragment(given, tuple(value for one in brought for value in one.params)))
        sums = [one for each in brought for one in each.sums]
        summed = ", ".join(f"{one.of_many} AS {one.name}" for one in sums)
        branches = self.table(
            "branches",
            Fragment(f"SELECT r.above, {summed} FROM {members} r GROUP BY r.above"),  # noqa: S608 - numbered names only
        )
        names = [one.name for one in sums]
        again = ", ".join(f"{one.again} AS {one.name}" for one in sums)
        over = self.table(
            "over",
            Fragment(
                f"SELECT h.unit_id, {', '.join(f'b.{name}' for name in names)} FROM {self.holders(level)} h"  # noqa: S608 - numbered names only
                f" LEFT JOIN (SELECT key, {again} FROM {branches} b CROSS JOIN LATERAL unnest(b.above) AS above (key)"
                " GROUP BY key) AS b ON b.key = h.unit_id"
            ),
        )
        own = ", ".join(f"{one.of_one} AS {one.name}" for one in sums)
        added = ", ".join(f"COALESCE(r.{name} + o.{name}, r.{name}, o.{name}) AS {name}" for name in names)
        sql = (
            f"SELECT COALESCE(r.unit_id, o.unit_id) AS unit_id, o.unit_id IS NOT NULL AS is_over, {added}"  # noqa: S608 - numbered names only
            f" FROM (SELECT r.unit_id, {own} FROM {members} r) AS r FULL JOIN {over} o ON o.unit_id = r.unit_id"
        )
        return self.table("sums", Fragment(sql))

    def narrowed(self, node: Counted) -> tuple[Counted, tuple[str, ...]]:
        """
        Take out of a tally's «среди» what says whose members are looked at at all.

        Where it is known of all whether they meet a condition, the few who do are looked for, and nobody else.
        """
        match node.among:
            case None:
                return node, ()
            case meaning.Joined("and", operands):
                asked = operands
            case one:
                asked = (one,)
        found = [self.those(one.key) if isinstance(one, meaning.Fact) else None for one in asked]
        rest = tuple(one for one, group in zip(asked, found, strict=True) if group is None)
        among = None if not rest else rest[0] if len(rest) == 1 else meaning.Joined("and", rest)
        return replace(node, among=among), tuple(group for group in found if group is not None)

    def at_once(self, part: meaning.Tally, whole: meaning.Tally) -> str:
        """The quotient of two tallies of one level, whose members are gone through once."""
        sql = (
            f"SELECT s.unit_id, {sum_of(1)} AS n, {sum_of(2)} AS d, COALESCE(s.absent_1 + s.absent_2, 0) AS left_out"  # noqa: S608 - numbered names only
            f" FROM {self.sums(part, whole)} s WHERE s.is_over OR s.taken_2 + s.absent_2 > 0"
        )
        return self.table("total", Fragment(sql))

    @total.register
    def _(self, node: meaning.Distribution) -> str:
        rows = Rows(self)
        tally, among = self.narrowed(node)
        sums = self.summed_up(node.level, rows, [Brought.spread(tally, rows)], among)
        count = range(1, len(node.parts) + 1)
        cells = ", ".join(sum_of(1, f"cell_{place}") for place in count)
        sql = (
            f"SELECT s.unit_id, {sum_of(1)} AS n, NULL::numeric AS d, COALESCE(s.absent_1, 0) AS left_out,"  # noqa: S608 - numbered names only
            f" CASE WHEN s.taken_1 > 0 OR COALESCE(s.absent_1, 0) = 0 THEN ARRAY[{cells}] END AS cells"
            f" FROM {sums} s"
        )
        return self.table("total", Fragment(sql))

    @total.register
    def _(self, node: meaning.Combined) -> str:
        last = self.total(node.operands[0])
        for place, (operator, operand) in enumerate(zip(node.operators, node.operands[1:], strict=True)):
            right = self.total(operand)
            join = "FULL" if proof.counted_alike(node.first(place + 1), operand) else "INNER"
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
        match node:
            case meaning.Quotient(part=meaning.Tally() as above, whole=meaning.Tally() as below):
                if above.level == below.level:
                    return self.at_once(above, below)
        part, whole = self.total(node.part), self.total(node.whole)
        join = "LEFT" if proof.counted_alike(node.part, node.whole) else "INNER"
        sql = (
            "SELECT w.unit_id, CASE WHEN p.left_out IS NULL THEN 0 ELSE p.n END AS n, w.n AS d,"  # noqa: S608 - numbered names only
            " w.left_out + COALESCE(p.left_out, 0) AS left_out"
            f" FROM {whole} w {join} JOIN {part} p ON p.unit_id = w.unit_id"
        )
        return self.table("total", Fragment(sql))

    @total.register
    def _(self, node: meaning.Earlier) -> str:
        with self.back(node.years):
            return self.total(node.total)

    @total.register
    def _(self, node: meaning.Referred) -> str:
        with self.seen_from(self.standpoint.of(node.key)):
            mark = (node.code, node.chosen, self.facts.mark)
            if mark not in self.known:
                self.known[mark] = self.total(node.total)
        return self.known[mark]

    @total.register
    def _(self, node: meaning.Change) -> str:
        now = self.total(node.total)
        with self.back(node.years):
            before = self.total(node.total)
        pair = difference_of_ratios() if node.is_ratio else "l.n - r.n AS n, NULL::numeric AS d"
        sql = (
            f"SELECT l.unit_id, {pair}, l.left_out + r.left_out AS left_out"  # noqa: S608 - numbered names only
            f" FROM {now} l JOIN {before} r ON r.unit_id = l.unit_id"
        )
        return self.table("total", Fragment(sql))

    @total.register
    def _(self, node: meaning.Extreme) -> str:
        inner, groups, ancestry = self.total(node.total), self.members(node.level), self.ancestry()
        value = value_of("i", node.total)
        n = count_of("i") if proof.is_additive(node.total) else "i.n"
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
        fact, value = self.fact(node.fact.key)
        level = node.fact.spec.level
        assert level is not None  # noqa: S101 - check refuses a state without a level
        sql = (
            f"SELECT m.unit_id, f.{value} AS n, NULL::numeric AS d,"  # noqa: S608 - numbered names only
            f" CASE WHEN f.{value} IS NULL THEN 1 ELSE 0 END AS left_out"
            f" FROM {self.members(level)} m LEFT JOIN {fact} f ON f.unit_id = m.unit_id"
        )
        return self.table("total", Fragment(sql))


def held_by(members: str) -> Fragment:
    """The units that stand over any of the members, which are those of a table or of a statement in brackets."""
    return Fragment(f"SELECT DISTINCT unnest(above) AS unit_id FROM (SELECT DISTINCT above FROM {members} AS m) AS m")  # noqa: S608 - numbered names only


def _within(groups: Iterable[str]) -> str:
    """The condition that a member belongs to every one of some groups."""
    conditions = [f"m.unit_id IN (SELECT unit_id FROM {group})" for group in groups]  # noqa: S608 - numbered names only
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""
