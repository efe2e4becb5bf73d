"""The list of schools: who sees which, and what stands beside each."""

from dataclasses import dataclass

from django.db.models import Case, IntegerField, Max, OuterRef, QuerySet, Subquery, Value, When

from accounts.models import User
from accounts.permissions import Permission
from schools.enums import Kind, SchoolLevel
from schools.models import SchoolYear, Unit

RANK = Case(
    *(When(school__level=level, then=Value(rank)) for rank, level in enumerate(SchoolLevel)),
    output_field=IntegerField(),
)


@dataclass(frozen=True)
class PlaceGroup:
    """A district, or none, with its municipalities, for a choice of places."""

    district: Unit | None
    municipalities: list[Unit]


def school_list(*, user: User, academic_year: int | None) -> QuerySet[Unit]:
    """Return the schools that a person sees, with their details, municipality and pupils in a year."""
    passport = SchoolYear.objects.filter(unit=OuterRef("pk"), academic_year=academic_year)
    return (
        Unit.objects.visible_to(user, Permission.UNIT_VIEW)
        .filter(kind=Kind.SCHOOL, school__isnull=False)
        .select_related("school", "parent")
        .annotate(pupils=Subquery(passport.values("pupils")[:1]), level_rank=RANK)
    )


def newest_passports(*, user: User, until: int) -> int | None:
    """Return the newest academic year, up to one, of which the person sees passports."""
    seen = SchoolYear.objects.visible_to(user, Permission.UNIT_VIEW)
    return seen.filter(academic_year__lte=until).aggregate(newest=Max("academic_year"))["newest"]


def municipalities_of(*, user: User) -> QuerySet[Unit]:
    """Return the municipalities that a person sees, in the order of a list."""
    return Unit.objects.visible_to(user, Permission.UNIT_VIEW).of_kind(Kind.MUNICIPALITY).in_order()


def places_of(*, user: User) -> list[PlaceGroup]:
    """Return the municipalities that a person sees, by districts; those of no district stand last."""
    seen = Unit.objects.visible_to(user, Permission.UNIT_VIEW).of_kind(Kind.MUNICIPALITY).select_related("parent")
    groups: dict[int, PlaceGroup] = {}
    for unit in seen.order_by("parent__sort_key", "sort_key", "pk"):
        district = unit.parent if unit.parent.kind == Kind.DISTRICT else None
        group = groups.setdefault(district.pk if district else 0, PlaceGroup(district, []))
        group.municipalities.append(unit)
    return sorted(groups.values(), key=lambda group: group.district is None)
