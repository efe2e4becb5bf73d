"""The list of schools: who sees which, and what stands beside each."""

from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, CharField, F, Func, IntegerField, Max, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import JSONObject

from accounts.models import User
from accounts.permissions import Permission
from schools.enums import ORGANISATIONS, Kind, SchoolLevel
from schools.models import Membership, Project, SchoolYear, Unit

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
    """Return the organisations that a person sees, with their details, municipality and pupils in a year."""
    passport = SchoolYear.objects.filter(unit=OuterRef("pk"), academic_year=academic_year)
    return (
        Unit.objects.visible_to(user, Permission.UNIT_VIEW)
        .filter(kind__in=ORGANISATIONS, school__isnull=False)
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


def project_choices() -> list[Project]:
    """Return every project, in the order of a list."""
    return list(Project.objects.order_by("sort_key", "pk"))


def with_memberships(schools: QuerySet[Unit]) -> QuerySet[Unit]:
    """Add `projects` to organisations: their memberships as plain rows, the newest first; no query of its own."""
    rows = Membership.objects.filter(unit=OuterRef("pk")).order_by("-since", "pk")
    said = JSONObject(
        name=F("project__name"),
        short_name=F("project__short_name"),
        since=_day("since"),
        until=_day("until"),
        order=F("order"),
    )
    return schools.annotate(projects=ArraySubquery(rows.values(said=said)))


def _day(field: str) -> Func:
    return Func(F(field), Value("DD.MM.YYYY"), function="to_char", output_field=CharField())
