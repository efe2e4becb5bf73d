"""
Reads schools that are drawn as small tables, so that a case looks like the sheet it came from.

    ОГЭ математика 9 | 2018: 4/10 | 2020: 3/10

means: of 10 participants 4 failed in 2018/19, 3 in 2020/21. «!» after a pair marks a result as not objective,
«@55» gives the mean score in percent. A year that is left out was not written by this school.
"""

import re
from fractions import Fraction

from monitoring.identification.method import Method, read_method
from monitoring.identification.region import Passport, Region, School, SchoolYearResult, region_of

_CELL = re.compile(r"(\d{4}): (\d+)/(\d+)(!?)(?:@([\d.]+))?")


def school(table: str, code: str = "131001", attributes: tuple[str, ...] = (), passports: dict | None = None) -> School:
    results = []
    for line in filter(None, map(str.strip, table.splitlines())):
        title, *cells = (part.strip() for part in line.split("|"))
        procedure, *subject, grade = title.split()
        for cell in cells:
            year, failed, n, flag, score = _CELL.fullmatch(cell).groups()
            results.append(
                SchoolYearResult(
                    procedure,
                    " ".join(subject),
                    int(grade),
                    int(year),
                    int(n),
                    int(failed),
                    Fraction(score) if score else None,
                    bool(flag),
                )
            )
    rows = tuple(
        Passport(year, {name: Fraction(value) for name, value in figures.items()})
        for year, figures in (passports or {}).items()
    )
    return School(code, frozenset(attributes), tuple(results), rows)


def region(*schools: School) -> Region:
    return region_of(schools)


PROCEDURES = [
    {"procedure": "ВПР", "subjects": ["русский"], "grade": 5},
    {"procedure": "ВПР", "subjects": ["математика"], "grade": 5},
    {"procedure": "ОГЭ", "subjects": ["русский"], "grade": 9},
    {"procedure": "ОГЭ", "subjects": ["математика"], "grade": 9},
    {"procedure": "ЕГЭ", "subjects": ["профиль", "база"], "grade": 11, "title": "математика"},
]


def federal(**changes) -> Method:
    rule = {
        "criterion": "failed_share",
        "procedures": PROCEDURES,
        "threshold_percent": 30,
        "min_participants": 10,
        "combination": "A_or_B",
        "procedures_needed": 2,
    }
    excluded = changes.pop("exclude_schools", [])
    return read_method({"results": rule | changes, "exclude_schools": excluded})
