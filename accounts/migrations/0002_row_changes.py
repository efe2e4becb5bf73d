"""The trail of rows: the table, the function that its triggers run, and the transaction beside every event."""

from django.db import migrations, models

import accounts.models

# Runs once a statement on whole sets of rows, so that thousands of rows cost one insert. It is the owner's, for the roles
# of the program may not write into the trail. What it cannot read of the facts of the session it leaves out: a write is
# never refused because nobody said who writes.
CREATE = r"""
CREATE FUNCTION opora_journal() RETURNS trigger
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
        FROM (SELECT to_jsonb(new_rows) AS r FROM new_rows) AS n;
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
        FROM (SELECT to_jsonb(old_rows) AS r FROM old_rows) AS o;
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
        FROM (SELECT to_jsonb(old_rows) AS r FROM old_rows) AS o
        FULL JOIN (SELECT to_jsonb(new_rows) AS r FROM new_rows) AS n ON n.r ->> key_column = o.r ->> key_column
        LEFT JOIN LATERAL (
            SELECT
                jsonb_object_agg(was.key, coalesce(hidden -> was.key, was.value)) AS before,
                jsonb_object_agg(was.key, coalesce(hidden -> was.key, came.value)) AS after
            FROM jsonb_each(o.r) AS was
            JOIN jsonb_each(n.r) AS came ON came.key = was.key
            WHERE came.value <> was.value AND was.key <> ALL (passing)
        ) AS d ON true
        WHERE o.r IS NULL OR n.r IS NULL OR d.after IS NOT NULL;
    END IF;
    RETURN NULL;
END
$journal$;
"""
DROP = "DROP FUNCTION opora_journal() CASCADE"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="RowChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("happened_at", models.DateTimeField()),
                ("transaction_id", models.BigIntegerField()),
                ("table_name", models.CharField(db_collation="C", max_length=63)),
                ("row_key", models.CharField(db_collation="C", max_length=64)),
                (
                    "operation",
                    models.CharField(
                        choices=[("insert", "добавлено"), ("update", "изменено"), ("delete", "удалено")], max_length=6
                    ),
                ),
                ("unit_id", models.BigIntegerField(null=True)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                ("actor_id", models.BigIntegerField(null=True)),
                ("signatory_id", models.BigIntegerField(null=True)),
                ("door", models.CharField(blank=True, default="", max_length=20)),
                ("request", models.CharField(blank=True, default="", max_length=40)),
                ("reason", models.TextField(blank=True, default="")),
                ("database_role", models.CharField(max_length=63)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["table_name", "row_key"], name="row_change_of_row"),
                    models.Index(fields=["transaction_id"], name="row_change_transaction"),
                    models.Index(
                        condition=models.Q(("operation", "delete")), fields=["table_name"], name="row_change_deleted"
                    ),
                ]
            },
        ),
        migrations.AddField(
            "auditevent", "request", models.CharField(blank=True, db_default="", default="", max_length=40)
        ),
        # First without the default: what was written before knows of no transaction.
        migrations.AddField("auditevent", "transaction_id", models.BigIntegerField(null=True)),
        migrations.AlterField(
            "auditevent",
            "transaction_id",
            models.BigIntegerField(db_default=accounts.models.CurrentTransaction(), null=True),
        ),
        migrations.AddIndex("auditevent", models.Index(fields=["transaction_id"], name="audit_transaction")),
        migrations.RunSQL(CREATE, DROP),
    ]
