"""
The ten patterns of `_country.patterns`, each for its first procedure, column or question, as SQL written by hand.

Told are keys and days (`formulas._given`); given are unit, n and d for every unit that has a value.
"""

ABOVE = """
    schools_ancestry AS above ON above.unit_id = {unit}
        AND above.valid_from <= %(day)s AND (above.valid_to IS NULL OR above.valid_to >= %(day)s)
"""
LISTED = """
    SELECT entry.unit_id FROM monitoring_listentry AS entry
    JOIN monitoring_schoollist AS list ON list.id = entry.school_list_id
    WHERE list.cohort_year = %(cohort)s AND list.state = 'approved'
"""
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
