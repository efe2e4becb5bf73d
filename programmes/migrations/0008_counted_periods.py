"""Whether an indicator was counted for the whole programme is known below it, though the value itself is not."""

from django.db import migrations

COUNTED = """
CREATE FUNCTION opora_periods_counted(asked_indicator bigint, asked_unit bigint) RETURNS bigint[]
LANGUAGE sql STABLE STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
SELECT array_agg(value.period_id)
FROM public.indicators_indicatoredition AS edition
JOIN public.indicators_indicatorvalue AS value ON value.edition_id = edition.id
WHERE edition.indicator_id = asked_indicator AND edition.is_current AND value.unit_id = asked_unit
$$
"""


class Migration(migrations.Migration):
    dependencies = [("programmes", "0007_changes_of_targets"), ("indicators", "0001_initial")]

    operations = [migrations.RunSQL(COUNTED, "DROP FUNCTION IF EXISTS opora_periods_counted(bigint, bigint)")]
