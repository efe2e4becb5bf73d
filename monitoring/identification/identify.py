"""One run over a region: each criterion of the method is applied, and the answers become categories."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from monitoring.identification import failed_share, results_index
from monitoring.identification.conditions_index import conditions_of_region
from monitoring.identification.findings import Category, Check, Finding, IndexValue, State, TraceEntry
from monitoring.identification.method import FailedShare, Measure, Method, Resilience, ResultsIndex
from monitoring.identification.percentiles import median_like
from monitoring.identification.region import Region, School
from monitoring.identification.sessions import held_years

Marks = Mapping[str, list[results_index.Mark]]


@dataclass(frozen=True, slots=True)
class _Results:
    state: State
    trace: tuple[TraceEntry, ...]
    checks: tuple[Check, ...] = ()
    index: IndexValue | None = None


def identify(region: Region, method: Method, year: int) -> dict[str, Finding]:
    """Say of every school what it is called and why. `year` is the newest academic year of results."""
    excluded = {school.code: found for school in region.schools if (found := _excluded_as(school, method))}
    compared = replace(region, schools=tuple(one for one in region.schools if one.code not in excluded))
    marks, last = _marks(compared, method, year)
    # A share is a school's own, so that one left out is still traced; an index compares, so that it takes no part.
    told = region if isinstance(method.results, FailedShare) else compared
    results = _results(told, method.results, year, marks)
    conditions = conditions_of_region(method.conditions, compared, year) if method.conditions else {}
    coping = _years_of_coping(marks, last, method)
    beside = _traces_beside([one for one in region.schools if one.code in excluded], method.results, year, marks)
    findings = {}
    for school in region.schools:
        if school.code in excluded:
            trace = results[school.code].trace if school.code in results else beside.get(school.code, ())
            findings[school.code] = Finding(school.code, (), trace, excluded_as=excluded[school.code])
            continue
        of_results, of_conditions = results[school.code], conditions.get(school.code)
        hard = of_conditions.state if of_conditions else None
        years = coping.get(school.code, ())
        findings[school.code] = Finding(
            school.code,
            categories(of_results.state, hard, len(years), method.resilience),
            of_results.trace,
            of_results.checks,
            of_results.index,
            of_conditions,
            of_results.state,
            hard,
            years,
        )
    return findings


def categories(
    low: State, hard: State | None, coping_years: int, resilience: Resilience | None
) -> tuple[Category, ...]:
    """Turn answers into categories: both, one, resilient, none, or not enough data to say."""
    found = []
    if low is State.MET:
        found.append(Category.LOW_RESULTS)
    is_resilient = (
        resilience is not None and hard is State.MET and low is State.NOT_MET and coping_years >= resilience.years
    )
    if hard is State.MET and (not is_resilient or (resilience is not None and resilience.keeps_hard_conditions)):
        found.append(Category.HARD_CONDITIONS)
    if is_resilient:
        found.append(Category.RESILIENT)
    if not found and State.UNKNOWN in (low, hard):
        found.append(Category.INSUFFICIENT_DATA)
    return tuple(found)


def _excluded_as(school: School, method: Method) -> str | None:
    reasons = sorted(school.attributes & method.exclude_schools)
    return reasons[0] if reasons else None


def _results(region: Region, rule: FailedShare | ResultsIndex, year: int, marks_of_all: Marks) -> dict[str, _Results]:
    if isinstance(rule, FailedShare):
        sessions = failed_share.sessions_of(rule, region, year)
        answers = {}
        for school in region.schools:
            state, checks, trace = failed_share.assess(school, sessions, rule)
            answers[school.code] = _Results(state, trace, checks)
        return answers
    years = [year - back for back in range(rule.pool_years)]
    marks = _of_years(marks_of_all, years)
    values = results_index.compare(
        {code: results_index.standing(rows, years, rule) for code, rows in marks.items()}, rule, years
    )
    return {
        code: _Results(values[code].state, results_index.trace_of(rows, rule), (), values[code])
        for code, rows in marks.items()
    }


def _traces_beside(
    schools: Sequence[School], rule: FailedShare | ResultsIndex, year: int, marks: Marks
) -> dict[str, tuple[TraceEntry, ...]]:
    """Trace the results of schools that an index leaves out: what they wrote, by the norms of the others."""
    if isinstance(rule, FailedShare):
        return {}
    own = _of_years(marks, [year - back for back in range(rule.pool_years)])
    beside = results_index.marks_beside(schools, own, rule)
    return {code: results_index.trace_of(rows, rule) for code, rows in beside.items()}


def _marks(region: Region, method: Method, year: int) -> tuple[Marks, list[int]]:
    """Compare schools in every year that either criterion looks at, and name the years that coping is asked of."""
    rule = _yearly(method.results)
    held = frozenset().union(*(held_years(procedure, region) for procedure in rule.procedures))
    wanted = method.resilience.years if method.resilience else 0
    last = sorted((one for one in held if one <= year), reverse=True)[:wanted]
    spans = range(method.results.pool_years) if isinstance(method.results, ResultsIndex) else ()
    years = sorted({*last, *(year - back for back in spans)}, reverse=True)
    return (results_index.marks_of_region(rule, region, years) if years else {}), last


def _of_years(marks: Marks, years: Collection[int]) -> Marks:
    return {code: [mark for mark in rows if mark.norm.year in years] for code, rows in marks.items()}


def _years_of_coping(marks: Marks, last: Sequence[int], method: Method) -> Mapping[str, tuple[int, ...]]:
    """Find, per school, in which of the last held years its results stood at the wished percentile or above."""
    if method.resilience is None:
        return {}
    rule = _yearly(method.results)
    coping: dict[str, list[int]] = {}
    for one in last:
        values = {code: results_index.standing(rows, [one], rule).value for code, rows in marks.items()}
        known = {code: value for code, value in values.items() if value is not None}
        middle = median_like(known.values(), method.resilience.results_percentile)
        for code, value in known.items():
            if middle is not None and value >= middle:
                coping.setdefault(code, []).append(one)
    return {code: tuple(years) for code, years in coping.items()}


def _yearly(rule: FailedShare | ResultsIndex) -> ResultsIndex:
    """Use the method's own procedures year by year, without looking back, whichever criterion it has."""
    if isinstance(rule, ResultsIndex):
        return replace(rule, years=1, pool_years=1)
    return ResultsIndex(
        procedures=rule.procedures,
        measure=Measure.SHARE_NOT_FAILING,
        percentile=Fraction(0),
        min_participants=rule.min_participants,
        years=1,
        pool_years=1,
        exclude_not_objective=rule.exclude_not_objective,
    )
