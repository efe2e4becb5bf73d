"""The page of a territory: what stands under it, how large it is, who is on the list, who has a programme."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, QuerySet, Sum

from accounts.permissions import Permission
from common.share import Share
from indicators.models import PeriodBasis
from monitoring.enums import Category, ListState
from monitoring.models import ListEntry, SchoolList
from programmes.enums import ProgrammeKind, ProgrammeStatus
from programmes.models import Programme
from reports.selectors.places import newest_pupils
from schools.enums import Kind
from schools.models import Unit

ON_LIST = [Category.LOW_RESULTS, Category.HARD_CONDITIONS]
MUNICIPAL = (ProgrammeKind.MUNICIPAL, ProgrammeKind.MUNICIPAL_MEASURES)
# The further a programme is, the more it says of its unit.
FARTHEST_FIRST = (
    ProgrammeStatus.APPROVED,
    ProgrammeStatus.SUBMITTED,
    ProgrammeStatus.RETURNED,
    ProgrammeStatus.DRAFT,
)


@dataclass
class Line:
    """One unit of a territory with its figures; None where they are not known or not for the reader."""

    unit: Unit
    schools: int = 0
    pupils: int | None = None
    listed: int | None = None
    municipalities: int = 0
    with_programme: int = 0
    programme: str = ""  # the state of the unit's own programme, the farthest one
    programme_pk: int | None = None
    categories: list[str] = field(default_factory=list)

    @property
    def listed_share(self) -> Share | None:
        """Schools of the list among all schools."""
        return None if self.listed is None or not self.schools else Share.of(self.listed, self.schools)

    @property
    def name(self) -> str:
        """What rows are sorted by."""
        return self.unit.sort_key

    @property
    def listed_percent(self) -> float | None:
        """What rows are sorted by."""
        share = self.listed_share
        return None if share is None else float(share.value or 0)

    @property
    def programme_label(self) -> str:
        """The state of the programme in words."""
        return ProgrammeStatus(self.programme).label if self.programme else "нет"

    @property
    def category_labels(self) -> str:
        """The categories in words."""
        return ", ".join(Category(code).label for code in self.categories)


def lines_of(unit: Unit, *, year: int, cohort_year: int, may: frozenset[Permission]) -> list[Line]:
    """List what stands directly under a territory today, with its figures of a programme year."""
    if unit.kind == Kind.MUNICIPALITY:
        return _schools(unit, year, cohort_year, may)
    municipalities = _municipalities(unit, year, cohort_year, may)
    if unit.kind == Kind.DISTRICT or not any(line.unit.parent_id != unit.pk for line in municipalities):
        return municipalities
    return _districts(unit, municipalities)


def municipality_lines(unit: Unit, *, year: int, cohort_year: int, may: frozenset[Permission]) -> list[Line]:
    """List all municipalities under a place, with their districts and tiles loaded."""
    return _municipalities(unit, year, cohort_year, may)


def cohort_year_of(year: int) -> int:
    """Return the autumn whose list feeds a programme year: as stated, else its own."""
    stated = PeriodBasis.objects.filter(indicator=None, period__code=str(year)).values_list("cohort_year", flat=True)
    return stated.first() or year


def list_in_force(cohort_year: int) -> SchoolList | None:
    """Return the approved list of an autumn."""
    lists = SchoolList.objects.filter(cohort_year=cohort_year, state=ListState.APPROVED)
    return lists.select_related("order").order_by("unit__path").first()


def entries_within(unit: Unit, cohort_year: int) -> QuerySet[ListEntry]:
    """Return the entries of the approved list of an autumn about schools under a unit: those that are on it."""
    approved = ListEntry.objects.filter(school_list__cohort_year=cohort_year, school_list__state=ListState.APPROVED)
    return approved.within(unit).filter(categories__overlap=ON_LIST)


def programmes_of_year(year: int) -> QuerySet[Programme]:
    """Return the programmes whose term touches a calendar year."""
    return Programme.objects.running_between(date(year, 1, 1), date(year, 12, 31))


def own_programmes(unit: Unit) -> list[Programme]:
    """List a unit's own programmes, the newest first."""
    return list(Programme.objects.filter(unit=unit).select_related("document").order_by("-starts_on", "-pk"))


def _schools(unit: Unit, year: int, cohort_year: int, may: frozenset[Permission]) -> list[Line]:
    schools = Unit.objects.filter(parent=unit, kind=Kind.SCHOOL).select_related("school").in_order()
    lines = {one.pk: Line(one, 1, one.pupils) for one in schools.annotate(pupils=newest_pupils(year))}
    if Permission.IDENTIFICATION_VIEW in may:
        for key, categories in entries_within(unit, cohort_year).values_list("unit_id", "categories"):
            if key in lines:
                lines[key].categories = categories
                lines[key].listed = 1
    if Permission.PROGRAMME_VIEW in may:
        own = programmes_of_year(year).of_schools().filter(unit__in=list(lines))
        _set_programmes(lines, own.values_list("unit_id", "status", "pk"))
    return list(lines.values())


def _municipalities(unit: Unit, year: int, cohort_year: int, may: frozenset[Permission]) -> list[Line]:
    places = Unit.objects.within(unit).of_kind(Kind.MUNICIPALITY).select_related("parent", "municipality").in_order()
    lines = {place.pk: Line(place, listed=0) for place in places}
    schools = Unit.objects.within(unit).of_kind(Kind.SCHOOL).annotate(newest=newest_pupils(year))
    counted = schools.order_by().values("parent_id").annotate(count=Count("pk"), pupils=Sum("newest"))
    for key, count, pupils in counted.values_list("parent_id", "count", "pupils"):
        if key in lines:
            lines[key].schools, lines[key].pupils = count, pupils
    if Permission.IDENTIFICATION_VIEW in may:
        entries = entries_within(unit, cohort_year).order_by().values("unit__parent_id")
        for key, count in entries.annotate(count=Count("pk")).values_list("unit__parent_id", "count"):
            if key in lines:
                lines[key].listed = count
    if Permission.PROGRAMME_VIEW in may:
        own = programmes_of_year(year).of_municipalities().filter(unit__path__startswith=unit.path)
        _set_programmes(lines, own.values_list("unit_id", "status", "pk"))
    return list(lines.values())


def _set_programmes(lines: dict[int, Line], rows: Iterable[tuple[int, str, int]]) -> None:
    for key, status, pk in rows:
        line = lines.get(key)
        if line is None:
            continue
        if not line.programme or FARTHEST_FIRST.index(status) < FARTHEST_FIRST.index(line.programme):
            line.programme, line.programme_pk = status, pk


def _districts(unit: Unit, municipalities: list[Line]) -> list[Line]:
    lines: dict[int, Line] = {}
    for line in municipalities:
        above = line.unit.parent if line.unit.parent_id != unit.pk else line.unit
        whole = lines.setdefault(above.pk, Line(above, listed=0))
        whole.schools += line.schools
        whole.listed = (whole.listed or 0) + (line.listed or 0)
        whole.municipalities += 1
        whole.with_programme += line.programme == ProgrammeStatus.APPROVED
        if line.pupils is not None:
            whole.pupils = (whole.pupils or 0) + line.pupils
    return sorted(lines.values(), key=lambda line: line.unit.sort_key)


@dataclass(frozen=True)
class Totals:
    """A territory told in numbers."""

    schools: int
    pupils: int | None
    listed: int
    municipalities: int
    with_programme: int
    by_category: Counter[str]


def totals_of(unit: Unit, lines: list[Line]) -> Totals:
    """Add the lines of a territory up."""
    known = [line.pupils for line in lines if line.pupils is not None]
    are_municipalities = [line for line in lines if line.unit.kind == Kind.MUNICIPALITY]
    approved = sum(line.programme == ProgrammeStatus.APPROVED for line in lines)
    of_districts = sum(line.with_programme for line in lines if line.unit.kind == Kind.DISTRICT)
    return Totals(
        schools=sum(line.schools for line in lines),
        pupils=sum(known) if known else None,
        listed=sum(line.listed or 0 for line in lines),
        municipalities=len(are_municipalities) + sum(line.municipalities for line in lines),
        with_programme=approved + of_districts,
        by_category=Counter(code for line in lines for code in line.categories),
    )
