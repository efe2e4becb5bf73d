"""Numbers of a past year are of the units of that year: those that stood in the reach are read there, and not written."""

from django.db import migrations

EVER = """
CREATE FUNCTION opora_units_ever_within() RETURNS SETOF bigint LANGUAGE sql STABLE PARALLEL SAFE ROWS 100
AS $$
SELECT unit.id
FROM unnest(string_to_array(nullif(nullif(current_setting('opora.reach', true), ''), '*'), ',')) AS place(path)
JOIN public.schools_unit AS unit
  ON unit.path >= place.path COLLATE "C" AND unit.path < (left(place.path, -1) || '0') COLLATE "C"
UNION ALL
SELECT stood.unit_id
FROM unnest(string_to_array(nullif(nullif(current_setting('opora.reach', true), ''), '*'), ',')) AS place(path)
JOIN public.schools_ancestry AS stood ON stood.ancestor_id = split_part(place.path, '/', -2)::bigint
WHERE stood.valid_to IS NOT NULL
$$
"""


class Migration(migrations.Migration):
    dependencies = [("schools", "0008_reach_of_a_reader")]

    operations = [
        migrations.RunSQL(EVER, "DROP FUNCTION IF EXISTS opora_units_ever_within() CASCADE"),
    ]
