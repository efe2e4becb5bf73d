-- Grain: the sums of the same pupils of one later and one earlier work, a row a school, made anew; none where the measure or
-- the mark of the key is null. Parameters: assessment, earlier assessment, measure, mark of the key of their codes.
SELECT opora_join_pupils(%s, %s, %s, %s)
