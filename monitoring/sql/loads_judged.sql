-- Grain: one row a load that brought something of an assessment of the given one: in force while any of its results is.
-- Asked by assessments and not by schools: a load that shares no school with the given one is as it was, and a join of
-- results with results is a product of both where the planner does not know the table yet. Parameters: load.
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
        FROM monitoring_assessmentload AS shared
        JOIN monitoring_assessmentload AS mine USING (assessment_id)
        WHERE mine.load_id = %(load)s
    )
) AS judged
WHERE load.id = judged.id AND load.state <> judged.state
