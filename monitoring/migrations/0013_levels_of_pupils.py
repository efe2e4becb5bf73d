"""A row may hold the level that a pupil reached, and opens with it to whom rows open."""

from django.db import migrations, models

DROP = "DROP FUNCTION IF EXISTS opora_result_rows(bigint, bigint, bigint, bigint, bigint);"
FUNCTION = """
CREATE FUNCTION opora_result_rows(
    asked_load bigint, asked_assessment bigint, asked_unit bigint, asking_user bigint, asking_token bigint
)
RETURNS TABLE (
    row_no integer, class_name varchar, variant varchar, task_scores smallint[], score smallint, mark smallint,
    journal_mark smallint{column}
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    today date := (now() AT TIME ZONE 'Asia/Krasnoyarsk')::date;
    sums record;
    place text;
    held smallint;
BEGIN
    SELECT one.n, one.row_no AS first_row, one.last_row_no AS last_row INTO sums
    FROM public.monitoring_schoolresult AS one
    WHERE one.load_id = asked_load AND one.assessment_id = asked_assessment AND one.unit_id = asked_unit;
    SELECT unit.path INTO place FROM public.schools_unit AS unit WHERE unit.id = asked_unit;
    SELECT one.academic_year INTO held FROM public.monitoring_assessment AS one WHERE one.id = asked_assessment;
    IF sums.n IS NULL OR place IS NULL OR held IS NULL THEN
        RETURN;
    END IF;
    IF NOT EXISTS (
        SELECT FROM public.accounts_user AS person
        WHERE person.id = asking_user AND person.is_active AND person.is_system AND asking_token IS NULL
    ) AND NOT EXISTS (
        SELECT
        FROM public.schools_appointment AS appointment
        JOIN public.schools_unit AS unit ON unit.id = appointment.unit_id
        JOIN public.accounts_user AS person ON person.id = asking_user AND person.is_active
        WHERE appointment.role IN (
              'centre_operator', 'centre_methodologist', 'school_editor', 'school_director', 'ministry_analyst',
              'institute_methodist', 'municipal_coordinator', 'municipal_head'
          )
          AND appointment.user_id = asking_user AND appointment.direction IS NULL
          AND appointment.starts_on <= today AND (appointment.ends_on IS NULL OR appointment.ends_on >= today)
          AND starts_with(place, unit.path)
          AND (
              asking_token IS NULL
              OR EXISTS (
                  SELECT
                  FROM public.accounts_apitoken AS token
                  JOIN public.schools_appointment AS scope ON scope.token_id = token.id
                  JOIN public.schools_unit AS there ON there.id = scope.unit_id
                  WHERE token.id = asking_token AND token.user_id = asking_user
                    AND token.revoked_at IS NULL AND token.expires_at > now()
                    AND token.permissions @> '["result_rows"]'
                    AND scope.starts_on <= today AND (scope.ends_on IS NULL OR scope.ends_on >= today)
                    AND starts_with(place, there.path)
              )
          )
          AND (
              sums.n >= 10 OR unit.id = asked_unit
              OR (unit.parent_id IS NULL AND appointment.role = 'centre_operator')
          )
    ) THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT one.row_no, one.class_name, one.variant, one.task_scores, one.score, one.mark, one.journal_mark{value}
    FROM public.monitoring_resultrow AS one
    WHERE one.academic_year = held AND one.load_id = asked_load
      AND one.row_no BETWEEN sums.first_row AND sums.last_row
      AND one.assessment_id = asked_assessment AND one.unit_id = asked_unit
    ORDER BY one.row_no;
END
$$;
REVOKE ALL ON FUNCTION opora_result_rows(bigint, bigint, bigint, bigint, bigint) FROM PUBLIC;
"""
WITH_LEVEL = FUNCTION.replace("{column}", ", level smallint").replace("{value}", ", one.level")
WITHOUT = FUNCTION.replace("{column}", "").replace("{value}", "")


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0012_held_anywhere")]

    operations = [
        migrations.RunSQL(DROP, DROP + WITHOUT),
        migrations.AddField("resultrow", "level", models.SmallIntegerField(null=True)),
        migrations.RunSQL(WITH_LEVEL, DROP),
    ]
