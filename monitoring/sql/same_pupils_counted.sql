-- Grain: one school, its same pupils over the pairs of works that are asked for. Parameters: later works; the earlier work
-- of each, an array of the same length.
SELECT one.unit_id, sum(one.wrote_both) AS wrote_both, sum(one.risen) AS risen, sum(one.kept) AS kept,
       sum(one.fallen) AS fallen
FROM unnest(%s::bigint[], %s::bigint[]) AS pair (assessment_id, before_id)
JOIN monitoring_samepupils AS one USING (assessment_id, before_id)
GROUP BY one.unit_id
