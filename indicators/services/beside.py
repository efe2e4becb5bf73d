"""What official values of a closed period would be now: one statement that keeps beside them what differs."""

from __future__ import annotations

from indicators.formula.facts import Fragment
from indicators.models import IndicatorEdition, IndicatorValue, ValueCells, ValueSinceClosing
from indicators.selectors.pins import Pin


def writing_beside(
    valued: Fragment,
    *,
    keys: tuple[int, int, int],
    touched: Fragment | None,
    edition: IndicatorEdition,
    pin: Pin,
    has_cells: bool,
) -> Fragment:
    """
    Wrap a statement of values into one that writes what differs from the pinned edition's; `keys` as in `computing`.

    Where the scale is another, every number is read otherwise, and all of them differ. A value that agrees with the
    official one again is taken from what stands beside. The cells of a distribution are a part of its value.
    """
    key, period, run = keys
    among, scope = Fragment(""), "TRUE"
    if touched is not None:
        among = Fragment(f"touched AS ({touched.sql}),", touched.params)
        scope = "unit_id IN (SELECT unit_id FROM touched)"
    cells = "cells::numeric(20, 4)[]" if has_cells else "NULL::numeric(20, 4)[]"
    before = (pin.edition_id, period, edition.scale != pin.scale, edition.indicator_id, period)
    after = (key, run, key, edition.indicator_id, period, key, run)
    return Fragment(_text(valued.sql, among.sql, scope, cells), (*among.params, *valued.params, *before, *after))


def _text(valued: str, among: str, scope: str, cells: str) -> str:
    table, official, kept_cells = (each._meta.db_table for each in (ValueSinceClosing, IndicatorValue, ValueCells))
    return f"""
        WITH {among} computed AS MATERIALIZED (
            SELECT unit_id, n, d, left_out, status, {cells} AS cells FROM ({valued}) AS valued WHERE {scope}
        ), approved AS (
            SELECT unit_id, n, d, left_out, status, cells
            FROM {official} LEFT JOIN {kept_cells} USING (edition_id, period_id, unit_id)
            WHERE edition_id = %s AND period_id = %s AND {scope}
        ), differing AS MATERIALIZED (
            SELECT unit_id, c.n, c.d, coalesce(c.left_out, 0) AS left_out, coalesce(c.status, '') AS status, c.cells
            FROM computed AS c FULL JOIN approved AS a USING (unit_id)
            WHERE %s OR (a.n, a.d, a.left_out, a.status, a.cells)
                IS DISTINCT FROM (c.n, c.d, c.left_out, c.status, c.cells)
        ), present AS MATERIALIZED (
            SELECT id, unit_id, edition_id, n, d, left_out, status, cells FROM {table}
            WHERE indicator_id = %s AND period_id = %s AND {scope}
        ), removed AS (
            DELETE FROM {table} WHERE id IN (
                SELECT id FROM present WHERE NOT EXISTS (
                    SELECT 1 FROM differing WHERE differing.unit_id = present.unit_id
                )
            )
            RETURNING 1
        ), changed AS (
            UPDATE {table} AS kept SET edition_id = %s, run_id = %s,
                n = x.n, d = x.d, left_out = x.left_out, status = x.status, cells = x.cells
            FROM differing AS x JOIN present AS p USING (unit_id)
            WHERE kept.id = p.id AND (p.edition_id, p.n, p.d, p.left_out, p.status, p.cells)
                IS DISTINCT FROM (%s::bigint, x.n, x.d, x.left_out, x.status, x.cells)
            RETURNING 1
        ), added AS (
            INSERT INTO {table} (indicator_id, period_id, edition_id, run_id, unit_id, n, d, left_out, status, cells)
            SELECT %s, %s, %s, %s, unit_id, n, d, left_out, status, cells FROM differing
            WHERE NOT EXISTS (SELECT 1 FROM present WHERE present.unit_id = differing.unit_id)
            RETURNING 1
        )
        SELECT (SELECT count(*) FROM computed),
            (SELECT count(*) FROM changed) + (SELECT count(*) FROM added), (SELECT count(*) FROM removed)
    """  # noqa: S608 - the statement is made of numbered names; the rest are this module's own words
