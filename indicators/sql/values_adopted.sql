-- Grain: a value of the period (%(period)s) that came out otherwise since it was closed, by the edition in force.
-- What would be no more goes, what differs is written over, what was not there is added; cells of distributions likewise.
WITH beside AS (
    SELECT s.edition_id, s.period_id, s.unit_id, s.n, s.d, s.left_out, s.status, s.cells, s.run_id
    FROM indicators_valuesinceclosing s
    JOIN indicators_indicatoredition e ON e.id = s.edition_id AND e.is_current
    WHERE s.period_id = %(period)s
), gone AS (
    DELETE FROM indicators_indicatorvalue v USING beside b
    WHERE b.status = '' AND (v.edition_id, v.period_id, v.unit_id) = (b.edition_id, b.period_id, b.unit_id)
), gone_cells AS (
    DELETE FROM indicators_valuecells c USING beside b
    WHERE b.cells IS NULL AND (c.edition_id, c.period_id, c.unit_id) = (b.edition_id, b.period_id, b.unit_id)
), kept_cells AS (
    INSERT INTO indicators_valuecells (edition_id, period_id, unit_id, cells)
    SELECT edition_id, period_id, unit_id, cells FROM beside WHERE cells IS NOT NULL
    ON CONFLICT (edition_id, period_id, unit_id) DO UPDATE SET cells = excluded.cells
)
INSERT INTO indicators_indicatorvalue (edition_id, period_id, unit_id, n, d, left_out, status, run_id)
SELECT edition_id, period_id, unit_id, n, d, left_out, status, run_id FROM beside WHERE status <> ''
ON CONFLICT (edition_id, period_id, unit_id) DO UPDATE
SET n = excluded.n, d = excluded.d, left_out = excluded.left_out, status = excluded.status, run_id = excluded.run_id
