"""What a criterion answers: verdicts, states, contributions and the categories of a school, with their trace."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Verdict(StrEnum):
    """What one procedure of one year says about a school."""

    LOW = "low"
    NOT_LOW = "not_low"
    TOO_FEW = "too_few"
    NOT_HELD = "not_held"
    NOT_OBJECTIVE = "not_objective"

    @property
    def is_judged(self) -> bool:
        """Whether there was enough to judge by."""
        return self in (Verdict.LOW, Verdict.NOT_LOW)


class State(StrEnum):
    """Whether a criterion holds for a school; unknown is not «no»."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


class Category(StrEnum):
    """What a school is called in the end."""

    LOW_RESULTS = "low_results"
    HARD_CONDITIONS = "hard_conditions"
    RESILIENT = "resilient"
    INSUFFICIENT_DATA = "insufficient_data"


class Lack(StrEnum):
    """What a criterion would have needed to say anything of a school."""

    EXCLUDED = "excluded"
    NO_RESULTS = "no_results"
    TOO_FEW_PARTICIPANTS = "too_few_participants"
    NO_PASSPORT = "no_passport"
    NO_BASE_FIGURE = "no_base_figure"
    TOO_FEW_PUPILS = "too_few_pupils"
    MISSING_VARIABLES = "missing_variables"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """
    Why an index was not counted for a school.

    `count` of what there is stands against `needed`; of missing variables at most `needed` may be missing.
    """

    criterion: str
    lack: Lack
    count: int
    needed: int
    years: tuple[int, ...]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TraceEntry:
    """One procedure of one year: what was counted, against which threshold, and what follows."""

    procedure: str
    subject: str
    grade: int
    academic_year: int
    n: int
    failed: int
    threshold: Fraction | None
    verdict: Verdict
    pooled_years: tuple[int, ...] = ()
    z: float | None = None

    @property
    def share(self) -> Fraction | None:
        """The share of those who failed; the share of nobody is unknown."""
        return Fraction(self.failed, self.n) if self.n else None

    @property
    def key(self) -> tuple[str, str, int]:
        """What was written, whatever the year."""
        return (self.procedure, self.subject, self.grade)


@dataclass(frozen=True, slots=True)
class Check:
    """One test of the rule on shares: several procedures in one year, or one procedure in two sessions."""

    code: str
    state: State
    low: tuple[TraceEntry, ...]
    judged: int
    needed: int


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one variable or procedure adds to an index, in points of that index around the average school."""

    code: str
    title: str
    value: float | None
    mean: float
    spread: float
    z: float
    weight: float
    points: float


@dataclass(frozen=True, slots=True)
class IndexValue:
    """An index of a school, the cut it is compared with, and what it is made of."""

    value: float | None
    cut: float | None
    average: float
    state: State
    better_than: float | None  # share of judged schools that stand strictly lower, in percent
    n: int
    years: tuple[int, ...]
    contributions: tuple[Contribution, ...]
    left_out: LeftOut | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a run says about one school."""

    school: str
    categories: tuple[Category, ...]
    trace: tuple[TraceEntry, ...]
    checks: tuple[Check, ...] = ()
    results: IndexValue | None = None
    conditions: IndexValue | None = None
    results_state: State = State.UNKNOWN
    conditions_state: State | None = None
    resilient_years: tuple[int, ...] = ()
    excluded_as: str | None = None
