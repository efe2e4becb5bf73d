"""The page of a territory: what stands under it, how large it is, who is on the list, who has a programme."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet

from accounts.models import User
from accounts.permissions import Permission
from common.share import Share
from indicators.models import PeriodBasis
from monitoring.enums import Category, ListState
from monitoring.models import ListEntry, SchoolList
from programmes.enums import ProgrammeKind, ProgrammeStatus
from programmes.models import Programme
from reports.selectors.places import newest_pupils
from schools.enums import Kind
from schools.models import Unit, chain
from schools.selectors.geography import Geography, as_named, geography_of, organisations_in, territories_in

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
    above: Unit | None = None  # the district of a municipality
    is_direct: bool = False  # schools right under the unit itself, in no municipality

    @property
    def listed_share(self) -> Share | None:
        """Schools of the list among all schools."""
        return None if self.listed is None or not self.schools else Share.of(self.listed, self.schools)

    @property
    def name(self) -> str:
        """What rows are sorted by; schools of no municipality stand last."""
        return "\uffff" if self.is_direct else self.unit.sort_key

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


def lines_of(
    unit: Unit,
    *,
    year: int,
    cohort_year: int,
    may: frozenset[Permission],
    geography: Geography | None = None,
    user: User | None = None,
) -> list[Line]:
    """
    List what stands directly under a territory, with its figures of a programme year.

    The geography is the year's own unless told. With a `user` schools that have gone to where the person does not look
    are left out: permissions are of today's tree.
    """
    ask = _Ask(unit, year, cohort_year, may, (geography or geography_of(year)).of(unit), user)
    if unit.kind == Kind.MUNICIPALITY:
        return _schools(ask)
    municipalities = _municipalities(ask)
    if unit.kind == Kind.DISTRICT or not any(line.above is not None for line in municipalities):
        return municipalities
    return _districts(municipalities)


def municipality_lines(
    unit: Unit, *, year: int, cohort_year: int, may: frozenset[Permission], geography: Geography | None = None
) -> list[Line]:
    """List all municipalities under a place, with their districts and tiles loaded."""
    ask = _Ask(unit, year, cohort_year, may, (geography or geography_of(year)).of(unit), None)
    return [line for line in _municipalities(ask) if not line.is_direct]


def cohort_year_of(year: int) -> int:
    """Return the autumn whose list feeds a programme year: as stated, else its own."""
    stated = PeriodBasis.objects.filter(indicator=None, period__code=str(year)).values_list("cohort_year", flat=True)
    return stated.first() or year


def list_in_force(cohort_year: int) -> SchoolList | None:
    """Return the approved list of an autumn."""
    lists = SchoolList.objects.filter(cohort_year=cohort_year, state=ListState.APPROVED)
    return lists.select_related("order").order_by("unit__path").first()


def entries_within(unit: Unit, cohort_year: int, geography: Geography) -> QuerySet[ListEntry]:
    """Return the entries of the approved list of an autumn about the schools that a place counts: those on it."""
    approved = ListEntry.objects.filter(school_list__cohort_year=cohort_year, school_list__state=ListState.APPROVED)
    schools = organisations_in(unit, geography.of(unit)).values("pk")
    return approved.filter(categories__overlap=ON_LIST, unit__in=schools)


def programmes_of_year(year: int) -> QuerySet[Programme]:
    """Return the programmes whose term touches a calendar year."""
    return Programme.objects.running_between(date(year, 1, 1), date(year, 12, 31))


def own_programmes(unit: Unit) -> list[Programme]:
    """List a unit's own programmes, the newest first."""
    return list(Programme.objects.filter(unit=unit).select_related("document").order_by("-starts_on", "-pk"))


@dataclass(frozen=True)
class _Ask:
    """What is asked of a territory, by whom and in whose borders."""

    unit: Unit
    year: int
    cohort_year: int
    may: frozenset[Permission]
    geography: Geography
    user: User | None

    def schools(self) -> QuerySet[Unit]:
        """The schools that existed on the day, each put into a municipality."""
        schools = organisations_in(self.unit, self.geography)
        return schools if self.user is None else schools.visible_to(self.user, Permission.UNIT_VIEW)

    def entries(self) -> QuerySet[ListEntry]:
        """Who of them is on the approved list of the autumn."""
        return entries_within(self.unit, self.cohort_year, self.geography)


def _schools(ask: _Ask) -> list[Line]:
    schools = ask.schools().select_related("school").in_order()
    if ask.geography.is_today:  # of those that have joined others, the place is told and not the page
        schools = schools.filter(place=ask.unit.pk)
    lines = {one.pk: Line(one, 1, one.pupils) for one in schools.annotate(pupils=newest_pupils(ask.year))}
    if Permission.IDENTIFICATION_VIEW in ask.may:
        listed = ask.entries().filter(unit__in=list(lines))
        for key, categories in listed.values_list("unit_id", "categories"):
            lines[key].categories = categories
            lines[key].listed = 1
    if Permission.PROGRAMME_VIEW in ask.may:
        own = programmes_of_year(ask.year).of_schools().filter(unit__in=list(lines))
        _set_programmes(lines, own.values_list("unit_id", "status", "pk"))
    return list(lines.values())


def _municipalities(ask: _Ask) -> list[Line]:
    places = {place.pk: as_named(place, ask.geography) for place in territories_in(ask.unit, ask.geography)}
    lines = {
        place.pk: Line(place, listed=0, above=places.get(place.above))
        for place in places.values()
        if place.kind == Kind.MUNICIPALITY
    }
    direct = Line(ask.unit, listed=0, is_direct=True)
    where: dict[int, Line] = {}
    for key, place, pupils in (
        ask.schools().annotate(newest=newest_pupils(ask.year)).values_list("pk", "place", "newest")
    ):
        line = where[key] = lines.get(place, direct)
        line.schools += 1
        if pupils is not None:
            line.pupils = (line.pupils or 0) + pupils
    if Permission.IDENTIFICATION_VIEW in ask.may:
        for key in ask.entries().values_list("unit_id", flat=True):
            if key in where:
                where[key].listed = (where[key].listed or 0) + 1
    if Permission.PROGRAMME_VIEW in ask.may:
        _set_programmes(lines, _municipal_programmes(ask, lines))
    return [*lines.values(), *([direct] if direct.schools else [])]


def _municipal_programmes(ask: _Ask, lines: dict[int, Line]) -> Iterator[tuple[int, str, int]]:
    """Programmes of municipalities; today, of those that are no more too, with whom took over from them."""
    own = programmes_of_year(ask.year).of_municipalities()
    own = own.filter(unit__path__startswith=ask.unit.path) if ask.geography.is_today else own.filter(unit__in=lines)
    for path, status, pk in own.values_list("unit__path", "status", "pk"):
        keys = chain(path)
        if not ask.geography.is_today:
            yield keys[-1], status, pk
        elif (home := next((key for key in reversed(keys) if key in lines), None)) is not None:
            yield home, status, pk


def _set_programmes(lines: dict[int, Line], rows: Iterable[tuple[int, str, int]]) -> None:
    for key, status, pk in rows:
        line = lines.get(key)
        if line is None:
            continue
        if not line.programme or FARTHEST_FIRST.index(status) < FARTHEST_FIRST.index(line.programme):
            line.programme, line.programme_pk = status, pk


def _districts(municipalities: list[Line]) -> list[Line]:
    lines: dict[int, Line] = {}
    for line in municipalities:
        if line.is_direct:
            continue
        above = line.above or line.unit
        whole = lines.setdefault(above.pk, Line(above, listed=0))
        whole.schools += line.schools
        whole.listed = (whole.listed or 0) + (line.listed or 0)
        whole.municipalities += 1
        whole.with_programme += line.programme == ProgrammeStatus.APPROVED
        if line.pupils is not None:
            whole.pupils = (whole.pupils or 0) + line.pupils
    direct = [line for line in municipalities if line.is_direct]
    return [*sorted(lines.values(), key=lambda line: line.unit.sort_key), *direct]


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
