-- Grain: one row a load that shares a school and assessment with the given one: in force while any of its results is.
-- Parameters: load.
UPDATE monitoring_load AS load
SET state = judged.state
FROM (
    SELECT other.id,
           CASE WHEN EXISTS (
                    SELECT FROM monitoring_schoolresult AS own WHERE own.load_id = other.id AND own.is_current
                ) THEN 'in_force' ELSE 'superseded' END AS state
    FROM monitoring_load AS other
    WHERE other.state IN ('in_force', 'superseded') AND other.id IN (
        SELECT shared.load_id
        FROM monitoring_schoolresult AS shared
        JOIN monitoring_schoolresult AS mine USING (assessment_id, unit_id)
        WHERE mine.load_id = %(load)s
    )
) AS judged
WHERE load.id = judged.id AND load.state <> judged.state
