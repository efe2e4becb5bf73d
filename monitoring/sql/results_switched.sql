-- Grain: one result in force per assessment and school that a load has touched: known before unknown, the centre's before a
-- municipality's own, then the finest, then the newest. Parameters: load; winners: put the winners in force (true), or the
-- others out of it (false). Run with false first, for two may never be in force at once.
WITH touched AS (
    SELECT assessment_id, unit_id FROM monitoring_schoolresult WHERE load_id = %(load)s
),
ranked AS (
    SELECT one.id, one.is_current, load.state IN ('in_force', 'superseded') AND row_number() OVER (
               PARTITION BY one.assessment_id, one.unit_id
               ORDER BY load.state IN ('in_force', 'superseded') DESC,
                        one.failed IS NULL,
                        place.parent_id IS NOT NULL,
                        array_position(ARRAY['rows', 'counts', 'percents', 'journal'], one.source::text),
                        load.accepted_at DESC, load.id DESC
           ) = 1 AS wins
    FROM monitoring_schoolresult AS one
    JOIN touched USING (assessment_id, unit_id)
    JOIN monitoring_load AS load ON load.id = one.load_id
    JOIN schools_unit AS place ON place.id = load.unit_id
)
UPDATE monitoring_schoolresult AS result
SET is_current = %(winners)s
FROM ranked
WHERE result.id = ranked.id AND ranked.wins = %(winners)s AND ranked.is_current <> %(winners)s
