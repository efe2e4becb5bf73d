"""The passport page of a school: requisites, results by procedure and year, categories, programme, recommendations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import OuterRef, Subquery

from accounts.permissions import Permission
from common.share import Share
from documents.models import Document
from monitoring.enums import Category, ListState
from monitoring.models import Assessment, Finding, ListEntry, Recommendation, SamePupils, SchoolList, SchoolResult
from monitoring.selectors.same_pupils import same_pupils_of
from programmes.models import Programme
from schools.models import SchoolYear, Unit

FEW = 10
PASSPORT = (
    "pupils",
    "parents_higher_education",
    "single_parent",
    "low_income",
    "parents_unemployed",
    "on_record",
    "russian_not_native",
    "special_needs",
    "teachers",
    "narrow_specialists",
    "distance_km",
)
OF_PUPILS = PASSPORT[1:8]


@dataclass(frozen=True)
class PassportLine:
    """One figure of the social passport through the years, with its share of pupils where it has one."""

    title: str
    figures: list[tuple[int | None, Share | None]]


@dataclass(frozen=True)
class ResultCell:
    """How a procedure went in a year: participants, how many failed, from which load."""

    n: int
    failed: int | None
    load_id: int
    key: int

    @property
    def share(self) -> Share | None:
        """Who failed among participants."""
        return None if self.failed is None or not self.n else Share(Decimal(self.failed), Decimal(self.n))

    @property
    def is_few(self) -> bool:
        """Whether the figure is a matter of chance."""
        return self.n < FEW


@dataclass
class ResultLine:
    """A procedure in a subject and grade, year by year."""

    title: str
    cells: list[ResultCell | None]


@dataclass(frozen=True)
class Listed:
    """What the approved list of an autumn says of the school: its categories, none if it is not on the list."""

    cohort_year: int
    run_pk: int
    order: Document | None
    categories: tuple[str, ...]
    reason: str = ""

    @property
    def labels(self) -> str:
        """The categories in words."""
        return _labels(self.categories)


@dataclass(frozen=True)
class Computed:
    """What one method found of the school."""

    method: str
    run_pk: int
    categories: tuple[str, ...]
    is_excluded: bool

    @property
    def labels(self) -> str:
        """The categories in words."""
        return _labels(self.categories)


@dataclass
class Autumn:
    """An autumn: the approved list, if there is one, and what each method found, the list's own method first."""

    cohort_year: int
    listed: Listed | None = None
    computed: list[Computed] = field(default_factory=list)

    @property
    def run_pk(self) -> int | None:
        """The run whose finding explains the autumn."""
        return self.computed[0].run_pk if self.computed else None


@dataclass
class SchoolPage:
    """Everything of the page; a part that the reader may not see is empty."""

    unit: Unit
    passport_years: list[int] = field(default_factory=list)
    passports: list[SchoolYear] = field(default_factory=list)
    passport: list[PassportLine] = field(default_factory=list)
    result_years: list[int] = field(default_factory=list)
    results: list[ResultLine] = field(default_factory=list)
    same_pupils: list[SamePupils] = field(default_factory=list)
    autumns: list[Autumn] = field(default_factory=list)
    programmes: list[Programme] = field(default_factory=list)
    recommendations: list[Recommendation] = field(default_factory=list)

    @property
    def newest_passport(self) -> SchoolYear | None:
        """The passport of the newest year."""
        return self.passports[-1] if self.passports else None

    @property
    def newest_autumn(self) -> Autumn | None:
        """The newest autumn in which the school was looked at."""
        return self.autumns[0] if self.autumns else None


def school_page(unit: Unit, *, may: frozenset[Permission]) -> SchoolPage:
    """Return the page of a school that the reader may see; `may` is what the reader holds there."""
    page = SchoolPage(unit)
    page.passports = list(SchoolYear.objects.filter(unit=unit).order_by("academic_year"))
    page.passport_years = [one.academic_year for one in page.passports]
    page.passport = _passport(page.passports)
    if Permission.RESULT_VIEW in may:
        page.result_years, page.results = _results(unit)
        page.same_pupils = list(same_pupils_of(unit))
    if Permission.IDENTIFICATION_VIEW in may:
        page.autumns = _autumns(unit)
        page.recommendations = _recommendations(unit)
    if Permission.PROGRAMME_VIEW in may:
        own = Programme.objects.filter(unit=unit).select_related("document")
        page.programmes = list(own.order_by("-starts_on", "-pk"))
    return page


def _passport(passports: list[SchoolYear]) -> list[PassportLine]:
    lines = []
    for name in PASSPORT:
        title = str(SchoolYear._meta.get_field(name).verbose_name)
        figures = [(getattr(one, name), _share_of_pupils(one, name)) for one in passports]
        if any(figure is not None for figure, _ in figures):
            lines.append(PassportLine(title, figures))
    return lines


def _share_of_pupils(passport: SchoolYear, name: str) -> Share | None:
    figure = getattr(passport, name)
    if name not in OF_PUPILS or figure is None or not passport.pupils:
        return None
    return Share.of(figure, passport.pupils)


def _results(unit: Unit) -> tuple[list[int], list[ResultLine]]:
    found = _current_results(unit)
    years = sorted({row.assessment.academic_year for row in found})
    lines: dict[tuple[int, int, int], ResultLine] = {}
    for row in found:
        held = row.assessment
        key = (held.procedure_id, held.subject_id, held.grade)
        line = lines.setdefault(key, ResultLine(_title(held), [None] * len(years)))
        line.cells[years.index(held.academic_year)] = ResultCell(row.n, row.failed, row.load_id, row.pk)
    return years, list(lines.values())


def _current_results(unit: Unit) -> list[SchoolResult]:
    rows = SchoolResult.objects.filter(unit=unit, is_current=True)
    return list(
        rows.select_related("assessment__procedure", "assessment__subject").order_by(
            "assessment__procedure__name", "assessment__subject__name", "assessment__grade"
        )
    )


def _title(held: Assessment) -> str:
    return f"{held.procedure.name}, {held.subject.name}, {held.grade}\N{NO-BREAK SPACE}класс"


def newest_marks(unit: Unit) -> tuple[int, list[tuple[str, list[int]]]] | None:
    """Return the newest year in which marks were given, with how many 2, 3, 4 and 5 each procedure gave."""
    rows = [row for row in _current_results(unit) if row.marks and len(row.marks) == 4 and sum(row.marks)]
    if not rows:
        return None
    newest = max(row.assessment.academic_year for row in rows)
    return newest, [(_title(row.assessment), row.marks) for row in rows if row.assessment.academic_year == newest]


def _autumns(unit: Unit) -> list[Autumn]:
    """What the approved lists and the newest run of each method say of the school; the newest autumn first."""
    found = {listed.cohort_year: Autumn(listed.cohort_year, listed) for listed in _listed(unit)}
    findings = (
        Finding.objects.filter(unit=unit)
        .select_related("run__edition__methodology")
        .defer("trace")
        .order_by("-run__run_at", "-run")
    )
    runs_of_lists = {autumn.listed.run_pk for autumn in found.values() if autumn.listed}
    for finding in sorted(findings, key=lambda one: one.run_id not in runs_of_lists):
        year, method = finding.run.academic_year + 1, finding.run.edition.methodology.name
        autumn = found.setdefault(year, Autumn(year))
        if method not in {one.method for one in autumn.computed}:
            computed = Computed(method, finding.run_id, tuple(finding.categories), bool(finding.excluded_as))
            autumn.computed.append(computed)
    return sorted(found.values(), key=lambda autumn: -autumn.cohort_year)


def _listed(unit: Unit) -> list[Listed]:
    above = unit.line
    mine = ListEntry.objects.filter(unit=unit, school_list=OuterRef("pk"))
    lists = SchoolList.objects.filter(unit__in=above, state=ListState.APPROVED).select_related("order")
    told = lists.annotate(said=Subquery(mine.values("categories")[:1]), why=Subquery(mine.values("reason")[:1]))
    return [Listed(one.cohort_year, one.run_id, one.order, tuple(one.said or ()), one.why or "") for one in told]


def _recommendations(unit: Unit) -> list[Recommendation]:
    """The recommendations of the newest run that advised the school."""
    rows = list(
        Recommendation.objects.filter(unit=unit).select_related("run").order_by("-issued_at", "-run", "pk")[:50]
    )
    return [row for row in rows if row.run_id == rows[0].run_id]


def _labels(codes: Iterable[str]) -> str:
    return ", ".join(Category(code).label for code in codes)
