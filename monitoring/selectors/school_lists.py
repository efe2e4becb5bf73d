"""Lists of schools: approved ones for whoever has schools in them, drafts for those who make and approve them."""

from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from accounts.permissions import Permission
from common.russian import search_key
from monitoring.enums import Category, ListState
from monitoring.models import Finding, IdentificationRun, ListEntry, SchoolList
from monitoring.selectors.runs import HARD, LOW, Person, findings_of
from schools.models import Unit

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


def entries_of(*, user: Person) -> QuerySet[ListEntry]:
    """Return the entries of lists about the schools that somebody sees."""
    return ListEntry.objects.visible_to(user, Permission.IDENTIFICATION_VIEW)


def school_lists(*, user: Person) -> QuerySet[SchoolList]:
    """Return the lists that somebody may read, newest autumn first."""
    own = findings_of(user=user).filter(run=OuterRef("run"))
    makes = Unit.objects.visible_to(user, Permission.IDENTIFICATION_RUN).values("pk")
    approves = Unit.objects.visible_to(user, Permission.LIST_APPROVE).values("pk")
    found = SchoolList.objects.filter(
        Q(Exists(own), ~Q(state=ListState.DRAFT)) | Q(unit__in=makes) | Q(unit__in=approves)
    )
    return found.select_related("unit", "order", "approved_by", "run__edition__methodology").order_by(
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


def schools_of_list(school_list: SchoolList, *, own: QuerySet[ListEntry]) -> QuerySet[ListEntry]:
    """Return the schools of a list, those taken off it included, with what was computed beside."""
    return own.filter(school_list=school_list).select_related("unit__parent")


def list_in_force(*, user: Person) -> SchoolList | None:
    """Return the newest approved list that somebody may read."""
    return school_lists(user=user).filter(state=ListState.APPROVED).first()


def schools_to_add(school_list: SchoolList, text: str, *, user: Person) -> QuerySet[Finding]:
    """Find schools of the list's run, not on the list, by a part of the name or the beginning of the code."""
    key = search_key(text)
    if not key:
        return Finding.objects.none()
    on_list = ListEntry.objects.filter(school_list=school_list).values("unit_id")
    return (
        findings_of(user=user)
        .filter(Q(unit__search_key__contains=key) | Q(unit__code__startswith=text.strip()), run=school_list.run_id)
        .exclude(unit__in=on_list)
        .select_related("unit__parent")
        .defer("trace")
        .order_by("unit__sort_key", "pk")[:FOUND_AT_MOST]
    )


def lists_made_from(run: IdentificationRun, *, user: Person) -> list[SchoolList]:
    """Return the lists that were made from a run, newest first."""
    return list(school_lists(user=user).filter(run=run))
