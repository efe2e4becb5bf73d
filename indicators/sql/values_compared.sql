-- Grain: a period of two editions, and under it up to %(most)s units whose values differ most, the greatest first.
-- Parameters: left, right (editions), left_scale, right_scale (what n / d is multiplied by), units (who may be seen), most.
WITH shown AS (
    SELECT edition_id, period_id, unit_id,
        CASE WHEN v.d IS NULL THEN v.n
             ELSE v.n * (CASE WHEN edition_id = %(left)s THEN %(left_scale)s ELSE %(right_scale)s END) / NULLIF(v.d, 0)
        END AS value, cells.cells
    FROM indicators_indicatorvalue v
    LEFT JOIN indicators_valuecells cells USING (edition_id, period_id, unit_id)
    WHERE edition_id IN (%(left)s, %(right)s) AND unit_id = ANY(%(units)s)
), matched AS (
    SELECT period_id, unit_id, l.value AS was, r.value AS is_now, l.cells AS cells_were, r.cells AS cells_are,
        (l.value, l.cells) IS DISTINCT FROM (r.value, r.cells) AS is_changed,
        l.edition_id IS NOT NULL AND r.edition_id IS NOT NULL AS is_of_both
    FROM (SELECT * FROM shown WHERE edition_id = %(left)s) l
    FULL JOIN (SELECT * FROM shown WHERE edition_id = %(right)s) r USING (period_id, unit_id)
), counted AS (
    SELECT period_id, count(*) AS units, count(*) FILTER (WHERE is_of_both) AS of_both, count(*) FILTER (WHERE is_changed) AS changed
    FROM matched GROUP BY period_id
), moved AS (
    SELECT m.*, row_number() OVER (
        PARTITION BY period_id ORDER BY abs(is_now - was) DESC NULLS LAST, unit_id
    ) AS place
    FROM matched m WHERE is_changed
)
SELECT p.code, c.units, c.of_both, c.changed, m.unit_id, u.short_name, m.was, m.is_now, m.cells_were, m.cells_are
FROM counted c
JOIN indicators_period p ON p.id = c.period_id
LEFT JOIN moved m ON m.period_id = c.period_id AND m.place <= %(most)s
LEFT JOIN schools_unit u ON u.id = m.unit_id
ORDER BY p.starts_on, p.code, m.place
