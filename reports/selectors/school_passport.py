"""Everything that the passport of a school says for a programme year: its page, its results, why it is on the list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import User
from accounts.permissions import Permission
from common.share import Share
from indicators.facts import Basis
from indicators.selectors.said_closing import said_closings
from monitoring.identification.method import Method, read_method
from monitoring.models import Recommendation, SchoolResult
from monitoring.selectors.explanation import Explanation, explain
from programmes.selectors.indicator_table import IndicatorTable, indicator_table
from reports.selectors.basis import NothingToReport, basis_for
from reports.selectors.cohorts import Cohort, FoundSchool, cohort
from reports.selectors.overview import regional_programme
from reports.selectors.school_page import SchoolPage, school_page
from schools.access import held
from schools.models import School, Unit

FEW = 10


@dataclass(frozen=True)
class SchoolSums:
    """How a school did in one assessment, and from which file that is known."""

    procedure: str
    subject: str
    grade: int
    academic_year: int
    n: int
    failed: int | None
    marks: Sequence[int] | None
    score_percent: Share | None
    file: str
    accepted_at: datetime | None

    @property
    def share(self) -> Share | None:
        """Who failed among participants."""
        return None if self.failed is None or not self.n else Share.of(self.failed, self.n)

    @property
    def is_few(self) -> bool:
        """Whether the figure is a matter of chance."""
        return self.n < FEW


@dataclass(frozen=True)
class PassportData:
    """A school in a programme year. What the reader may not see is empty."""

    unit: Unit
    school: School
    municipality: str
    year: int
    basis: Basis
    page: SchoolPage
    results: Sequence[SchoolSums]
    cohort: Cohort | None
    method: Method | None
    indicators: IndicatorTable | None
    closed: Sequence[tuple[str, str]] = ()  # periods of the indicators that were closed by order, in words

    @property
    def found(self) -> FoundSchool | None:
        """What the autumn of the year says of the school."""
        return self.cohort.schools.get(self.unit.pk) if self.cohort else None

    @property
    def told(self) -> Explanation | None:
        """Why it says so."""
        found = self.found
        if found is None or not found.trace or self.method is None or self.cohort is None:
            return None
        return explain(found.trace, list(found.computed), self.method, self.cohort.run.academic_year)

    @property
    def recommendations(self) -> list[Recommendation]:
        """What the run of the year advises the school."""
        if self.cohort is None:
            return []
        return [one for one in self.page.recommendations if one.run_id == self.cohort.run.pk]


def passport_data(*, user: User, unit: Unit, year: int, today: date) -> PassportData:
    """
    Gather the passport of a school, with nothing that is newer than the programme year.

    :raises NothingToReport: if the unit is not a school of the register
    """
    school = School.objects.filter(unit=unit).first()
    if school is None:
        raise NothingToReport(f"{unit.short_name}: в реестре нет сведений о школе, паспорт составить нельзя.")
    basis = basis_for(year)
    may = held(user, at=unit)
    found = None
    if Permission.IDENTIFICATION_VIEW in may:
        found = cohort(user=user, unit=unit, year=basis.cohort_year, with_trace=True, only=unit)
    programme = regional_programme(year, over=unit) if Permission.INDICATOR_VIEW in may else None
    table = indicator_table(unit=unit, programme=programme, today=today) if programme else None
    return PassportData(
        unit=unit,
        school=school,
        municipality=unit.parent.short_name if unit.parent else "",
        year=year,
        basis=basis,
        page=school_page(unit, may=may),
        results=_results(unit, basis.academic_year) if Permission.RESULT_VIEW in may else [],
        cohort=found,
        method=read_method(found.run.edition.parameters) if found else None,
        indicators=table,
        closed=said_closings(table.closed, user=user) if table else (),
    )


def _results(unit: Unit, newest: int) -> list[SchoolSums]:
    rows = (
        SchoolResult.objects.filter(unit=unit, is_current=True, assessment__academic_year__lte=newest, n__gt=0)
        .select_related("assessment__procedure", "assessment__subject", "load__upload")
        .order_by(
            "-assessment__academic_year",
            "assessment__procedure__name",
            "assessment__grade",
            "assessment__subject__name",
        )
    )
    return [_sums(row) for row in rows]


def _sums(row: SchoolResult) -> SchoolSums:
    held_in = row.assessment
    scored = row.score_sum is not None and row.max_score
    return SchoolSums(
        procedure=held_in.procedure.name,
        subject=held_in.subject.name,
        grade=held_in.grade,
        academic_year=held_in.academic_year,
        n=row.n,
        failed=row.failed,
        marks=row.marks,
        score_percent=Share.of(row.score_sum, row.n * row.max_score) if scored else None,
        file=row.load.upload.name,
        accepted_at=row.load.accepted_at,
    )
