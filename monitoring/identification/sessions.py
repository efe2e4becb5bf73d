"""When a procedure was held, and what a school wrote in it: the one place where subjects are added together."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from monitoring.identification.method import Procedure
from monitoring.identification.region import Region, School, SchoolYearResult

Written = Mapping[tuple[str, str, int, int], SchoolYearResult]


@dataclass(frozen=True, slots=True)
class Sitting:
    """The pupils of one school in one procedure over one or several years."""

    subject: str
    n: int
    failed: int
    years: tuple[int, ...]
    score_percent: Fraction | None = None
    not_objective: bool = False

    def __add__(self, other: "Sitting") -> "Sitting":
        scores = None
        if self.score_percent is not None and other.score_percent is not None and self.n + other.n:
            scores = (self.score_percent * self.n + other.score_percent * other.n) / (self.n + other.n)
        elif not self.n or not other.n:
            scores = self.score_percent if self.n else other.score_percent
        return Sitting(
            self.subject if self.n else other.subject,
            self.n + other.n,
            self.failed + other.failed,
            tuple(sorted({*self.years, *other.years})),
            scores,
            self.not_objective or other.not_objective,
        )


def held_years(procedure: Procedure, region: Region) -> frozenset[int]:
    """Return the years in which any subject of the procedure was held in the region."""
    keys = ((procedure.procedure, subject, procedure.grade) for subject in procedure.subjects)
    return frozenset().union(*(region.held.get(key, frozenset()) for key in keys))


def subject_held(procedure: Procedure, year: int, region: Region) -> str:
    """Name what was held: the one subject where only one of them was, else the procedure's own title."""
    held = [
        subject
        for subject in procedure.subjects
        if year in region.held.get((procedure.procedure, subject, procedure.grade), frozenset())
    ]
    return held[0] if len(held) == 1 else procedure.title


def written_by(school: School) -> Written:
    """Index what a school wrote by procedure, subject, grade and year."""
    return {(row.procedure, row.subject, row.grade, row.academic_year): row for row in school.results}


def sitting(procedure: Procedure, year: int, subject: str, written: Written) -> Sitting:
    """Add together what one school wrote in all subjects of a procedure in one year."""
    total = Sitting(subject, 0, 0, (year,))
    for name in procedure.subjects:
        row = written.get((procedure.procedure, name, procedure.grade, year))
        if row is not None and row.n:
            part = Sitting(subject, row.n, row.failed, (year,), row.score_percent, row.not_objective)
            total = total + part if total.n else part
    return total


def sessions_before(held: frozenset[int], year: int, look_back: int) -> list[int]:
    """Return the years in which the procedure was held before `year`, latest first, within the look back."""
    return sorted((earlier for earlier in held if year - look_back <= earlier < year), reverse=True)
