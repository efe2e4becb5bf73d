"""
The trace of a finding as JSON, the shape in which a run keeps it.

    {"procedures": [{"procedure", "subject", "grade", "academic_year", "n", "failed", "share", "threshold", "verdict",
                     "years", "z"}, …],
     "checks": [{"code", "state", "low": [[procedure, subject, grade], …], "judged", "needed"}, …],
     "results" and "conditions": null or {"value", "cut", "average", "state", "better_than", "n", "years",
         "contributions": [{"code", "title", "value", "mean", "z", "weight", "points"}, …],
         "left_out": null or {"criterion", "lack", "count", "needed", "years", "missing"}},
     "results_state", "conditions_state", "resilient_years", "excluded_as",
     "way_out": {"fewer", "steps": [{"procedure", "subject", "grade", "n", "failed", "allowed", "fewer"}], "rise"}}

Academic years are numbers of their first year; shares are fractions of one.
"""

from typing import Any

from monitoring.identification.findings import Finding, IndexValue, LeftOut, TraceEntry
from monitoring.identification.method import FailedShare, Method
from monitoring.identification.way_out import Step, rise_needed, way_out

_DIGITS = 6


def trace_as_json(finding: Finding, method: Method) -> dict[str, Any]:
    """Write down everything a page needs to explain the finding without counting again."""
    threshold = float(method.results.threshold) if isinstance(method.results, FailedShare) else None
    return {
        "procedures": [_entry(entry, threshold) for entry in finding.trace],
        "checks": [
            {
                "code": check.code,
                "state": str(check.state),
                "low": [list(entry.key) for entry in check.low],
                "judged": check.judged,
                "needed": check.needed,
            }
            for check in finding.checks
        ],
        "results": _index(finding.results),
        "conditions": _index(finding.conditions),
        "results_state": str(finding.results_state),
        "conditions_state": str(finding.conditions_state) if finding.conditions_state else None,
        "resilient_years": list(finding.resilient_years),
        "excluded_as": finding.excluded_as,
        "way_out": _way_out(finding, method),
    }


def _entry(entry: TraceEntry, threshold: float | None) -> dict[str, Any]:
    return {
        "procedure": entry.procedure,
        "subject": entry.subject,
        "grade": entry.grade,
        "academic_year": entry.academic_year,
        "n": entry.n,
        "failed": entry.failed,
        "share": entry.failed / entry.n if entry.n else None,
        "threshold": threshold,
        "verdict": str(entry.verdict),
        "years": list(entry.pooled_years),
        "z": entry.z,
    }


def _index(index: IndexValue | None) -> dict[str, Any] | None:
    if index is None:
        return None
    return {
        "value": _rounded(index.value),
        "cut": _rounded(index.cut),
        "average": _rounded(index.average),
        "state": str(index.state),
        "better_than": _rounded(index.better_than),
        "n": index.n,
        "years": list(index.years),
        "contributions": [
            {
                "code": part.code,
                "title": part.title,
                "value": None if part.value is None else round(part.value, _DIGITS),
                "mean": round(part.mean, _DIGITS),
                "z": round(part.z, _DIGITS),
                "weight": round(part.weight, _DIGITS),
                "points": round(part.points, _DIGITS),
            }
            for part in index.contributions
        ],
        "left_out": _left_out(index.left_out),
    }


def _left_out(why: LeftOut | None) -> dict[str, Any] | None:
    if why is None:
        return None
    return {
        "criterion": why.criterion,
        "lack": str(why.lack),
        "count": why.count,
        "needed": why.needed,
        "years": list(why.years),
        "missing": list(why.missing),
    }


def _rounded(value: float | None) -> float | None:
    """Keep six digits; the infinite cut of «nobody» has no place in JSON."""
    return None if value is None or abs(value) == float("inf") else round(value, _DIGITS)


def _way_out(finding: Finding, method: Method) -> dict[str, Any]:
    if isinstance(method.results, FailedShare):
        way = way_out(finding, method.results)
        return {"fewer": way.fewer, "steps": [_step(step) for step in way.steps], "rise": None}
    rise = rise_needed(finding.results) if finding.results else None
    return {"fewer": None, "steps": [], "rise": _rounded(rise)}


def _step(step: Step) -> dict[str, Any]:
    return {
        "procedure": step.procedure,
        "subject": step.subject,
        "grade": step.grade,
        "n": step.n,
        "failed": step.failed,
        "allowed": step.allowed,
        "fewer": step.fewer,
    }
