"""Of a closed period an indicator counts by the edition that was approved with it."""

from django.db import migrations

COUNTED = """
CREATE OR REPLACE FUNCTION opora_periods_counted(asked_indicator bigint, asked_unit bigint) RETURNS bigint[]
LANGUAGE sql STABLE STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
SELECT array_agg(value.period_id)
FROM public.indicators_indicatoredition AS edition
JOIN public.indicators_indicatorvalue AS value ON value.edition_id = edition.id
WHERE edition.indicator_id = asked_indicator AND value.unit_id = asked_unit AND (
    edition.is_current OR EXISTS (
        SELECT 1 FROM public.indicators_pinnededition AS pin
        JOIN public.indicators_periodclosing AS closing ON closing.id = pin.closing_id
        WHERE pin.edition_id = edition.id AND closing.closes_id = value.period_id
    )
)
$$
"""
BEFORE = """
CREATE OR REPLACE FUNCTION opora_periods_counted(asked_indicator bigint, asked_unit bigint) RETURNS bigint[]
LANGUAGE sql STABLE STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
SELECT array_agg(value.period_id)
FROM public.indicators_indicatoredition AS edition
JOIN public.indicators_indicatorvalue AS value ON value.edition_id = edition.id
WHERE edition.indicator_id = asked_indicator AND edition.is_current AND value.unit_id = asked_unit
$$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("programmes", "0010_parts_of_what_others_count"),
        ("indicators", "0017_periods_closed_by_order"),
    ]

    operations = [migrations.RunSQL(COUNTED, BEFORE)]
