"""
«Что её выведет»: the smallest number of pupils who would have had to cope for a school not to be low.

For the rule on shares the answer is exact. For the index everything else (the other schools, the cut) is held still,
so the answer is an honest estimate of the same kind.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from monitoring.identification.findings import Check, Finding, IndexValue, State, TraceEntry
from monitoring.identification.method import Combination, FailedShare


@dataclass(frozen=True, slots=True)
class Step:
    """One procedure to mend: how many failed, how many may fail, how many fewer that is."""

    procedure: str
    subject: str
    grade: int
    n: int
    failed: int
    allowed: int

    @property
    def fewer(self) -> int:
        """How many pupils more have to cope."""
        return self.failed - self.allowed


@dataclass(frozen=True, slots=True)
class WayOut:
    """All steps together; no steps means that the school is not low."""

    steps: tuple[Step, ...]

    @property
    def fewer(self) -> int:
        """How many pupils more have to cope, over all procedures."""
        return sum(step.fewer for step in self.steps)


def allowed_to_fail(n: int, rule: FailedShare) -> int:
    """Return the largest number of failed pupils that is still under the threshold."""
    return math.ceil(rule.threshold * n) - 1


def way_out(finding: Finding, rule: FailedShare) -> WayOut:
    """Find the cheapest set of procedures of the newest year to mend so that the rule no longer holds."""
    if finding.results_state is not State.MET:
        return WayOut(())
    several, repeated = finding.checks
    leave_several = _leave_several(several, rule, ())
    leave_repeated = tuple(_step(entry, rule) for entry in repeated.low)
    if rule.combination is Combination.A:
        return WayOut(leave_several)
    if rule.combination is Combination.B:
        return WayOut(leave_repeated)
    if rule.combination is Combination.A_AND_B:
        return min(WayOut(leave_several), WayOut(leave_repeated), key=lambda way: (way.fewer, len(way.steps)))
    return WayOut(leave_repeated + _leave_several(several, rule, repeated.low))


def _leave_several(check: Check, rule: FailedShare, mended: Sequence[TraceEntry]) -> tuple[Step, ...]:
    """Mend the cheapest procedures until too few are low; those mended anyway are counted as mended."""
    if check.state is not State.MET:
        return ()
    done = {entry.key for entry in mended}
    left = sorted((_step(entry, rule) for entry in check.low if entry.key not in done), key=lambda step: step.fewer)
    surplus = len(left) - rule.procedures_needed + 1
    return tuple(left[: max(surplus, 0)])


def _step(entry: TraceEntry, rule: FailedShare) -> Step:
    return Step(entry.procedure, entry.subject, entry.grade, entry.n, entry.failed, allowed_to_fail(entry.n, rule))


def rise_needed(index: IndexValue) -> float | None:
    """
    Return by how many percentage points every measure of a low school would have to rise to leave the cut behind.

    The same rise in every procedure is asked for, so that no procedure is played against another.
    """
    if index.state is not State.MET or index.value is None or index.cut is None:
        return None
    per_point = math.fsum(part.weight / part.spread for part in index.contributions if part.spread)
    if not per_point:
        return None
    return max(index.cut - index.value, 0.0) / per_point
