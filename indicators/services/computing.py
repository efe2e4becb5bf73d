"""One edition in one period: one statement that computes, compares and writes only what differs."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from indicators.enums import RollUp, ValueStatus
from indicators.facts import Basis, Cause, FactsOf, find_fact
from indicators.formula.check import check
from indicators.formula.compile import compile_meaning
from indicators.formula.facts import Fragment
from indicators.formula.meaning import Extreme, Meaning, Root, Scaled, StateOf, Total
from indicators.models import IndicatorEdition, IndicatorValue, RecalculationRun
from schools.models import Ancestry

LOCK_SPACE = 4_101  # of advisory locks: one for each edition, so that two recalculations cannot interleave


@dataclass(frozen=True, slots=True)
class Counts:
    """What one computation did."""

    computed: int
    changed: int
    removed: int


def proven(formula: str, basis: Basis | None = None) -> Meaning:
    """Check a formula against the registered facts. :raises FormulaError: if it makes no sense."""
    return check(formula, FactsOf(basis))


def dependencies(meaning: Meaning) -> set[str]:
    """The facts that a formula depends on: each by its name alone, and with its parameters."""
    names = set()
    for name, params in meaning.facts:
        names |= {name, fact_key(name, *params)}
    return names


def roll_up_of(meaning: Meaning) -> RollUp:
    """Say how the value of a higher unit is made of what lies below it."""
    total: Total = meaning.total
    while isinstance(total, Scaled):
        total = total.total
    match total:
        case StateOf():
            return RollUp.NONE
        case Extreme(least=least):
            return RollUp.LEAST if least else RollUp.GREATEST
        case _:
            return RollUp.SHARE if total.is_ratio else RollUp.SUM


def fact_key(name: str, *params: object) -> str:
    """A fact with its parameters as it is written in a note, such as `есть(методика_анализа)`."""
    return f"{name}({', '.join(str(param) for param in params)})"


def compute(*, edition: IndicatorEdition, basis: Basis, run: RecalculationRun) -> Counts:
    """
    Compute an edition for every unit of a period and keep the difference, in the caller's transaction.

    Doing it twice changes nothing. :raises FormulaError: if the formula has ceased to make sense.
    """
    facts = FactsOf(basis)
    meaning = check(edition.formula, facts)
    statement = compile_meaning(meaning, facts)
    written = _writing(_within(statement, edition.indicator.owner_id, basis), meaning, missing_status(meaning, facts))
    keys = {"edition": edition.pk, "period": basis.period.pk, "run": run.pk}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_SPACE, edition.pk])
        order = (keys["edition"], keys["period"], keys["edition"], keys["period"], keys["run"])
        cursor.execute(written.sql, [*written.params, *order])
        computed, changed, removed = cursor.fetchone()
    return Counts(computed, changed, removed)


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
    for name, params in sorted(meaning.facts, key=str):
        cause = facts.cause(name, params)
        if cause is not None:
            causes.append(cause)
        if find_fact(name) is not None and (usual is None or usual.status == ValueStatus.NOT_SUBMITTED):
            usual = facts.missing(name, params)
    not_held = [cause for cause in causes if cause.status == ValueStatus.NOT_HELD]
    return next(iter(not_held or causes), usual or Cause("данные не внесены"))


def _writing(statement: Fragment, meaning: Meaning, missing: Cause) -> Fragment:
    """Wrap a statement of values into one that writes the difference."""
    table = IndicatorValue._meta.db_table
    unknown = "n IS NULL OR COALESCE(d, 0) = 0" if meaning.root is Root.RATIO else "n IS NULL"
    sql = f"""
        WITH computed AS MATERIALIZED (
            SELECT unit_id, round(n, 4) AS n, round(d, 4) AS d, left_out::integer AS left_out,
                CASE WHEN NOT ({unknown}) THEN '{ValueStatus.KNOWN}'
                     WHEN left_out = 0 THEN '{ValueStatus.NOBODY}'
                     ELSE %s END AS status
            FROM ({statement.sql}) AS stated
        ), removed AS (
            DELETE FROM {table} AS kept
            WHERE kept.edition_id = %s AND kept.period_id = %s
                AND NOT EXISTS (SELECT 1 FROM computed WHERE computed.unit_id = kept.unit_id)
            RETURNING 1
        ), written AS (
            INSERT INTO {table} AS kept (edition_id, period_id, run_id, unit_id, n, d, left_out, status)
            SELECT %s, %s, %s, unit_id, n, d, left_out, status FROM computed
            ON CONFLICT (edition_id, period_id, unit_id) DO UPDATE
            SET n = excluded.n, d = excluded.d, left_out = excluded.left_out, status = excluded.status,
                run_id = excluded.run_id
            WHERE (kept.n, kept.d, kept.left_out, kept.status)
                IS DISTINCT FROM (excluded.n, excluded.d, excluded.left_out, excluded.status)
            RETURNING 1
        )
        SELECT (SELECT count(*) FROM computed), (SELECT count(*) FROM written), (SELECT count(*) FROM removed)
    """  # noqa: S608 - the statement is made of numbered names; the rest are this module's own words
    return Fragment(sql, (missing.status.value, *statement.params))
