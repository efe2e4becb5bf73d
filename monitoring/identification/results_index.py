"""
The index of results: how far a school lies from the region, over procedures and years, in standard deviations.

For each procedure and year the measure is compared with the region's mean, weighted by participants; a school's index
is the mean of its deviations, again weighted by participants and by the weight of the procedure. Schools with fewer
participants than the minimum look further back, up to `pool_years`.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from monitoring.identification.findings import Contribution, IndexValue, Lack, LeftOut, State, TraceEntry, Verdict
from monitoring.identification.method import Measure, Procedure, ResultsIndex
from monitoring.identification.percentiles import DIGITS, cut_at, deviation, lower_share, mean_and_deviation
from monitoring.identification.region import Region, School
from monitoring.identification.sessions import Sitting, Written, held_years, sitting, subject_held, written_by

RESULTS = "results"


@dataclass(frozen=True, slots=True)
class Norm:
    """The region's mean and spread of one procedure in one year, and the value below which a school is low there."""

    procedure: Procedure
    year: int
    measure: Measure
    mean: float
    spread: float
    cut: float | None
    weight: float  # the procedure's, as the float that sums are made of


@dataclass(frozen=True, slots=True)
class Mark:
    """One school in one procedure of one year, with its deviation."""

    norm: Norm
    written: Sitting
    value: float | None
    z: float


@dataclass(frozen=True, slots=True)
class Standing:
    """A school's index before it is compared with the others."""

    value: float | None
    n: int
    years: tuple[int, ...]
    marks: tuple[Mark, ...]
    all_marks: tuple[Mark, ...]


def marks_of_region(rule: ResultsIndex, region: Region, years: Sequence[int]) -> dict[str, list[Mark]]:
    """Compare every school with the region in every procedure held in these years, newest first."""
    marks: dict[str, list[Mark]] = {school.code: [] for school in region.schools}
    written = {school.code: written_by(school) for school in region.schools}
    for procedure in rule.procedures:
        held = held_years(procedure, region)
        for year in years:
            if year not in held:
                continue
            subject = subject_held(procedure, year, region)
            sat = {code: sitting(procedure, year, subject, rows) for code, rows in written.items()}
            norm, values = _norm(procedure, year, sat, rule)
            for code, value in values.items():
                z = 0.0 if value is None else deviation(value, norm.mean, norm.spread)
                marks[code].append(Mark(norm, sat[code], value, z))
    return marks


def marks_beside(
    schools: Iterable[School], marks: Mapping[str, Sequence[Mark]], rule: ResultsIndex
) -> dict[str, list[Mark]]:
    """Set schools that take no part in the comparison against the norms of those that do, to be told and not judged."""
    compared = next(iter(marks.values()), ())  # every school has a mark of every norm
    found = {}
    for school in schools:
        written = written_by(school)
        found[school.code] = [_mark_beside(mark, written, rule) for mark in compared]
    return found


def _mark_beside(compared: Mark, written: Written, rule: ResultsIndex) -> Mark:
    norm = compared.norm
    one = sitting(norm.procedure, norm.year, compared.written.subject, written)
    is_usable = one.n and not (one.not_objective and rule.exclude_not_objective)
    if not is_usable or (norm.measure is Measure.SCORE_PERCENT and one.score_percent is None):
        return Mark(norm, one, None, 0.0)
    value = _value(one, norm.measure)
    return Mark(norm, one, value, deviation(value, norm.mean, norm.spread))


def _norm(
    procedure: Procedure, year: int, sat: Mapping[str, Sitting], rule: ResultsIndex
) -> tuple[Norm, dict[str, float | None]]:
    """Take scores where the whole procedure has them, else shares: one procedure never mixes both."""
    usable = {
        code: one for code, one in sat.items() if one.n and not (one.not_objective and rule.exclude_not_objective)
    }
    measure = rule.measure
    if measure is Measure.SCORE_PERCENT and any(one.score_percent is None for one in usable.values()):
        measure = Measure.SHARE_NOT_FAILING
    values = {code: _value(one, measure) for code, one in usable.items()}
    mean, spread = mean_and_deviation(list(values.values()), [float(usable[code].n) for code in values])
    large = [value for code, value in values.items() if usable[code].n >= rule.min_participants]
    norm = Norm(procedure, year, measure, mean, spread, cut_at(large, rule.percentile), float(procedure.weight))
    return norm, {code: values.get(code) for code in sat}


def _value(written: Sitting, measure: Measure) -> float:
    if measure is Measure.SCORE_PERCENT and written.score_percent is not None:
        return float(written.score_percent)
    return 100 * (written.n - written.failed) / written.n


def standing(marks: Sequence[Mark], years: Sequence[int], rule: ResultsIndex) -> Standing:
    """Join a school's deviations into one number, going further back only while participants are too few."""
    used: list[Mark] = []
    taken: list[int] = []
    n = 0
    for place, year in enumerate(years[: rule.pool_years]):
        if place >= rule.years and n >= rule.min_participants:
            break
        of_year = [mark for mark in marks if mark.norm.year == year and mark.value is not None]
        if of_year:
            used += of_year
            taken.append(year)
            n += sum(mark.written.n for mark in of_year)
    weight = math.fsum(_weight(mark) for mark in used)
    if not weight or n < rule.min_participants:
        return Standing(None, n, tuple(taken), tuple(used), tuple(marks))
    value = math.fsum(_weight(mark) * mark.z for mark in used) / weight
    return Standing(round(value, DIGITS), n, tuple(taken), tuple(used), tuple(marks))


def _weight(mark: Mark) -> float:
    return mark.written.n * mark.norm.weight


def compare(standings: Mapping[str, Standing], rule: ResultsIndex, years: Sequence[int]) -> dict[str, IndexValue]:
    """Cut the region's indices at the percentile and say of each school where it stands and why."""
    ordered = sorted(one.value for one in standings.values() if one.value is not None)
    cut = cut_at(ordered, rule.percentile)
    average = math.fsum(ordered) / len(ordered) if ordered else 0.0
    found = {code: _index_value(one, ordered, cut, average) for code, one in standings.items()}
    return {
        code: one if one.value is not None else replace(one, left_out=_left_out(standings[code], rule, years))
        for code, one in found.items()
    }


def _left_out(one: Standing, rule: ResultsIndex, years: Sequence[int]) -> LeftOut:
    """Say what is lacking: procedures that the school did not write at all, or participants in those that it wrote."""
    written = {mark.norm.procedure for mark in one.all_marks if mark.written.n}
    missing = tuple(
        f"{procedure.procedure}, {procedure.grade} класс, {procedure.title}"
        for procedure in rule.procedures
        if procedure not in written
    )
    lack = Lack.TOO_FEW_PARTICIPANTS if one.n else Lack.NO_RESULTS
    return LeftOut(RESULTS, lack, one.n, rule.min_participants, tuple(years[: rule.pool_years]), missing)


def _index_value(one: Standing, ordered: Sequence[float], cut: float | None, average: float) -> IndexValue:
    weight = math.fsum(_weight(mark) for mark in one.marks)
    parts = tuple(
        Contribution(
            code=f"{mark.norm.procedure.procedure}|{mark.written.subject}|{mark.norm.procedure.grade}|{mark.norm.year}",
            title=f"{mark.norm.procedure.procedure}, {mark.norm.procedure.grade} класс, {mark.written.subject}",
            value=mark.value,
            mean=mark.norm.mean,
            spread=mark.norm.spread,
            z=mark.z,
            weight=_weight(mark) / weight if weight else 0.0,
            points=_weight(mark) * mark.z / weight if weight else 0.0,
        )
        for mark in one.marks
    )
    if one.value is None or cut is None:
        return IndexValue(None, cut, average, State.UNKNOWN, None, one.n, one.years, parts)
    state = State.MET if one.value <= cut else State.NOT_MET
    return IndexValue(one.value, cut, average, state, lower_share(one.value, ordered), one.n, one.years, parts)


def trace_of(marks: Sequence[Mark], rule: ResultsIndex) -> tuple[TraceEntry, ...]:
    """Write down every procedure with its own verdict: low where the school is at or under the procedure's cut."""
    return tuple(
        TraceEntry(
            mark.norm.procedure.procedure,
            mark.written.subject,
            mark.norm.procedure.grade,
            mark.norm.year,
            mark.written.n,
            mark.written.failed,
            None,
            _verdict(mark, rule),
            (),
            None if mark.value is None else round(mark.z, 4),
        )
        for mark in marks
    )


def _verdict(mark: Mark, rule: ResultsIndex) -> Verdict:
    if mark.written.n == 0:
        return Verdict.NOT_HELD
    if mark.value is None:
        return Verdict.NOT_OBJECTIVE
    if mark.written.n < rule.min_participants or mark.norm.cut is None:
        return Verdict.TOO_FEW
    return Verdict.LOW if mark.value <= mark.norm.cut else Verdict.NOT_LOW
