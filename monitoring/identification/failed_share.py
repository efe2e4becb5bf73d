"""
The federal rule: too large a share of pupils below the minimum, in several procedures or repeatedly in one.

Test A: in the newest year at least `procedures_needed` procedures are low. Test B: one procedure is low in the newest
year and in the session held before it. How the two are joined is data, for the rule's own text leaves it open.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from monitoring.identification.findings import Check, State, TraceEntry, Verdict
from monitoring.identification.method import Combination, FailedShare, Procedure, Repeat
from monitoring.identification.region import Region, School
from monitoring.identification.sessions import (
    Sitting,
    Written,
    held_years,
    sessions_before,
    sitting,
    subject_held,
    written_by,
)


@dataclass(frozen=True, slots=True)
class Session:
    """One procedure of the rule in the newest year, and the earlier year it is compared with, if there is one."""

    procedure: Procedure
    year: int
    subject: str
    earlier: int | None
    earlier_subject: str
    pool: tuple[int, ...]


def sessions_of(rule: FailedShare, region: Region, year: int) -> list[Session]:
    """Work out once for the region what was held when."""
    sessions = []
    for procedure in rule.procedures:
        held = held_years(procedure, region)
        before = sessions_before(held, year, rule.look_back_years)
        last_held = before[0] if before else None
        earlier = last_held if rule.repeat is Repeat.HELD_SESSIONS else year - 1
        sessions.append(
            Session(
                procedure,
                year,
                subject_held(procedure, year, region),
                earlier,
                "" if earlier is None else subject_held(procedure, earlier, region),
                tuple(before[: rule.pool_years - 1]),
            )
        )
    return sessions


def judge(written: Sitting, rule: FailedShare) -> Verdict:
    """Give the verdict on one sitting; compared as integers, the threshold itself is low."""
    if written.n == 0:
        return Verdict.NOT_HELD
    if written.not_objective and rule.exclude_not_objective:
        return Verdict.NOT_OBJECTIVE
    if written.n < rule.min_participants:
        return Verdict.TOO_FEW
    is_low = written.failed * rule.threshold.denominator >= rule.threshold.numerator * written.n
    return Verdict.LOW if is_low else Verdict.NOT_LOW


def assess(
    school: School, sessions: Sequence[Session], rule: FailedShare
) -> tuple[State, tuple[Check, ...], tuple[TraceEntry, ...]]:
    """Apply the rule to one school: the answer, the tests it rests on and every procedure looked at."""
    written = written_by(school)
    newest: list[TraceEntry] = []
    pairs: list[tuple[TraceEntry, TraceEntry]] = []
    trace: list[TraceEntry] = []
    for session in sessions:
        alone = sitting(session.procedure, session.year, session.subject, written)
        pooled = _pool(alone, session, written, rule)
        entry = _entry(session.procedure, session.year, pooled, rule)
        newest.append(entry)
        trace.append(entry)
        if session.earlier is not None:
            before = sitting(session.procedure, session.earlier, session.earlier_subject, written)
            earlier = _entry(session.procedure, session.earlier, before, rule)
            trace.append(earlier)
            pairs.append((_entry(session.procedure, session.year, alone, rule), earlier))
    checks = (_several(newest, rule), _repeated(pairs))
    return _join(rule.combination, checks[0].state, checks[1].state), checks, tuple(trace)


def _pool(alone: Sitting, session: Session, written: Written, rule: FailedShare) -> Sitting:
    """Add earlier sessions to a sitting too small to judge, until it is large enough or the years run out."""
    total = alone
    for year in session.pool:
        if not 0 < total.n < rule.min_participants:
            break
        total += sitting(session.procedure, year, session.subject, written)
    return total


def _entry(procedure: Procedure, year: int, written: Sitting, rule: FailedShare) -> TraceEntry:
    return TraceEntry(
        procedure.procedure,
        written.subject,
        procedure.grade,
        year,
        written.n,
        written.failed,
        rule.threshold,
        judge(written, rule),
        written.years if len(written.years) > 1 else (),
    )


def _several(newest: Sequence[TraceEntry], rule: FailedShare) -> Check:
    """Test A. Unknown where fewer procedures could be judged than the rule needs to find a school low."""
    low = tuple(entry for entry in newest if entry.verdict is Verdict.LOW)
    judged = sum(entry.verdict.is_judged for entry in newest)
    return Check("A", _state(len(low), judged, rule.procedures_needed), low, judged, rule.procedures_needed)


def _repeated(pairs: Sequence[tuple[TraceEntry, TraceEntry]]) -> Check:
    """Test B. Unknown where no procedure could be judged in both of its sessions."""
    judged = [pair for pair in pairs if pair[0].verdict.is_judged and pair[1].verdict.is_judged]
    low = tuple(now for now, before in judged if now.verdict is before.verdict is Verdict.LOW)
    return Check("B", _state(len(low), len(judged), 1), low, len(judged), 1)


def _state(low: int, judged: int, needed: int) -> State:
    if low >= needed:
        return State.MET
    return State.NOT_MET if judged >= needed else State.UNKNOWN


def _join(combination: Combination, several: State, repeated: State) -> State:
    """Join both tests. «A or B» is answered by whichever test could be made; «A and B» needs both."""
    if combination is Combination.A:
        return several
    if combination is Combination.B:
        return repeated
    states = (several, repeated)
    if combination is Combination.A_OR_B:
        order = (State.MET, State.NOT_MET, State.UNKNOWN)
    else:
        order = (State.NOT_MET, State.UNKNOWN, State.MET)
    return next(state for state in order if state in states)
