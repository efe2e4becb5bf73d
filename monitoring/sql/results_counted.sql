-- Grain: one result in force of a school in an assessment, with what is known of the journal's marks, from which level on
-- its pupils have reached the bar (null where marks or scores tell) and which of its outcomes are asked for (a bit each).
-- Parameters: key, level and bits of an assessment, a row of VALUES for each; their keys again; number of participants and
-- share of raised marks in percent from which on a result shows a sign of not being objective and is left out (null: none).
SELECT result.unit_id, result.n, result.failed, result.marks, result.levels,
       result.score_sum, result.max_score, held.from_level, held.asked,
       coalesce(result.raised, brought.raised) AS raised,
       coalesce(result.confirmed, brought.confirmed) AS confirmed,
       coalesce(result.lowered, brought.lowered) AS lowered
FROM (VALUES (%s::bigint, %s::integer, %s::integer)) AS held (assessment_id, from_level, asked)
JOIN monitoring_schoolresult AS result ON result.assessment_id = held.assessment_id
LEFT JOIN (
    SELECT DISTINCT ON (compared.assessment_id, compared.unit_id)
           compared.assessment_id, compared.unit_id, compared.raised, compared.confirmed, compared.lowered
    FROM monitoring_schoolresult AS compared
    JOIN monitoring_load AS load ON load.id = compared.load_id
    WHERE compared.assessment_id = ANY(%s::bigint[]) AND compared.source = 'journal'
          AND load.state IN ('in_force', 'superseded')
    ORDER BY compared.assessment_id, compared.unit_id, load.accepted_at DESC, load.id DESC
) AS brought ON brought.assessment_id = result.assessment_id AND brought.unit_id = result.unit_id
WHERE result.is_current AND result.n > 0
      AND (result.n >= %s AND 100 * coalesce(result.raised, brought.raised) >= %s::numeric * result.n) IS NOT TRUE
