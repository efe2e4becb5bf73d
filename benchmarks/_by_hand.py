"""
The ten patterns of `_country.patterns`, each for its first procedure, column or question, as SQL written by hand.

Beside them nine that look further than a sum of this year: parts of a whole, earlier years, another indicator, the
region above, marks in the journal, whoever has not answered.

Told are keys and days (`formulas._given`); given are unit, n and d for every unit that has a value.
"""

ABOVE = """
    schools_ancestry AS above ON above.unit_id = {unit}
        AND above.valid_from <= %(day)s AND (above.valid_to IS NULL OR above.valid_to >= %(day)s)
"""
LIST = """
    SELECT entry.unit_id FROM monitoring_listentry AS entry
    JOIN monitoring_schoollist AS list ON list.id = entry.school_list_id
    WHERE list.cohort_year = %({cohort})s AND list.state = 'approved'
"""
LISTED, LISTED_BEFORE = LIST.format(cohort="cohort"), LIST.format(cohort="cohort_before")
RESULT = """
    monitoring_schoolresult AS {name} ON {name}.unit_id = {unit} AND {name}.assessment_id = %({key})s
        AND {name}.is_current
"""
ANSWER = """
    indicators_observation AS said ON said.unit_id = {unit} AND said.element_id = %({key})s
        AND said.period_id = %(period)s AND said.replaced_at IS NULL
"""


def _result(name: str, unit: str, key: str) -> str:
    return RESULT.format(name=name, unit=unit, key=key)


DYNAMICS = f"""
    SELECT above.ancestor_id AS unit_id,
        count(*) FILTER (WHERE (now.n - now.failed) * past.n > (past.n - past.failed) * now.n)::numeric AS n,
        count(*)::numeric AS d
    FROM ({LISTED}) AS listed
    JOIN {_result("now", "listed.unit_id", "now")} AND now.n >= 5
    JOIN {_result("past", "listed.unit_id", "before")} AND past.n >= 5
    JOIN {ABOVE.format(unit="listed.unit_id")}
    GROUP BY above.ancestor_id
"""

WEIGHTED = f"""
    SELECT above.ancestor_id AS unit_id, sum(100.0 * (now.n - now.failed)) AS n, sum(now.n)::numeric AS d
    FROM monitoring_schoolresult AS now
    JOIN {ABOVE.format(unit="now.unit_id")}
    WHERE now.assessment_id = %(now)s AND now.is_current AND now.n >= 5
    GROUP BY above.ancestor_id
"""

FAILED = f"""
    SELECT above.ancestor_id AS unit_id, sum(now.failed)::numeric AS n, sum(now.n)::numeric AS d
    FROM monitoring_schoolresult AS now
    JOIN {ABOVE.format(unit="now.unit_id")}
    WHERE now.assessment_id = %(now)s AND now.is_current
    GROUP BY above.ancestor_id
"""

RURAL = f"""
    SELECT above.ancestor_id AS unit_id,
        count(*) FILTER (WHERE 100 * (now.n - now.failed) < 80 * now.n)::numeric AS n, count(*)::numeric AS d
    FROM schools_school AS school
    JOIN {_result("now", "school.unit_id", "now")} AND now.n >= 5
    JOIN {ABOVE.format(unit="school.unit_id")}
    WHERE school.locality = 'rural'
    GROUP BY above.ancestor_id
"""

PER_THOUSAND = f"""
    SELECT above.ancestor_id AS unit_id, sum(year.low_income)::numeric AS n, sum(year.pupils)::numeric AS d
    FROM schools_schoolyear AS year
    JOIN {ABOVE.format(unit="year.unit_id")}
    WHERE year.academic_year = %(passports)s
    GROUP BY above.ancestor_id
"""

SAID_YES = f"""
    SELECT above.ancestor_id AS unit_id, count(*) FILTER (WHERE said.value > 0)::numeric AS n, count(*)::numeric AS d
    FROM schools_unit AS unit
    JOIN {ANSWER.format(unit="unit.id", key="ours")}
    JOIN {ABOVE.format(unit="unit.id")}
    WHERE unit.kind = 'school'
    GROUP BY above.ancestor_id
"""

LISTED_YES = f"""
    SELECT above.ancestor_id AS unit_id,
        (CASE WHEN count(*) FILTER (WHERE listed.unit_id IS NOT NULL AND said.value IS NULL) > 0
                  AND count(*) FILTER (WHERE listed.unit_id IS NOT NULL AND said.value IS NOT NULL) = 0 THEN NULL
              ELSE count(*) FILTER (WHERE listed.unit_id IS NOT NULL AND said.value > 0) END)::numeric AS n,
        NULL::numeric AS d
    FROM schools_unit AS unit
    LEFT JOIN ({LISTED}) AS listed ON listed.unit_id = unit.id
    LEFT JOIN {ANSWER.format(unit="unit.id", key="ours")}
    JOIN {ABOVE.format(unit="unit.id")}
    WHERE unit.kind = 'school'
    GROUP BY above.ancestor_id
    HAVING bool_or(above.ancestor_id <> above.unit_id OR listed.unit_id IS NOT NULL)
"""

LEAST = f"""
    WITH shares AS MATERIALIZED ({SAID_YES})
    SELECT shares.unit_id, shares.n, shares.d FROM shares
    JOIN schools_unit AS unit ON unit.id = shares.unit_id AND unit.kind IN ('municipality', 'school')
    UNION ALL
    SELECT * FROM (
        SELECT DISTINCT ON (above.ancestor_id) above.ancestor_id, shares.n, shares.d FROM shares
        JOIN schools_unit AS unit ON unit.id = shares.unit_id AND unit.kind = 'municipality'
        JOIN {ABOVE.format(unit="unit.id")} AND above.ancestor_id <> unit.id
        ORDER BY above.ancestor_id, shares.n / shares.d, unit.id
    ) AS least
"""

PLACES_YES = f"""
    SELECT above.ancestor_id AS unit_id, count(*) FILTER (WHERE said.value > 0)::numeric AS n, count(*)::numeric AS d
    FROM schools_unit AS unit
    JOIN {ANSWER.format(unit="unit.id", key="theirs")}
    JOIN {ABOVE.format(unit="unit.id")}
    WHERE unit.kind = 'municipality'
    GROUP BY above.ancestor_id
"""

PLACES_WITH = f"""
    WITH places AS (
        SELECT above.ancestor_id AS unit_id,
            count(*) FILTER (WHERE listed.unit_id IS NOT NULL AND said.value > 0) AS supported
        FROM schools_unit AS unit
        LEFT JOIN ({LISTED}) AS listed ON listed.unit_id = unit.id
        LEFT JOIN {ANSWER.format(unit="unit.id", key="ours")}
        JOIN {ABOVE.format(unit="unit.id")}
        JOIN schools_unit AS place ON place.id = above.ancestor_id AND place.kind = 'municipality'
        WHERE unit.kind = 'school'
        GROUP BY above.ancestor_id
    )
    SELECT above.ancestor_id AS unit_id, count(*) FILTER (WHERE places.supported > 0)::numeric AS n,
        count(*)::numeric AS d
    FROM places
    JOIN {ABOVE.format(unit="places.unit_id")}
    GROUP BY above.ancestor_id
"""

BY_HAND = [
    DYNAMICS, WEIGHTED, FAILED, RURAL, PER_THOUSAND, SAID_YES, LISTED_YES, LEAST, PLACES_YES, PLACES_WITH,
]  # fmt: skip

BOTH_KNOWN = f"""
    SELECT above.ancestor_id AS unit_id, sum(year.low_income)::numeric AS n, sum(year.pupils)::numeric AS d
    FROM schools_schoolyear AS year
    JOIN {ABOVE.format(unit="year.unit_id")}
    WHERE year.academic_year = %(passports)s AND year.low_income IS NOT NULL AND year.pupils IS NOT NULL
    GROUP BY above.ancestor_id
"""

MARKS = f"""
    SELECT above.ancestor_id AS unit_id,
        sum(now.marks[1] + now.marks[2] + now.marks[3] + now.marks[4])::numeric AS n, NULL::numeric AS d,
        ARRAY[sum(now.marks[1]), sum(now.marks[2]), sum(now.marks[3]), sum(now.marks[4])]::numeric[] AS cells
    FROM monitoring_schoolresult AS now
    JOIN {ABOVE.format(unit="now.unit_id")}
    WHERE now.assessment_id = %(now)s AND now.is_current
    GROUP BY above.ancestor_id
"""

GOOD_MARKS = f"""
    SELECT above.ancestor_id AS unit_id, sum(now.marks[3] + now.marks[4])::numeric AS n,
        sum(now.marks[1] + now.marks[2] + now.marks[3] + now.marks[4])::numeric AS d
    FROM monitoring_schoolresult AS now
    JOIN {ABOVE.format(unit="now.unit_id")}
    WHERE now.assessment_id = %(now)s AND now.is_current
    GROUP BY above.ancestor_id
"""


def _share_of_listed(listed: str) -> str:
    return f"""
        SELECT above.ancestor_id AS unit_id, count(listed.unit_id)::numeric AS n, count(*)::numeric AS d
        FROM schools_unit AS unit
        LEFT JOIN ({listed}) AS listed ON listed.unit_id = unit.id
        JOIN {ABOVE.format(unit="unit.id")}
        WHERE unit.kind = 'school'
        GROUP BY above.ancestor_id
    """


BETWEEN_LISTS = f"""
    SELECT now.unit_id, now.n * past.d - past.n * now.d AS n, now.d * past.d AS d
    FROM ({_share_of_listed(LISTED)}) AS now
    JOIN ({_share_of_listed(LISTED_BEFORE).replace("%(day)s", "%(day_before)s")}) AS past USING (unit_id)
"""

STILL_LISTED = f"""
    SELECT above.ancestor_id AS unit_id, count(listed.unit_id)::numeric AS n, count(*)::numeric AS d
    FROM ({LISTED_BEFORE}) AS past
    LEFT JOIN ({LISTED}) AS listed ON listed.unit_id = past.unit_id
    JOIN {ABOVE.format(unit="past.unit_id")}
    GROUP BY above.ancestor_id
"""

SAME_SCHOOLS = f"""
    SELECT above.ancestor_id AS unit_id, sum(year.pupils - past.pupils)::numeric AS n, NULL::numeric AS d
    FROM schools_schoolyear AS year
    JOIN schools_schoolyear AS past
        ON past.unit_id = year.unit_id AND past.academic_year = %(passports)s - 1
    JOIN {ABOVE.format(unit="year.unit_id")}
    WHERE year.academic_year = %(passports)s
    GROUP BY above.ancestor_id
"""

PLACES_BELOW = f"""
    SELECT above.ancestor_id AS unit_id, count(*) FILTER (WHERE mean.n < 80 * mean.d)::numeric AS n,
        count(*)::numeric AS d
    FROM ({WEIGHTED}) AS mean
    JOIN schools_unit AS place ON place.id = mean.unit_id AND place.kind = 'municipality'
    JOIN {ABOVE.format(unit="place.id")}
    GROUP BY above.ancestor_id
"""

BELOW_THE_REGION = f"""
    WITH mean AS MATERIALIZED (
        SELECT mean.unit_id, mean.n / mean.d AS percent FROM ({WEIGHTED}) AS mean
        JOIN schools_unit AS region ON region.id = mean.unit_id AND region.kind = 'region'
    )
    SELECT above.ancestor_id AS unit_id,
        count(*) FILTER (WHERE 100 * (now.n - now.failed)::numeric / now.n < mean.percent)::numeric AS n,
        count(*)::numeric AS d
    FROM monitoring_schoolresult AS now
    JOIN {ABOVE.format(unit="now.unit_id").replace("above", "over")}
    JOIN mean ON mean.unit_id = over.ancestor_id
    JOIN {ABOVE.format(unit="now.unit_id")}
    WHERE now.assessment_id = %(now)s AND now.is_current AND now.n >= 5
    GROUP BY above.ancestor_id
"""

RAISED = f"""
    SELECT above.ancestor_id AS unit_id, sum(now.raised)::numeric AS n,
        sum(now.raised + now.confirmed + now.lowered)::numeric AS d
    FROM monitoring_schoolresult AS now
    JOIN {ABOVE.format(unit="now.unit_id")}
    WHERE now.assessment_id = %(now)s AND now.is_current
    GROUP BY above.ancestor_id
"""

WORK = "впр, «русский язык», 4"
MEAN = f"среднее(доля_справившихся({WORK}), участники({WORK}))"
FURTHER = {
    "отношение(малообеспеченные, обучающиеся)": BOTH_KNOWN,
    f"распределение(отметки({WORK}))": MARKS,
    f"доля_в(распределение(отметки({WORK})), 4, 5)": GOOD_MARKS,
    "изменение(доля(школы, где выявлена))": BETWEEN_LISTS,
    "доля(школы, где выявлена, среди прежде(выявленных))": STILL_LISTED,
    "сумма(изменение(обучающиеся))": SAME_SCHOOLS,
    "доля(муниципалитеты, где показатель(«среднее_справившихся») < 80)": PLACES_BELOW,
    f"доля(школы, где доля_справившихся({WORK}) < по_краю({MEAN}))": BELOW_THE_REGION,
    f"100 * (сумма(повысили({WORK})) / сумма(сравнены_с_журналом({WORK})))": RAISED,
}
REFERRED = ("среднее_справившихся", MEAN)
