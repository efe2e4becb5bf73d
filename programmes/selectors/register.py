"""The register of programmes, and who has none yet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from common.russian import search_key
from indicators.enums import PeriodKind
from indicators.facts import Basis, find_fact
from indicators.models import Period, PeriodBasis
from indicators.selectors.bases import basis_of
from programmes.enums import ProgrammeKind, ProgrammeStatus
from programmes.models import Programme
from schools.enums import Kind
from schools.models import Unit

# The word under which monitoring registers who stands on the approved list of the year.
COHORT = "выявлена"
LEVELS = {
    Kind.MUNICIPALITY: (ProgrammeKind.MUNICIPAL, ProgrammeKind.MUNICIPAL_MEASURES),
    Kind.SCHOOL: (ProgrammeKind.SCHOOL,),
}


def programme_register(*, user: User) -> QuerySet[Programme]:
    """Return the programmes that somebody may read: of the own territory, and the approved ones above it."""
    return Programme.objects.readable_by(user).select_related("unit__parent", "document")


def programme_with_its_place(*, user: User) -> QuerySet[Programme]:
    """Return the programmes that somebody may read, with `is_own`: of his territory, and not read from below."""
    own = Unit.objects.visible_to(user, Permission.PROGRAMME_VIEW).filter(pk=OuterRef("unit_id"))
    return programme_register(user=user).annotate(is_own=Exists(own))


def searched(programmes: QuerySet[Programme], text: str) -> QuerySet[Programme]:
    """Keep programmes whose title or unit has every word of a query."""
    for word in search_key(text).split():
        programmes = programmes.filter(search_key__contains=word)
    return programmes


def municipalities(*, user: User) -> QuerySet[Unit]:
    """Return the municipalities that somebody may choose in a filter, in Russian order."""
    return Unit.objects.visible_to(user, Permission.PROGRAMME_VIEW).of_kind(Kind.MUNICIPALITY).in_order()


def units_without_programme(
    *, user: User, level: Kind, year: int, among: Iterable[int] | None = None
) -> QuerySet[Unit]:
    """
    Return the units of a level without an approved programme that touches the year.

    Each row carries `newest_status`, the state of its newest programme of the year that is not approved, and
    `newest_pk`. `among` narrows schools to those that owe one.
    """
    first, last = date(year, 1, 1), date(year, 12, 31)
    own = Programme.objects.filter(unit=OuterRef("pk"), kind__in=LEVELS[level]).running_between(first, last)
    waiting = own.exclude(status=ProgrammeStatus.APPROVED).order_by("-pk")
    units = Unit.objects.visible_to(user, Permission.PROGRAMME_VIEW).of_kind(level)
    if among is not None:
        units = units.filter(pk__in=list(among))
    units = units.open_on(min(last, timezone.localdate())).exclude(Exists(own.approved()))
    return units.annotate(
        newest_status=Subquery(waiting.values("status")[:1]), newest_pk=Subquery(waiting.values("pk")[:1])
    ).select_related("parent")


def identified_schools(year: int, *, among: QuerySet[Unit] | None = None) -> set[int] | None:
    """Return the keys of the schools on the approved list of a programme year; None where there is none yet."""
    known, rule = find_fact(COHORT), _rule_of(year)
    if known is None or rule is None:
        return None
    return {unit for unit, listed in known.function(rule, among) if listed} or None


def _rule_of(year: int) -> Basis | None:
    """What feeds a year, in one query where the year has a rule."""
    rule = PeriodBasis.objects.filter(indicator=None, period__kind=PeriodKind.YEAR, period__code=str(year))
    row = rule.select_related("period").first()
    if row:
        return Basis(row.period, year, row.academic_year, row.cohort_year, row.wave)
    try:
        return basis_of(year)
    except Period.DoesNotExist:
        return None


def units_to_draft_for(*, user: User) -> QuerySet[Unit]:
    """Return the municipalities and schools whose programmes somebody keeps, municipalities first."""
    units = Unit.objects.visible_to(user, Permission.PROGRAMME_EDIT).of_kind(Kind.MUNICIPALITY, Kind.SCHOOL)
    return units.order_by("kind", "sort_key", "pk")
