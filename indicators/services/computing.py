"""One edition in one period: one statement that computes, compares and writes only what differs."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.db import connection

from indicators.enums import RollUp, ValueStatus
from indicators.facts import Basis, Cause, FactsOf, find_fact
from indicators.formula.check import check
from indicators.formula.compile import compile_meaning, held_by
from indicators.formula.errors import FormulaError
from indicators.formula.facts import Fragment
from indicators.formula.meaning import Extreme, Referred, Scaled, StateOf, Total
from indicators.formula.proof import Meaning, Root, adds_up
from indicators.formula.words import Level
from indicators.models import IndicatorEdition, IndicatorValue, RecalculationRun, ValueCells
from indicators.selectors.pins import Pin
from indicators.selectors.staleness import indicator_key
from indicators.services.beside import writing_beside
from indicators.services.held import keep_held_against
from schools.models import Ancestry

LOCK_SPACE = 4_101  # of advisory locks: one for each edition, so that two recalculations cannot interleave


@dataclass(frozen=True, slots=True)
class Counts:
    """What one computation did."""

    computed: int
    changed: int
    removed: int


def proven(formula: str, basis: Basis | None = None, *, code: str = "") -> Meaning:
    """
    Check a formula against the registered facts, as that of the indicator of a code.

    :raises FormulaError: if it makes no sense, or leads back to the indicator itself
    """
    return check(formula, FactsOf(basis), code=code)


def dependencies(meaning: Meaning) -> set[str]:
    """The facts that a formula depends on, each by its name alone and with its parameters, and the indicators."""
    names = {indicator_key(code) for code in meaning.references}
    for name, params in meaning.facts:
        known = find_fact(name)
        names |= {name, fact_key(name, *(known.depended_on(params) if known else params))}
    return names


def roll_up_of(meaning: Meaning) -> RollUp:
    """Say how the value of a higher unit is made of what lies below it."""
    total: Total = meaning.total
    while isinstance(total, Scaled | Referred):
        total = total.total
    match total:
        case StateOf():
            return RollUp.NONE
        case Extreme(least=least):
            return RollUp.LEAST if least else RollUp.GREATEST
        case _ if not adds_up(total):
            return RollUp.ANEW
        case _:
            return RollUp.SHARE if total.is_ratio else RollUp.SUM


def fact_key(name: str, *params: object) -> str:
    """A fact with its parameters as it is written in a note, such as `есть(методика_анализа)`."""
    return f"{name}({', '.join(str(param) for param in params)})"


class KeptTree:
    """
    The members and the ancestry of a day in temporary tables with statistics, for the length of a block.

    They go with the transaction, unless it is a lasting one: that stays over several, until the block ends.
    """

    def __init__(self, *, is_lasting: bool = False) -> None:
        self._is_lasting = is_lasting
        self._made: dict[str, str] = {}
        self._read_at: object = None

    def __enter__(self) -> KeptTree:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        if kind is None or (self._is_lasting and connection.is_usable()):
            self._drop()

    def renew(self, read_at: object) -> None:
        """Read everything anew if the tree has changed since: `read_at` is any mark of its newest change."""
        if read_at != self._read_at:
            self._drop()
            self._read_at = read_at

    def kept(self, name: str, columns: str, read: Callable[[], Fragment]) -> Fragment:
        """Keep under a name what a fragment gives, once, and return a fragment that reads it there."""
        if name not in self._made:
            given, ends = read(), "PRESERVE ROWS" if self._is_lasting else "DROP"
            with connection.cursor() as cursor:
                cursor.execute(f"DROP TABLE IF EXISTS pg_temp.opora_{name}")
                cursor.execute(f"CREATE TEMPORARY TABLE opora_{name} ON COMMIT {ends} AS {given.sql}", given.params)
                cursor.execute(f"ANALYZE opora_{name}")
            self._made[name] = f"pg_temp.opora_{name}"
        return Fragment(f"SELECT {columns} FROM {self._made[name]}", is_kept=True)  # noqa: S608 - a name of this module's own

    def _drop(self) -> None:
        if self._made:
            with connection.cursor() as cursor:
                cursor.execute(f"DROP TABLE IF EXISTS {', '.join(self._made.values())}")
        self._made = {}


class FactsOfRun(FactsOf):
    """The facts of a basis for a run of many statements: its tree is read once, and the planner knows its size."""

    def __init__(self, basis: Basis, tree: KeptTree) -> None:
        super().__init__(basis)
        self._tree = tree
        self._day = f"{basis.on:%Y%m%d}"

    def of_basis(self, basis: Basis) -> FactsOfRun:
        """Return the facts of another basis, its tree kept beside this one's."""
        return FactsOfRun(basis, self._tree)

    def members(self, level: Level) -> Fragment:
        """Return SQL giving `unit_id, above` of the units that exist on the basis's day."""
        return self._tree.kept(
            f"{level.value}_{self._day}", "unit_id, above", lambda: super(FactsOfRun, self).members(level)
        )

    def ancestry(self) -> Fragment:
        """Return SQL giving `unit_id, ancestor_id` on the basis's day."""
        return self._tree.kept(f"ancestry_{self._day}", "unit_id, ancestor_id", super().ancestry)

    def holders(self, level: Level) -> Fragment:
        """Return SQL giving `unit_id` of the units above a unit of the level on the basis's day."""
        return self._tree.kept(
            f"above_{level.value}_{self._day}", "unit_id", lambda: held_by(f"({self.members(level).sql})")
        )


def compute(
    *,
    edition: IndicatorEdition,
    meaning: Meaning,
    facts: FactsOf,
    run: RecalculationRun,
    unit_ids: Collection[int] | None = None,
    pin: Pin | None = None,
) -> Counts:
    """
    Compute an edition in a period and keep the difference, in the caller's transaction. Doing it twice changes nothing.

    `unit_ids` are the units of which something has changed: computed are they and those above them, all where it
    is None. With a `pin` the period is closed: its values stay, and what differs from them is kept beside. An advisory
    lock keeps a second recalculation of the edition waiting until the transaction ends.
    """
    basis = facts.known_basis
    stated = _within(compile_meaning(meaning, facts), edition.indicator.owner_id, basis)
    touched = None if unit_ids is None else _touched(unit_ids, basis)
    valued = _valued(stated, meaning, missing_status(meaning, facts))
    keys = (edition.pk, basis.period.pk, run.pk)
    has_cells = meaning.root is Root.DISTRIBUTION
    if pin is None:
        written = _writing(valued, keys=keys, touched=touched, has_cells=has_cells)
    else:
        written = writing_beside(valued, keys=keys, touched=touched, edition=edition, pin=pin, has_cells=has_cells)
    hold_edition(edition.pk)
    if edition.parts != list(meaning.labels):  # the procedure has been given other levels since the edition was written
        _rename_parts(edition, meaning)
    with connection.cursor() as cursor:
        cursor.execute(written.sql, written.params)
        computed, changed, removed = cursor.fetchone()
    if meaning.held_against and pin is None:
        keep_held_against(edition=edition, meaning=meaning, facts=facts)
    return Counts(computed, changed, removed)


def _rename_parts(edition: IndicatorEdition, meaning: Meaning) -> None:
    """Name the parts of an edition anew, unless its values are official somewhere with the parts that they have."""
    if is_official(edition):
        said = ", ".join(meaning.labels)
        raise FormulaError(f"части распределения теперь другие: {said}. Запишите новую редакцию с тем же определением.")
    name_parts(edition, meaning)


def name_parts(edition: IndicatorEdition, meaning: Meaning) -> None:
    """Keep with an edition what the parts of its distribution are called."""
    edition.parts = list(meaning.labels)
    edition.save(update_fields=["parts"])


def is_official(edition: IndicatorEdition) -> bool:
    """Whether values of an edition are official in a period that is closed."""
    return edition.pins.filter(closing__closes__isnull=False).exists()


def hold_edition(edition: int) -> None:
    """Wait for whoever computes an edition, and hold it until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_SPACE, edition])


def _touched(unit_ids: Collection[int], basis: Basis) -> Fragment:
    """The units whose values may change with those given: they themselves and all that stood above them."""
    sql = f"""
        SELECT ancestor_id AS unit_id FROM {Ancestry._meta.db_table}
        WHERE unit_id = ANY(%s) AND valid_from <= %s AND (valid_to IS NULL OR valid_to >= %s)
        UNION SELECT unnest(%s::bigint[])
    """  # noqa: S608 - the table's own name
    units = sorted(unit_ids)
    return Fragment(sql, (units, basis.on, basis.on, units))


def _within(statement: Fragment, owner: int | None, basis: Basis) -> Fragment:
    """Keep the owner of an indicator and the units that stood under it; everybody, where it is the region's."""
    if owner is None:
        return statement
    sql = f"""
        SELECT stated.* FROM ({statement.sql}) AS stated
        WHERE stated.unit_id IN (
            SELECT unit_id FROM {Ancestry._meta.db_table}
            WHERE ancestor_id = %s AND valid_from <= %s AND (valid_to IS NULL OR valid_to >= %s)
        )
    """  # noqa: S608 - the table's own name round a compiled statement
    return Fragment(sql, (*statement.params, owner, basis.on, basis.on))


def missing_status(meaning: Meaning, facts: FactsOf) -> Cause:
    """
    Why there is no value where nothing is known: nobody has a fact, or single units lack it.

    That a procedure was not held comes before all else: nobody can mend it.
    """
    usual: Cause | None = None
    causes: list[Cause] = []
    for standpoint, (name, params) in sorted(meaning.asked, key=str):
        source = facts.seen_from(standpoint)
        cause = source.cause(name, params)
        if cause is not None:
            causes.append(cause)
        if find_fact(name) is not None and (usual is None or usual.status == ValueStatus.NOT_SUBMITTED):
            usual = source.missing(name, params)
    not_held = [cause for cause in causes if cause.status == ValueStatus.NOT_HELD]
    return next(iter(not_held or causes), usual or Cause("данные не внесены"))


def _valued(stated: Fragment, meaning: Meaning, missing: Cause) -> Fragment:
    """Say of every computed pair whether it is a value, and if not, why."""
    unknown = "n IS NULL OR COALESCE(d, 0) = 0" if meaning.total.is_ratio else "n IS NULL"
    cells = ""
    if meaning.root is Root.DISTRIBUTION:
        unknown, cells = "COALESCE(n, 0) = 0", "cells,"
    sql = f"""
        SELECT unit_id, round(n, 4) AS n, round(d, 4) AS d, left_out::integer AS left_out, {cells}
            CASE WHEN NOT ({unknown}) THEN '{ValueStatus.KNOWN}'
                 WHEN left_out = 0 THEN '{ValueStatus.NOBODY}'
                 ELSE %s END AS status
        FROM ({stated.sql}) AS stated
    """  # noqa: S608 - the statement is made of numbered names; the rest are this module's own words
    return Fragment(sql, (missing.status.value, *stated.params))


def _writing(
    valued: Fragment, *, keys: tuple[int, int, int], touched: Fragment | None, has_cells: bool = False
) -> Fragment:
    """
    Wrap a statement of values into one that writes the difference; `keys` are those of edition, period and run.

    What is the same is not touched at all, not even locked, so that a run that changes nothing writes nothing. Cells
    of a distribution are written beside the values: where they differ, the value does, though its n may be the same.
    """
    table = IndicatorValue._meta.db_table
    edition, period, run = keys
    among, scope, cells, is_changed = Fragment(""), "", Fragment(""), ""
    if touched is not None:
        among = Fragment(f"touched AS ({touched.sql}),", touched.params)
        scope = "unit_id IN (SELECT unit_id FROM touched)"
    if has_cells:
        cells = _writing_cells(edition, period, scope and f"AND {scope}")
        is_changed = "OR computed.unit_id IN (SELECT unit_id FROM changed_cells)"
    sql = f"""
        WITH {among.sql} computed AS MATERIALIZED (
            SELECT * FROM ({valued.sql}) AS valued {scope and f"WHERE {scope}"}
        ), present AS MATERIALIZED (
            SELECT id, unit_id, n, d, left_out, status FROM {table}
            WHERE edition_id = %s AND period_id = %s {scope and f"AND {scope}"}
        ){cells.sql}, removed AS (
            DELETE FROM {table} WHERE id IN (
                SELECT id FROM present WHERE NOT EXISTS (
                    SELECT 1 FROM computed WHERE computed.unit_id = present.unit_id
                )
            )
            RETURNING 1
        ), changed AS (
            UPDATE {table} AS kept
            SET n = computed.n, d = computed.d, left_out = computed.left_out, status = computed.status, run_id = %s
            FROM computed JOIN present USING (unit_id)
            WHERE kept.id = present.id AND ((present.n, present.d, present.left_out, present.status)
                IS DISTINCT FROM (computed.n, computed.d, computed.left_out, computed.status) {is_changed})
            RETURNING 1
        ), added AS (
            INSERT INTO {table} (edition_id, period_id, run_id, unit_id, n, d, left_out, status)
            SELECT %s, %s, %s, unit_id, n, d, left_out, status FROM computed
            WHERE NOT EXISTS (SELECT 1 FROM present WHERE present.unit_id = computed.unit_id)
            RETURNING 1
        )
        SELECT (SELECT count(*) FROM computed),
            (SELECT count(*) FROM changed) + (SELECT count(*) FROM added), (SELECT count(*) FROM removed)
    """  # noqa: S608 - the statement is made of numbered names; the rest are this module's own words
    keyed = (edition, period, *cells.params, run, edition, period, run)
    return Fragment(sql, (*among.params, *valued.params, *keyed))


def _writing_cells(edition: int, period: int, scope: str) -> Fragment:
    """The tables of a statement that write the cells of what is computed, as it writes the values."""
    table = ValueCells._meta.db_table
    sql = f""", kept_cells AS MATERIALIZED (
            SELECT unit_id, cells FROM {table} WHERE edition_id = %s AND period_id = %s {scope}
        ), removed_cells AS (
            DELETE FROM {table} WHERE edition_id = %s AND period_id = %s AND unit_id IN (
                SELECT unit_id FROM kept_cells EXCEPT SELECT unit_id FROM computed WHERE cells IS NOT NULL
            )
        ), changed_cells AS (
            INSERT INTO {table} (edition_id, period_id, unit_id, cells)
            SELECT %s, %s, unit_id, computed.cells::numeric(20, 4)[] FROM computed LEFT JOIN kept_cells USING (unit_id)
            WHERE computed.cells IS NOT NULL
                AND computed.cells::numeric(20, 4)[] IS DISTINCT FROM kept_cells.cells
            ON CONFLICT (edition_id, period_id, unit_id) DO UPDATE SET cells = excluded.cells
            RETURNING unit_id
        )"""  # noqa: S608 - the table's own name and this module's own words
    return Fragment(sql, (edition, period) * 3)
