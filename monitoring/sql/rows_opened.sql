-- Grain: one anonymous row of a school in an assessment as one load brought it, in the order of the file; none to whom it
-- is not opened. Parameters: load, assessment, unit, user, token (or null).
SELECT row_no, class_name, variant, coalesce(task_scores, '{}'), score, mark, journal_mark, level
FROM opora_result_rows(%s, %s, %s, %s, %s)
