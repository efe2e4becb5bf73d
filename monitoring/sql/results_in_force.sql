-- Grain: one result in force of a school in an assessment, with from which level on its pupils have reached the bar (null
-- where marks or scores tell) and which of its outcomes are asked for (a bit each).
-- Parameters: key, level and bits of an assessment, a row of VALUES for each.
SELECT result.unit_id, result.n, result.failed, result.marks, result.levels, result.score_sum, result.max_score,
       held.from_level, held.asked
FROM (VALUES (%s::bigint, %s::integer, %s::integer)) AS held (assessment_id, from_level, asked)
JOIN monitoring_schoolresult AS result ON result.assessment_id = held.assessment_id
WHERE result.is_current AND result.n > 0
