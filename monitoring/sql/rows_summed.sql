-- Grain: one row of SchoolResult a school and assessment of one load, summed from its result rows, not yet in force.
-- Parameters: load; keys of assessments; their thresholds (null: none); whether each has marks; how many levels each has
-- (nought: none, eight at most); their maxima (null: not known), all five as arrays of one length; academic years of the
-- rows; load.
INSERT INTO monitoring_schoolresult (
    assessment_id, unit_id, load_id, source, is_current, n, failed, marks, levels, score_sum, max_score,
    raised, confirmed, lowered, row_no, last_row_no
)
SELECT part.assessment_id, found.unit_id, %s, 'rows', FALSE,
       CASE WHEN part.has_marks THEN count(mark) WHEN part.levels > 0 THEN count(level) ELSE count(*) END,
       CASE WHEN part.has_marks THEN count(*) FILTER (WHERE mark = 2)
            WHEN part.levels > 0 THEN count(*) FILTER (WHERE level = 0)
            WHEN part.threshold IS NOT NULL THEN count(*) FILTER (WHERE score < part.threshold) END,
       CASE WHEN part.has_marks
            THEN ARRAY[count(*) FILTER (WHERE mark = 2), count(*) FILTER (WHERE mark = 3),
                       count(*) FILTER (WHERE mark = 4), count(*) FILTER (WHERE mark = 5)]::integer[] END,
       CASE WHEN part.levels > 0
            THEN (ARRAY[count(*) FILTER (WHERE level = 0), count(*) FILTER (WHERE level = 1),
                        count(*) FILTER (WHERE level = 2), count(*) FILTER (WHERE level = 3),
                        count(*) FILTER (WHERE level = 4), count(*) FILTER (WHERE level = 5),
                        count(*) FILTER (WHERE level = 6), count(*) FILTER (WHERE level = 7)]::integer[])[1:part.levels] END,
       sum(score) FILTER (WHERE part.levels = 0 OR level IS NOT NULL),
       part.max_score,
       CASE WHEN count(*) FILTER (WHERE mark IS NOT NULL AND journal_mark IS NOT NULL) > 0
            THEN count(*) FILTER (WHERE mark > journal_mark) END,
       CASE WHEN count(*) FILTER (WHERE mark IS NOT NULL AND journal_mark IS NOT NULL) > 0
            THEN count(*) FILTER (WHERE mark = journal_mark) END,
       CASE WHEN count(*) FILTER (WHERE mark IS NOT NULL AND journal_mark IS NOT NULL) > 0
            THEN count(*) FILTER (WHERE mark < journal_mark) END,
       min(row_no), max(row_no)
FROM unnest(%s::bigint[], %s::integer[], %s::boolean[], %s::integer[], %s::integer[])
         AS part (assessment_id, threshold, has_marks, levels, max_score)
JOIN monitoring_resultrow AS found ON found.assessment_id = part.assessment_id
WHERE found.academic_year = ANY(%s) AND found.load_id = %s
GROUP BY part.assessment_id, part.threshold, part.has_marks, part.levels, part.max_score, found.unit_id
