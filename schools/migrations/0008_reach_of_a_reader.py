"""What row-level security asks: how far a reader's appointments of today reach, and which units lie there and above."""

from django.db import migrations

# A key reaches what both it and its person reach. Whoever reaches every region reaches everything: «*». Roles that read
# nothing reach nothing; a test compares them with the table of roles.
REACH = """
CREATE FUNCTION opora_reach(asking_user bigint, asking_token bigint) RETURNS text
LANGUAGE sql STABLE
AS $$
WITH today AS (
    SELECT (now() AT TIME ZONE 'Asia/Krasnoyarsk')::date AS day
), held AS (
    SELECT unit.path
    FROM public.schools_appointment AS appointment
    JOIN public.schools_unit AS unit ON unit.id = appointment.unit_id
    JOIN public.accounts_user AS person ON person.id = appointment.user_id AND person.is_active
    CROSS JOIN today
    WHERE appointment.user_id = asking_user AND appointment.role <> 'account_administrator'
      AND appointment.starts_on <= today.day AND (appointment.ends_on IS NULL OR appointment.ends_on >= today.day)
), given AS (
    SELECT unit.path
    FROM public.schools_appointment AS appointment
    JOIN public.schools_unit AS unit ON unit.id = appointment.unit_id
    JOIN public.accounts_apitoken AS token ON token.id = appointment.token_id AND token.user_id = asking_user
    CROSS JOIN today
    WHERE appointment.token_id = asking_token AND token.revoked_at IS NULL AND token.expires_at > now()
      AND appointment.starts_on <= today.day AND (appointment.ends_on IS NULL OR appointment.ends_on >= today.day)
), reached AS (
    SELECT held.path FROM held WHERE asking_token IS NULL
    UNION
    SELECT CASE WHEN starts_with(given.path, held.path) THEN given.path ELSE held.path END
    FROM given JOIN held ON starts_with(given.path, held.path) OR starts_with(held.path, given.path)
)
SELECT CASE
    WHEN asking_token IS NULL AND EXISTS (
        SELECT FROM public.accounts_user AS person
        WHERE person.id = asking_user AND person.is_active AND person.is_system
    ) THEN '*'
    WHEN EXISTS (SELECT FROM reached) AND NOT EXISTS (
        SELECT FROM public.schools_unit AS region
        WHERE region.parent_id IS NULL AND region.path NOT IN (SELECT reached.path FROM reached)
    ) THEN '*'
    ELSE coalesce((SELECT string_agg(reached.path, ',') FROM reached), '')
END
$$
"""
# A session that was told nothing has no setting: that is null, and opens nothing.
READER = """
CREATE FUNCTION opora_reader() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT nullif(current_setting('opora.reader', true), '')::bigint $$
"""
EVERYTHING = """
CREATE FUNCTION opora_reads_everything() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT coalesce(current_setting('opora.reach', true) = '*', false) $$
"""
# Paths begin and end with «/»: what follows «/1/4/» is less than «/1/40», for «0» comes next after «/».
WITHIN = """
CREATE FUNCTION opora_units_within() RETURNS SETOF bigint LANGUAGE sql STABLE PARALLEL SAFE ROWS 100
AS $$
SELECT unit.id
FROM unnest(string_to_array(nullif(nullif(current_setting('opora.reach', true), ''), '*'), ',')) AS place(path)
JOIN public.schools_unit AS unit
  ON unit.path >= place.path COLLATE "C" AND unit.path < (left(place.path, -1) || '0') COLLATE "C"
$$
"""
ABOVE = """
CREATE FUNCTION opora_units_above() RETURNS SETOF bigint LANGUAGE sql STABLE PARALLEL SAFE ROWS 10
AS $$
SELECT above.key::bigint
FROM unnest(string_to_array(nullif(nullif(current_setting('opora.reach', true), ''), '*'), ',')) AS place(path)
CROSS JOIN unnest(string_to_array(trim(BOTH '/' FROM place.path), '/')) AS above(key)
$$
"""
# Backwards: policies ask these functions, and a table without policies would be shut.
WITHOUT_NET = """
DO $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT polrelid::regclass AS place, polname FROM pg_policy WHERE starts_with(polname, 'net_') LOOP
        EXECUTE format('DROP POLICY %I ON %s', one.polname, one.place);
        EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', one.place);
    END LOOP;
END
$$
"""
DROP = "DROP FUNCTION IF EXISTS {}"
FUNCTIONS = {
    "opora_reach(bigint, bigint)": REACH,
    "opora_reader()": READER,
    "opora_reads_everything()": EVERYTHING,
    "opora_units_within()": WITHIN,
    "opora_units_above()": ABOVE,
}


class Migration(migrations.Migration):
    dependencies = [
        ("schools", "0007_operations_and_versions"),
        ("accounts", "0007_quicker_trail"),
    ]

    operations = [
        *(migrations.RunSQL(made, DROP.format(name)) for name, made in FUNCTIONS.items()),
        migrations.RunSQL(migrations.RunSQL.noop, WITHOUT_NET),
    ]
