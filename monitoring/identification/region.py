"""What a criterion is given: the schools of a region, their results by year and their social passports."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class SchoolYearResult:
    """How the pupils of one school coped with one procedure in one academic year."""

    procedure: str
    subject: str
    grade: int
    academic_year: int
    n: int
    failed: int
    score_percent: Fraction | None = None  # mean primary score in percent of the maximum, where scores are known
    not_objective: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.failed <= self.n:
            raise ValueError(f"failed {self.failed} must lie between 0 and n {self.n}")


@dataclass(frozen=True, slots=True)
class Passport:
    """The social passport of one school in one academic year: plain figures by code, unknown ones left out."""

    academic_year: int
    figures: Mapping[str, int | Fraction]


@dataclass(frozen=True, slots=True)
class School:
    """One school as a criterion sees it."""

    code: str
    attributes: frozenset[str] = frozenset()
    results: tuple[SchoolYearResult, ...] = ()
    passports: tuple[Passport, ...] = ()


@dataclass(frozen=True, slots=True)
class Region:
    """
    All schools that are compared with each other.

    `held` says in which years a (procedure, subject, grade) took place in the region at all; a year that is
    missing there was not held, which is not the same as a school that had nobody to write it.
    """

    schools: tuple[School, ...]
    held: Mapping[tuple[str, str, int], frozenset[int]] = field(default_factory=dict)


def region_of(schools: Iterable[School]) -> Region:
    """Put schools together and read from their own results which procedures were held in which years."""
    listed = tuple(schools)
    held: dict[tuple[str, str, int], set[int]] = {}
    for school in listed:
        for result in school.results:
            if result.n > 0:
                held.setdefault((result.procedure, result.subject, result.grade), set()).add(result.academic_year)
    return Region(listed, {key: frozenset(years) for key, years in held.items()})
