"""Whether a procedure was held is known to everybody, though the results that say so are not."""

from django.db import migrations

HELD = """
CREATE FUNCTION opora_is_held(asked_assessment bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
SELECT EXISTS (
    SELECT FROM public.monitoring_schoolresult AS one
    WHERE one.assessment_id = asked_assessment AND one.is_current AND one.n > 0
)
$$
"""


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0011_comparisons_with_the_journal_found_at_once")]

    operations = [migrations.RunSQL(HELD, "DROP FUNCTION IF EXISTS opora_is_held(bigint)")]
