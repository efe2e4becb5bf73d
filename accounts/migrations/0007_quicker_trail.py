"""
The function of the trail of rows, a third quicker.

`OFFSET 0` keeps a row from being turned into JSON once for every mention of it; and what differs is found by looking
into the old row instead of joining both.
"""

from django.db import migrations

CREATE = r"""
CREATE OR REPLACE FUNCTION opora_journal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $journal$
DECLARE
    -- $1 the key's column, $2 columns that count for nothing, $3 columns whose content is secret, $4 the unit's column
    key_column CONSTANT text := TG_ARGV[0];
    passing CONSTANT text[] := TG_ARGV[1]::text[];
    secret CONSTANT text[] := TG_ARGV[2]::text[];
    unit_column CONSTANT text := TG_ARGV[3];
    hidden jsonb := '{}';
    actor bigint;
    signatory bigint;
    who text := current_setting('role');
BEGIN
    IF current_setting('opora.actor', true) ~ '^[0-9]{1,18}$' THEN
        actor := current_setting('opora.actor')::bigint;
    END IF;
    IF current_setting('opora.signatory', true) ~ '^[0-9]{1,18}$' THEN
        signatory := current_setting('opora.signatory')::bigint;
    END IF;
    IF who = 'none' THEN
        who := session_user;
    END IF;
    IF cardinality(secret) > 0 THEN
        SELECT jsonb_object_agg(name, '•••') INTO hidden FROM unnest(secret) AS name;
    END IF;

    IF TG_OP = 'INSERT' THEN
        INSERT INTO accounts_rowchange (
            happened_at, transaction_id, table_name, row_key, operation, unit_id, before, after,
            actor_id, signatory_id, door, request, reason, database_role
        )
        SELECT
            clock_timestamp(), pg_current_xact_id()::text::bigint, TG_TABLE_NAME, n.r ->> key_column, 'insert',
            (n.r ->> unit_column)::bigint, NULL, jsonb_strip_nulls(n.r || hidden) - passing,
            actor, signatory, coalesce(left(current_setting('opora.door', true), 20), ''),
            coalesce(left(current_setting('opora.request', true), 40), ''),
            coalesce(current_setting('opora.reason', true), ''), who
        FROM (SELECT to_jsonb(new_rows) AS r FROM new_rows OFFSET 0) AS n;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO accounts_rowchange (
            happened_at, transaction_id, table_name, row_key, operation, unit_id, before, after,
            actor_id, signatory_id, door, request, reason, database_role
        )
        SELECT
            clock_timestamp(), pg_current_xact_id()::text::bigint, TG_TABLE_NAME, o.r ->> key_column, 'delete',
            (o.r ->> unit_column)::bigint, jsonb_strip_nulls(o.r || hidden), NULL,
            actor, signatory, coalesce(left(current_setting('opora.door', true), 20), ''),
            coalesce(left(current_setting('opora.request', true), 40), ''),
            coalesce(current_setting('opora.reason', true), ''), who
        FROM (SELECT to_jsonb(old_rows) AS r FROM old_rows OFFSET 0) AS o;
    ELSE
        -- A row whose key was changed is one that went and one that came.
        INSERT INTO accounts_rowchange (
            happened_at, transaction_id, table_name, row_key, operation, unit_id, before, after,
            actor_id, signatory_id, door, request, reason, database_role
        )
        SELECT
            clock_timestamp(), pg_current_xact_id()::text::bigint, TG_TABLE_NAME,
            coalesce(n.r ->> key_column, o.r ->> key_column),
            CASE WHEN o.r IS NULL THEN 'insert' WHEN n.r IS NULL THEN 'delete' ELSE 'update' END,
            (coalesce(n.r, o.r) ->> unit_column)::bigint,
            CASE WHEN n.r IS NULL THEN jsonb_strip_nulls(o.r || hidden) ELSE d.before END,
            CASE WHEN o.r IS NULL THEN jsonb_strip_nulls(n.r || hidden) ELSE d.after END,
            actor, signatory, coalesce(left(current_setting('opora.door', true), 20), ''),
            coalesce(left(current_setting('opora.request', true), 40), ''),
            coalesce(current_setting('opora.reason', true), ''), who
        FROM (SELECT to_jsonb(old_rows) AS r FROM old_rows OFFSET 0) AS o
        FULL JOIN (SELECT to_jsonb(new_rows) AS r FROM new_rows OFFSET 0) AS n ON n.r ->> key_column = o.r ->> key_column
        LEFT JOIN LATERAL (
            SELECT
                jsonb_object_agg(came.key, coalesce(hidden -> came.key, o.r -> came.key)) AS before,
                jsonb_object_agg(came.key, coalesce(hidden -> came.key, came.value)) AS after
            FROM jsonb_each(n.r) AS came
            WHERE came.value <> o.r -> came.key AND came.key <> ALL (passing)
        ) AS d ON true
        WHERE o.r IS NULL OR n.r IS NULL OR d.after IS NOT NULL;
    END IF;
    RETURN NULL;
END
$journal$;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_sign_in_and_second_factor")]

    operations = [migrations.RunSQL(CREATE, migrations.RunSQL.noop)]
