"""The one place where rows of two works meet: it gives sums of schools and shows nobody a row."""

from django.db import migrations

# Rows in force of individual results of the two works. Who wrote is whoever has what is compared; a pupil is told by a
# hash of the key that is asked for, and by no other. Rows have just been copied and the statistics know nothing of
# them: joined row by row, a hundred thousand pupils take minutes where they take a moment.
JOIN = """
CREATE FUNCTION opora_join_pupils(
    asked_assessment bigint, asked_before bigint, asked_measure text, asked_mark text
)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_nestloop = off
AS $$
DECLARE
    year_now smallint := (SELECT one.academic_year FROM public.monitoring_assessment AS one
                          WHERE one.id = asked_assessment);
    year_before smallint := (SELECT one.academic_year FROM public.monitoring_assessment AS one
                             WHERE one.id = asked_before);
BEGIN
    DELETE FROM public.monitoring_samepupils AS one
    WHERE one.assessment_id = asked_assessment AND one.before_id = asked_before;
    IF asked_measure IS NULL OR asked_mark IS NULL THEN
        RETURN;
    END IF;
    INSERT INTO public.monitoring_samepupils (
        assessment_id, before_id, unit_id, n, wrote_both, only_now, doubled, uncoded, risen, kept, fallen
    )
    WITH written AS (
        SELECT result.unit_id,
               CASE WHEN part.codes_mark = asked_mark THEN line.pupil END AS pupil,
               CASE asked_measure WHEN 'marks' THEN line.mark WHEN 'levels' THEN line.level ELSE line.score END
                   AS reached
        FROM public.monitoring_schoolresult AS result
        JOIN public.monitoring_assessmentload AS part
             ON part.load_id = result.load_id AND part.assessment_id = result.assessment_id
        JOIN public.monitoring_resultrow AS line
             ON line.load_id = result.load_id AND line.assessment_id = result.assessment_id
             AND line.unit_id = result.unit_id
        WHERE result.assessment_id = asked_assessment AND result.is_current AND result.source = 'rows'
              AND line.academic_year = year_now
    ),
    formerly AS (
        SELECT line.pupil, count(*) AS times,
               min(CASE asked_measure WHEN 'marks' THEN line.mark WHEN 'levels' THEN line.level ELSE line.score END)
                   AS reached
        FROM public.monitoring_schoolresult AS result
        JOIN public.monitoring_assessmentload AS part
             ON part.load_id = result.load_id AND part.assessment_id = result.assessment_id
             AND part.codes_mark = asked_mark
        JOIN public.monitoring_resultrow AS line
             ON line.load_id = result.load_id AND line.assessment_id = result.assessment_id
             AND line.unit_id = result.unit_id
        WHERE result.assessment_id = asked_before AND result.is_current AND result.source = 'rows'
              AND line.academic_year = year_before AND line.pupil IS NOT NULL
              AND CASE asked_measure WHEN 'marks' THEN line.mark WHEN 'levels' THEN line.level ELSE line.score END
                  IS NOT NULL
        GROUP BY line.pupil
    ),
    who AS (
        SELECT pupil, count(*) AS times FROM written WHERE pupil IS NOT NULL AND reached IS NOT NULL GROUP BY pupil
    ),
    compared AS (
        SELECT now.unit_id, now.pupil IS NULL AS is_uncoded,
               now.pupil IS NOT NULL AND (who.times > 1 OR coalesce(formerly.times, 1) > 1) AS is_doubled,
               sign(now.reached - formerly.reached) AS way
        FROM written AS now
        LEFT JOIN who ON who.pupil = now.pupil
        LEFT JOIN formerly ON formerly.pupil = now.pupil
        WHERE now.reached IS NOT NULL
    )
    SELECT asked_assessment, asked_before, unit_id, count(*),
           count(*) FILTER (WHERE NOT is_uncoded AND NOT is_doubled AND way IS NOT NULL),
           count(*) FILTER (WHERE NOT is_uncoded AND NOT is_doubled AND way IS NULL),
           count(*) FILTER (WHERE is_doubled),
           count(*) FILTER (WHERE is_uncoded),
           count(*) FILTER (WHERE NOT is_doubled AND way > 0),
           count(*) FILTER (WHERE NOT is_doubled AND way = 0),
           count(*) FILTER (WHERE NOT is_doubled AND way < 0)
    FROM compared
    WHERE EXISTS (SELECT FROM formerly)
    GROUP BY unit_id
    HAVING count(*) > count(*) FILTER (WHERE is_uncoded);
END
$$;
REVOKE ALL ON FUNCTION opora_join_pupils(bigint, bigint, text, text) FROM PUBLIC;
"""
DROP = "DROP FUNCTION IF EXISTS opora_join_pupils(bigint, bigint, text, text)"


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0014_same_pupils")]

    operations = [migrations.RunSQL(JOIN, DROP)]
