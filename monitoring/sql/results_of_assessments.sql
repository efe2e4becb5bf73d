-- Grain: one row a school: how many took part, how many reached the bar. Parameters: number of the lowest level that
-- reaches it (counted from 1; null where marks or scores tell), keys of the assessments that are added together.
SELECT unit_id,
       sum(n)::numeric AS n,
       sum(CASE WHEN levels IS NULL THEN n - failed
                ELSE (SELECT coalesce(sum(one), 0) FROM unnest(levels[%s:]) AS one) END)::numeric AS reached
FROM monitoring_schoolresult
WHERE is_current AND n > 0 AND (failed IS NOT NULL OR levels IS NOT NULL) AND assessment_id = ANY(%s)
GROUP BY unit_id
