"""Lists of schools: approved ones for whoever has schools in them, drafts for those who make and approve them."""

from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from accounts.permissions import Permission
from common.russian import search_key
from monitoring.enums import Category, ListState
from monitoring.models import Finding, IdentificationRun, ListEntry, SchoolList
from monitoring.selectors.runs import HARD, LOW, Person
from schools.models import Unit
from schools.selectors.geography import Geography, geography_of, has_changed_since
from schools.selectors.placed import last_day_of, placed

FOUND_AT_MOST = 12
LISTED = ~Q(categories=[])
DIFFERS = ~Q(categories=F("computed"))


@dataclass(frozen=True, slots=True)
class ListCounts:
    """A list told in numbers, as far as somebody sees it."""

    listed: int
    low_results: int
    hard_conditions: int
    both: int
    resilient: int
    changed: int


def entries_of(*, own: QuerySet[Finding]) -> QuerySet[ListEntry]:
    """Return the entries of lists about the schools that somebody sees: whoever is listed was in the list's run."""
    return ListEntry.objects.filter(Exists(own.filter(run=OuterRef("school_list__run"), unit=OuterRef("unit"))))


def school_lists(*, user: Person, own: QuerySet[Finding]) -> QuerySet[SchoolList]:
    """Return the lists that somebody may read, newest autumn first; `own` are the findings that he sees."""
    makes = Unit.objects.visible_to(user, Permission.IDENTIFICATION_RUN).values("pk")
    approves = Unit.objects.visible_to(user, Permission.LIST_APPROVE).values("pk")
    found = SchoolList.objects.filter(
        Q(Exists(own.filter(run=OuterRef("run"))), ~Q(state=ListState.DRAFT)) | Q(unit__in=makes) | Q(unit__in=approves)
    )
    found = found.annotate(has_changed=has_changed_since(last_day_of(OuterRef("cohort_year"))))
    return found.select_related("unit", "order", "approved_by", "signatory", "run__edition__methodology").order_by(
        "-cohort_year", "-pk"
    )


def counts_of_lists(found: list[SchoolList], *, own: QuerySet[ListEntry]) -> dict[int, ListCounts]:
    """Count the schools of several lists among the entries that somebody sees, in one query."""
    rows = (
        own.filter(school_list__in=[one.pk for one in found])
        .order_by()
        .values("school_list_id")
        .annotate(
            listed=Count("pk", filter=LISTED),
            low_results=Count("pk", filter=LOW),
            hard_conditions=Count("pk", filter=HARD),
            both=Count("pk", filter=LOW & HARD),
            resilient=Count("pk", filter=Q(categories__contains=[Category.RESILIENT])),
            changed=Count("pk", filter=DIFFERS),
        )
    )
    counted = {row.pop("school_list_id"): ListCounts(**row) for row in rows}
    return {one.pk: counted.get(one.pk, ListCounts(0, 0, 0, 0, 0, 0)) for one in found}


def geography_of_list(school_list: SchoolList, *, is_today: bool = False) -> Geography:
    """Return in whose territories a list is told: of its autumn, or of today."""
    return geography_of(school_list.cohort_year, is_today=is_today)


def schools_of_list(school_list: SchoolList, geography: Geography, *, own: QuerySet[ListEntry]) -> QuerySet[ListEntry]:
    """Return the schools of a list, those taken off it included, with what was computed beside."""
    return placed(own.filter(school_list=school_list).select_related("unit"), geography)


def schools_to_add(
    school_list: SchoolList, text: str, geography: Geography, *, own: QuerySet[Finding]
) -> QuerySet[Finding]:
    """Find schools of the list's run, not on the list, by a part of the name or the beginning of the code."""
    key = search_key(text)
    if not key:
        return Finding.objects.none()
    on_list = ListEntry.objects.filter(school_list=school_list).values("unit_id")
    found = own.filter(Q(unit__search_key__contains=key) | Q(unit__code__startswith=text.strip()))
    return (
        placed(found.filter(run=school_list.run_id), geography)
        .exclude(unit__in=on_list)
        .select_related("unit")
        .defer("trace")
        .order_by("unit__sort_key", "pk")[:FOUND_AT_MOST]
    )


@dataclass(frozen=True, slots=True)
class Beside:
    """The lists that a run is read beside: the approved one of its own autumn, and those made from it."""

    approved: SchoolList | None
    made: tuple[SchoolList, ...]


def lists_beside(run: IdentificationRun, *, user: Person, own: QuerySet[Finding]) -> Beside:
    """Find the lists beside a run, in one query."""
    of_autumn = Q(unit=run.unit_id, cohort_year=run.academic_year + 1, state=ListState.APPROVED)
    found = list(school_lists(user=user, own=own).filter(of_autumn | Q(run=run)))
    approved = (one for one in found if one.state == ListState.APPROVED and one.cohort_year == run.academic_year + 1)
    return Beside(next(approved, None), tuple(one for one in found if one.run_id == run.pk))
