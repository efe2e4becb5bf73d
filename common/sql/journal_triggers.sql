-- One row per trigger of the trail of rows: its table, its name, what it was made with. No parameters.
SELECT
    pg_class.relname,
    pg_trigger.tgname,
    string_to_array(encode(substring(tgargs FROM 1 FOR greatest(length(tgargs) - 1, 0)), 'escape'), '\000')
FROM pg_trigger
JOIN pg_class ON pg_class.oid = pg_trigger.tgrelid
WHERE pg_trigger.tgfoid = to_regprocedure('opora_journal()') AND NOT pg_trigger.tgisinternal
