"""Social passports: what the conditions of a school look like in figures, year by year."""

import math
from collections.abc import Sequence

from demo.generation.dice import dice
from demo.generation.schools import DrawnSchool, pupils_by_grade

HEADINGS = (
    "Код ОО",
    "ОО",
    "Обучающихся всего",
    "оба родителя с высшим образованием",
    "неполные семьи",
    "малообеспеченные",
    "родители безработные",
    "состоят на учёте",
    "русский язык неродной",
    "ОВЗ и дети-инвалиды",
    "Учителей всего",
    "узких специалистов",
    "расстояние до центра, км",
)
# Of each share: its usual log-odds, how conditions move it, and how much chance.
_SHARES = (
    (-0.95, 0.62, 0.22),
    (-1.25, -0.42, 0.22),
    (-1.0, -0.62, 0.25),
    (-2.4, -0.62, 0.3),
    (-3.7, -0.6, 0.35),
    (-3.3, -0.35, 0.8),
    (-2.5, -0.38, 0.3),
)


def passport_rows(schools: Sequence[DrawnSchool], academic_year: int) -> list[list[object]]:
    """Return a line for each school, in the order of the headings."""
    pupils = pupils_by_grade(tuple(schools), academic_year).sum(axis=1).tolist()
    return [_row(school, max(total, 1), academic_year) for school, total in zip(schools, pupils, strict=True)]


def _row(school: DrawnSchool, pupils: int, academic_year: int) -> list[object]:
    steady, yearly = dice("passport", school.code), dice("passport", school.code, academic_year)
    counts = []
    for usual, slope, spread in _SHARES:
        odds = usual + slope * school.conditions + steady.normal(0, spread)
        counts.append(int(yearly.binomial(pupils, 1 / (1 + math.exp(-odds)))))
    if school.type == "для детей с ОВЗ":
        counts[-1] = pupils
    teachers = max(1, round(pupils / (14 if pupils > 300 else 9)) + int(steady.integers(0, 3)))
    specialists = int(steady.binomial(teachers, min(0.25, 0.07 * math.exp(0.3 * school.conditions))))
    return [school.code, school.short_name, pupils, *counts, teachers, specialists, school.distance_km]
