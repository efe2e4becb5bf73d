"""The register of programmes, and who has none yet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import DateField, Exists, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Greatest, JSONObject, Least

from accounts.models import User
from accounts.permissions import Permission
from common.russian import search_key
from indicators.enums import PeriodKind
from indicators.facts import Basis, find_fact
from indicators.models import Period, PeriodBasis
from programmes.enums import ProgrammeKind, ProgrammeStatus
from programmes.models import Programme
from schools.enums import Kind
from schools.models import Unit
from schools.selectors.geography import Geography
from schools.selectors.placed import municipalities_in, placed

# The word under which monitoring registers who stands on the approved list of the year.
COHORT = "выявлена"
LEVELS = {
    Kind.MUNICIPALITY: (ProgrammeKind.MUNICIPAL, ProgrammeKind.MUNICIPAL_MEASURES),
    Kind.SCHOOL: (ProgrammeKind.SCHOOL,),
}


def programme_register(*, user: User) -> QuerySet[Programme]:
    """Return the programmes that somebody may read: of the own territory, and the approved ones above it."""
    return Programme.objects.readable_by(user).select_related("unit", "document")


def programme_with_its_place(*, user: User) -> QuerySet[Programme]:
    """Return the programmes that somebody may read, with `is_own`: of his territory, and not read from below."""
    own = Unit.objects.visible_to(user, Permission.PROGRAMME_VIEW).filter(pk=OuterRef("unit_id"))
    people = ("unit__parent", "submitted_by", "submitted_signatory", "approved_by", "approved_signatory")
    return programme_register(user=user).select_related(*people).annotate(is_own=Exists(own))


def searched(programmes: QuerySet[Programme], text: str) -> QuerySet[Programme]:
    """Keep programmes whose title or unit has every word of a query."""
    for word in search_key(text).split():
        programmes = programmes.filter(search_key__contains=word)
    return programmes


def programmes_placed(programmes: QuerySet[Programme], geography: Geography) -> QuerySet[Programme]:
    """
    Add what each programme's unit stands in: today, or on the day of the year that is looked at.

    A programme whose term does not reach the day is told of the nearest day of its term.
    """
    day = Value(geography.day, output_field=DateField())
    return placed(programmes, geography, on=Greatest(F("starts_on"), Least(F("ends_on"), day)))


def municipalities(*, user: User, geography: Geography) -> list[tuple[int, str]]:
    """Return the municipalities of a geography that somebody may choose in a filter, in Russian order."""
    return municipalities_in(Unit.objects.visible_to(user, Permission.PROGRAMME_VIEW), geography)


def units_without_programme(
    *, user: User, level: Kind, year: int, geography: Geography, among: Iterable[int] | None = None
) -> QuerySet[Unit]:
    """
    Return the units of a level without an approved programme that touches the year, in its territories or in today's.

    Each row carries `newest_status`, the state of its newest programme of the year that is not approved, and
    `newest_pk`. `among` narrows schools to those that owe one. Today whoever took over from several municipalities has
    what one of them had.
    """
    first, last = date(year, 1, 1), date(year, 12, 31)
    is_heir = geography.is_today and level == Kind.MUNICIPALITY
    whose = {"unit__path__startswith": OuterRef("path")} if is_heir else {"unit": OuterRef("pk")}
    own = Programme.objects.filter(kind__in=LEVELS[level], **whose).running_between(first, last)
    waiting = own.exclude(status=ProgrammeStatus.APPROVED).order_by("-pk")
    units = Unit.objects.visible_to(user, Permission.PROGRAMME_VIEW)
    if is_heir:
        units = units.of_kind(level).filter(closed_on=None)
    else:
        units = units.of_kind_on(geography.day, level).open_on(geography.day)
    if among is not None:
        units = units.filter(pk__in=list(among))
    units = placed(units.exclude(Exists(own.approved())), geography, unit="")
    return units.annotate(
        newest_status=Subquery(waiting.values("status")[:1]), newest_pk=Subquery(waiting.values("pk")[:1])
    )


def identified_schools(year: int, *, among: QuerySet[Unit] | None = None) -> set[int] | None:
    """Return the keys of the schools on the approved list of a programme year; None where there is none yet."""
    return identified_by_year([year], among=among).get(year)


def identified_by_year(years: Iterable[int], *, among: QuerySet[Unit] | None = None) -> dict[int, set[int]]:
    """Return the keys of the schools on the approved list of each programme year that has one, in two queries."""
    known = find_fact(COHORT)
    lists = (
        []
        if known is None
        else [known.function(rule, among).annotate(programme_year=Value(rule.year)) for rule in _rules_of(years)]
    )
    found: dict[int, set[int]] = {}
    if lists:
        for unit, listed, year in lists[0].union(*lists[1:], all=True):
            if listed:
                found.setdefault(year, set()).add(unit)
    return found


def _rules_of(years: Iterable[int]) -> list[Basis]:
    """What feeds each year that is known."""
    codes = [str(year) for year in years]
    periods = Period.objects.filter(kind=PeriodKind.YEAR, code__in=codes).order_by("code")
    rule = PeriodBasis.objects.filter(period=OuterRef("pk"), indicator=None)
    said = JSONObject(academic_year="academic_year", cohort_year="cohort_year", wave="wave")
    return [_basis(period) for period in periods.annotate(rule=Subquery(rule.values(said=said)[:1]))]


def _basis(period: Period) -> Basis:
    year = int(period.code)
    usual = {"academic_year": year - 1, "cohort_year": year}
    return Basis(period, year, **(period.rule or usual))


def units_to_draft_for(*, user: User) -> QuerySet[Unit]:
    """Return the municipalities and schools whose programmes somebody keeps, municipalities first."""
    units = Unit.objects.visible_to(user, Permission.PROGRAMME_EDIT).of_kind(Kind.MUNICIPALITY, Kind.SCHOOL)
    units = units.filter(closed_on=None)
    return units.select_related("parent").order_by("kind", "sort_key", "pk")
