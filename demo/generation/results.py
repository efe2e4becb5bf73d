"""Results of schools: how many pupils wrote, and how they fell into marks, levels and scores."""

import math
from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from demo.generation.calendar import Sitting
from demo.generation.dice import dice
from demo.generation.schools import GAINED, DrawnSchool, pupils_by_grade

_WITHIN = 0.9  # spread of pupils inside a school, in the region's standard deviations
_SUPPORT_SINCE = 2020
_SUPPORT = 0.08  # how much a weak school gains in a year of support
_CDF = np.vectorize(lambda z: 0.5 * (1 + math.erf(z / math.sqrt(2))), otypes=[float])

Counts = NDArray[np.int64]


def mark_counts(schools: Sequence[DrawnSchool], sitting: Sitting) -> Counts:
    """Return how many pupils of each school got «2», «3», «4», «5», or fell into each of four levels."""
    cuts = _quantiles(tuple(np.cumsum(sitting.shares)))
    parts = []
    for code, group in _by_place(schools):
        rng = dice("marks", *_names(sitting), code)
        mu = _ability(group, sitting, rng)
        upto = _CDF((np.array(cuts)[None, :] - mu[:, None]) / _WITHIN)
        shares = np.diff(np.column_stack([np.zeros(len(group)), upto, np.ones(len(group))]), axis=1)
        parts.append(rng.multinomial(_writers(group, sitting, rng), shares))
    return np.vstack(parts)


def test_scores(schools: Sequence[DrawnSchool], sitting: Sitting, mean: float, spread: float) -> list[Counts]:
    """Return the scores of a hundred that each school's pupils got."""
    found: list[Counts] = []
    for code, group in _by_place(schools):
        rng = dice("scores", *_names(sitting), code)
        mu = _ability(group, sitting, rng)
        for writers, centre in zip(_writers(group, sitting, rng).tolist(), mu.tolist(), strict=True):
            scores = rng.normal(mean + spread * centre, spread * _WITHIN, writers)
            found.append(np.clip(np.rint(scores), 0, 100).astype(int))
    return found


def wrote_in_spring(schools: Sequence[DrawnSchool]) -> NDArray[np.bool_]:
    """Say which schools wrote the ВПР of 2022 in March, before it was moved to autumn."""
    return np.concatenate([dice("spring 2022", code).random(len(group)) < 0.35 for code, group in _by_place(schools)])


def _writers(group: Sequence[DrawnSchool], sitting: Sitting, rng: np.random.Generator) -> Counts:
    pupils = pupils_by_grade(tuple(group), sitting.academic_year)[:, sitting.grade]
    exams = sitting.procedure in ("ОГЭ", "ЕГЭ")
    taking = np.array([school.has_exams if exams else school.sits_papers for school in group])
    writers = rng.binomial(pupils, sitting.turnout) * taking
    if sitting.cohort:
        spring = wrote_in_spring(group)
        writers = writers * (spring if sitting.cohort == "spring" else ~spring)
    return writers


def _ability(group: Sequence[DrawnSchool], sitting: Sitting, rng: np.random.Generator) -> NDArray[np.float64]:
    """A school's standing: what it is, what the subject and the year add, what support has mended, and chance."""
    code, size = group[0].place.code, len(group)
    quality = np.array([school.quality for school in group])
    subject = dice("subject", sitting.subject.split()[0], code).normal(0, 0.08, size)
    year = dice("year", sitting.academic_year, code).normal(0, 0.08, size)
    years = max(0, sitting.academic_year - _SUPPORT_SINCE + 1)
    support = np.where(quality < -0.5, _SUPPORT * years, 0)
    support = support + np.array([GAINED.get((school.code, sitting.academic_year), 0) for school in group])
    autumn = -0.12 if sitting.held_on.month >= 9 else 0.0
    return quality + subject + year + support + autumn + rng.normal(0, 0.08, size)


def _names(sitting: Sitting) -> tuple[object, ...]:
    return sitting.procedure, sitting.subject, sitting.grade, sitting.academic_year


def _by_place(schools: Sequence[DrawnSchool]) -> Iterator[tuple[str, list[DrawnSchool]]]:
    for code, group in groupby(schools, key=lambda school: school.place.code):
        yield code, list(group)


def _quantiles(shares: tuple[float, ...]) -> list[float]:
    """Return where a normal distribution has these shares to its left."""
    return [_quantile(share) for share in shares]


def _quantile(share: float) -> float:
    low, high = -6.0, 6.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if float(_CDF(middle)) < share else (low, middle)
    return (low + high) / 2
