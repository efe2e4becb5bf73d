"""The passport page of a school: requisites, results by procedure and year, categories, programme, recommendations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from accounts.permissions import Permission
from common.share import Share
from monitoring.enums import Category, ListState
from monitoring.models import Assessment, Finding, ListEntry, Recommendation, SchoolResult
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
class Verdict:
    """What was found of the school in an autumn by one method, and what the list approved by order says."""

    cohort_year: int
    method: str
    run_pk: int | None
    computed: tuple[str, ...]
    is_excluded: bool
    entry: ListEntry | None

    @property
    def computed_labels(self) -> str:
        """The computed categories in words."""
        return _labels(self.computed)

    @property
    def listed_labels(self) -> str:
        """The categories of the approved list in words."""
        return "" if self.entry is None else _labels(self.entry.categories)


@dataclass
class SchoolPage:
    """Everything of the page; a part that the reader may not see is empty."""

    unit: Unit
    passport_years: list[int] = field(default_factory=list)
    passports: list[SchoolYear] = field(default_factory=list)
    passport: list[PassportLine] = field(default_factory=list)
    result_years: list[int] = field(default_factory=list)
    results: list[ResultLine] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    programmes: list[Programme] = field(default_factory=list)
    recommendations: list[Recommendation] = field(default_factory=list)

    @property
    def newest_passport(self) -> SchoolYear | None:
        """The passport of the newest year."""
        return self.passports[-1] if self.passports else None

    @property
    def verdict(self) -> Verdict | None:
        """The newest verdict."""
        return self.verdicts[0] if self.verdicts else None


def school_page(unit: Unit, *, may: frozenset[Permission]) -> SchoolPage:
    """Return the page of a school that the reader may see; `may` is what the reader holds there."""
    page = SchoolPage(unit)
    page.passports = list(SchoolYear.objects.filter(unit=unit).order_by("academic_year"))
    page.passport_years = [one.academic_year for one in page.passports]
    page.passport = _passport(page.passports)
    if Permission.RESULT_VIEW in may:
        page.result_years, page.results = _results(unit)
    if Permission.IDENTIFICATION_VIEW in may:
        page.verdicts = _verdicts(unit)
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


def _verdicts(unit: Unit) -> list[Verdict]:
    """The newest finding of each method for each autumn, and the approved list beside it; newest autumn first."""
    findings = (
        Finding.objects.filter(unit=unit)
        .select_related("run__edition__methodology")
        .defer("trace")
        .order_by("-run__academic_year", "-run__run_at", "-run")
    )
    approved = ListEntry.objects.filter(unit=unit, school_list__state=ListState.APPROVED)
    entries = {entry.school_list.cohort_year: entry for entry in approved.select_related("school_list__order")}
    newest: dict[tuple[int, int], Verdict] = {}
    for finding in _of_lists_first(findings, entries):
        year, method = finding.run.academic_year + 1, finding.run.edition.methodology
        newest.setdefault(
            (year, method.pk),
            Verdict(
                year,
                method.name,
                finding.run_id,
                tuple(finding.categories),
                bool(finding.excluded_as),
                entries.get(year),
            ),
        )
    told = {year for year, _ in newest}
    alone = [Verdict(year, "", None, (), False, entry) for year, entry in entries.items() if year not in told]
    return sorted([*newest.values(), *alone], key=lambda verdict: (-verdict.cohort_year, verdict.method))


def _of_lists_first(findings: Iterable[Finding], entries: dict[int, ListEntry]) -> list[Finding]:
    """Put the run that a list was made from before newer ones of its autumn."""
    runs = {entry.school_list.run_id for entry in entries.values()}
    return sorted(findings, key=lambda finding: finding.run_id not in runs)


def _recommendations(unit: Unit) -> list[Recommendation]:
    """The recommendations of the newest run that advised the school."""
    rows = list(
        Recommendation.objects.filter(unit=unit).select_related("run").order_by("-issued_at", "-run", "pk")[:50]
    )
    return [row for row in rows if row.run_id == rows[0].run_id]


def _labels(codes: Iterable[str]) -> str:
    return ", ".join(Category(code).label for code in codes)
