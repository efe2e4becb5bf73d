"""
Proven meaning to one SQL statement over all units.

Every fact becomes one common table, every total one more; names are numbered and literals are parameters, so nothing
of the formula's text is in the statement. The statement gives `unit_id, n, d, left_out` for the members and for
every unit above them; of a distribution `cells` too, an array of numbers in the order of its parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import singledispatchmethod

from indicators.formula import meaning, proof
from indicators.formula.compile_members import Brought, sum_of
from indicators.formula.compile_rows import DECIMALS, Rows, count_of, value_of
from indicators.formula.facts import HERE, FactSource, Fragment, Standpoint
from indicators.formula.words import Level


def compile_meaning(proven: proof.Meaning, facts: FactSource) -> Fragment:
    """Write the statement that computes the formula for every unit."""
    writer = _Writer(facts)
    last = writer.total(proven.total)
    return writer.statement(last, "cells" if proven.root is proof.Root.DISTRIBUTION else "")


@dataclass(slots=True)
class _Writer:
    """Collects the common tables of one statement."""

    facts: FactSource  # of the standpoint from which is read what is being written
    tables: list[tuple[str, Fragment]] = field(default_factory=list)
    known: dict[object, str] = field(default_factory=dict)
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

    def statement(self, last: str, more: str = "") -> Fragment:
        # Members and ancestry are read where they are needed, so that the planner sees the statistics of their tables.
        read = ("ancestry", "members", "holders")
        parts = []
        for name, body in self.tables:
            how = "NOT MATERIALIZED " if name.startswith(read) else "MATERIALIZED " if name.startswith("rows") else ""
            parts.append(f"{name} AS {how}({body.sql})")
        params = tuple(value for _, body in self.tables for value in body.params)
        # S608: table names are numbered by this writer; no word of a formula is among them
        sql = f"WITH {', '.join(parts)} SELECT unit_id, n, d, left_out{more and f', {more}'} FROM {last}"  # noqa: S608 - see above
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
        return self.shared("holders", ("holders", self.facts.mark, level), lambda: self.facts.holders(level))

    def fact(self, key: meaning.FactKey) -> str:
        return self.shared("fact", (self.facts.mark, key), lambda: self.facts.fragment(*key))

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

    # --- totals --------------------------------------------------------------------------------------------------

    @singledispatchmethod
    def total(self, node: meaning.Total) -> str:
        """Add the tables of a total and return the last one's name."""
        raise TypeError(type(node).__name__)

    @total.register
    def _(self, node: meaning.Tally) -> str:
        sums = self.sums(node)
        holders = self.holders(node.level)
        whole = "COALESCE(s.whole_1, 0)" if node.whole is not None else "NULL::numeric"
        sql = (
            f"SELECT COALESCE(s.unit_id, h.unit_id) AS unit_id, {sum_of(1)} AS n, {whole} AS d,"  # noqa: S608 - numbered names only
            f" COALESCE(s.absent_1, 0) AS left_out FROM {sums} s FULL JOIN {holders} h ON h.unit_id = s.unit_id"
        )
        return self.table("total", Fragment(sql))

    def sums(self, *tallies: meaning.Tally) -> str:
        """
        Sum the members of one level upward, of one tally or of several at once: a row a unit with members to count.

        What a member brings is kept before it is joined to what stands above it, so that it is computed once.
        """
        rows = Rows(self)
        brought = [Brought.written(number, node, rows) for number, node in enumerate(tallies, 1)]
        (level,) = {node.level for node in tallies}
        return self.summed_up(level, rows, brought)

    def summed_up(self, level: Level, rows: Rows, brought: Sequence[Brought]) -> str:
        """Sum what the members of a level bring over everything above them."""
        given = (
            f"SELECT m.unit_id, {', '.join(one.given for one in brought)}"  # noqa: S608 - numbered names only
            f" FROM {self.members(level)} m{rows.joins()}"
        )
        if any(one.is_judged for one in brought):
            # The fence keeps what a member has from being computed again for each question that is asked of it.
            judged = ", ".join(one.judged for one in brought)
            concerned = " OR ".join(one.concerned for one in brought)
            given = f"SELECT unit_id, {judged} FROM ({given} OFFSET 0) AS given WHERE {concerned}"  # noqa: S608 - numbered names only
        members = self.table("rows", Fragment(given, tuple(value for one in brought for value in one.params)))
        summed = ", ".join(one.summed for one in brought)
        sql = (
            f"SELECT a.ancestor_id AS unit_id, {summed} FROM {members} r"  # noqa: S608 - numbered names only
            f" JOIN {self.ancestry()} a ON a.unit_id = r.unit_id GROUP BY a.ancestor_id"
        )
        return self.table("sums", Fragment(sql))

    def at_once(self, part: meaning.Tally, whole: meaning.Tally) -> str:
        """The quotient of two tallies of one level, whose members are gone through once."""
        sums, holders = self.sums(part, whole), self.holders(part.level)
        sql = (
            f"SELECT COALESCE(s.unit_id, h.unit_id) AS unit_id, {sum_of(1)} AS n, {sum_of(2)} AS d,"  # noqa: S608 - numbered names only
            f" COALESCE(s.absent_1 + s.absent_2, 0) AS left_out"
            f" FROM {sums} s FULL JOIN {holders} h ON h.unit_id = s.unit_id"
            " WHERE h.unit_id IS NOT NULL OR s.taken_2 + s.absent_2 > 0"
        )
        return self.table("total", Fragment(sql))

    @total.register
    def _(self, node: meaning.Distribution) -> str:
        rows = Rows(self)
        sums, holders = self.summed_up(node.level, rows, [Brought.spread(node, rows)]), self.holders(node.level)
        count = range(1, len(node.parts) + 1)
        cells = ", ".join(sum_of(1, f"cell_{place}") for place in count)
        sql = (
            f"SELECT COALESCE(s.unit_id, h.unit_id) AS unit_id, {sum_of(1)} AS n, NULL::numeric AS d,"  # noqa: S608 - numbered names only
            f" COALESCE(s.absent_1, 0) AS left_out,"
            f" CASE WHEN s.taken_1 > 0 OR COALESCE(s.absent_1, 0) = 0 THEN ARRAY[{cells}] END AS cells"
            f" FROM {sums} s FULL JOIN {holders} h ON h.unit_id = s.unit_id"
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
        pair = _difference() if node.is_ratio else "l.n - r.n AS n, NULL::numeric AS d"
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
        fact = self.fact(node.fact.key)
        level = node.fact.spec.level
        assert level is not None  # noqa: S101 - check refuses a state without a level
        sql = (
            "SELECT m.unit_id, f.value AS n, NULL::numeric AS d,"  # noqa: S608 - numbered names only
            " CASE WHEN f.value IS NULL THEN 1 ELSE 0 END AS left_out"
            f" FROM {self.members(level)} m LEFT JOIN {fact} f ON f.unit_id = m.unit_id"
        )
        return self.table("total", Fragment(sql))


def _difference() -> str:
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
