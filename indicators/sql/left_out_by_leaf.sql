-- Grain: an edition in force and a period that is known of somebody, while more than a share (%(most)s) of those asked
-- were left out. A period known of nobody is another matter.
SELECT v.edition_id, p.code, count(*) FILTER (WHERE v.left_out > 0) AS left_out, count(*) AS asked
FROM indicators_indicatorvalue v
JOIN indicators_indicatoredition e ON e.id = v.edition_id AND e.is_current
JOIN indicators_period p ON p.id = v.period_id
JOIN schools_unit u ON u.id = v.unit_id AND u.kind = e.level
WHERE v.status <> 'nobody'
GROUP BY v.edition_id, p.code
HAVING count(*) FILTER (WHERE v.left_out > 0) > %(most)s * count(*) AND bool_or(v.status = 'known')
ORDER BY v.edition_id, p.code
