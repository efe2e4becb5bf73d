-- Who may do what with which table: run by the owner after every migration, safe to repeat.
-- Parameters: {web} and {worker}, roles as identifiers; {web_name} and {worker_name}, the same as literals.
GRANT USAGE ON SCHEMA public TO {web}, {worker};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {web}, {worker};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {web}, {worker};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {web}, {worker};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {web}, {worker};

-- The schema's own history is the owner's.
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {web}, {worker};

-- The trail is added to and read; nobody changes or deletes it. Its rows of rows are added by triggers alone.
REVOKE UPDATE, DELETE, TRUNCATE ON accounts_auditevent FROM {web}, {worker};
DO $$
DECLARE
    who text;
BEGIN
    IF to_regclass('accounts_rowchange') IS NOT NULL THEN
        FOREACH who IN ARRAY ARRAY[{web_name}, {worker_name}] LOOP
            EXECUTE format('REVOKE ALL ON accounts_rowchange FROM %I', who);
            EXECUTE format('GRANT SELECT ON accounts_rowchange TO %I', who);
        END LOOP;
    END IF;
END
$$;

-- Result rows: pages have no way to them but the functions that ask for a school and a permission. Workers add rows and
-- delete a load's, but never change one. A partition is a table of its own, and naming it must not go round this.
DO $$
DECLARE
    part regclass;
BEGIN
    FOR part IN
        SELECT relid FROM pg_partition_tree(to_regclass('monitoring_resultrow'))
    LOOP
        EXECUTE format('REVOKE ALL ON %s FROM %I', part, {web_name});
        EXECUTE format('REVOKE UPDATE ON %s FROM %I', part, {worker_name});
    END LOOP;
END
$$;

-- The way to rows that asks: given here, for a function is open to everybody or to nobody.
DO $$
BEGIN
    IF to_regprocedure('opora_result_rows(bigint, bigint, bigint, bigint, bigint)') IS NOT NULL THEN
        EXECUTE format(
            'GRANT EXECUTE ON FUNCTION opora_result_rows(bigint, bigint, bigint, bigint, bigint) TO %I, %I',
            {web_name}, {worker_name}
        );
    END IF;
END
$$;

-- The sums of the same pupils are made of rows by the database alone, whoever accepts or undoes a load.
DO $$
BEGIN
    IF to_regprocedure('opora_join_pupils(bigint, bigint, text, text)') IS NOT NULL THEN
        EXECUTE format(
            'GRANT EXECUTE ON FUNCTION opora_join_pupils(bigint, bigint, text, text) TO %I, %I',
            {web_name}, {worker_name}
        );
        EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON monitoring_samepupils FROM %I, %I', {web_name}, {worker_name});
    END IF;
END
$$;

-- What a run found and by which parameters is added and never changed; of an edition only whether it is the one in force.
DO $$
DECLARE
    who text;
BEGIN
    IF to_regclass('monitoring_finding') IS NOT NULL THEN
        FOREACH who IN ARRAY ARRAY[{web_name}, {worker_name}] LOOP
            EXECUTE format('REVOKE UPDATE ON monitoring_finding, monitoring_methodologyedition FROM %I', who);
            EXECUTE format('GRANT UPDATE (is_current) ON monitoring_methodologyedition TO %I', who);
        END LOOP;
    END IF;
END
$$;
