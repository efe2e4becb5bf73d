"""The list of schools: who sees which, and what stands beside each."""

from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, CharField, F, Func, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import JSONObject

from accounts.models import User
from accounts.permissions import Permission
from schools.enums import ORGANISATIONS, Kind, SchoolLevel
from schools.models import Membership, Placement, Project, SchoolYear, Succession, Unit, UnitVersion

RANK = Case(
    *(When(school__level=level, then=Value(rank)) for rank, level in enumerate(SchoolLevel)),
    output_field=IntegerField(),
)


@dataclass(frozen=True)
class PlaceGroup:
    """A district, or none, with its municipalities, for a choice of places."""

    district: Unit | None
    municipalities: list[Unit]


def as_they_were(schools: QuerySet[Unit], day: date) -> QuerySet[Unit]:
    """Add what organisations were on a day: names, code, kind, sorts, and in which municipality they stood."""
    running = Q(valid_to=None) | Q(valid_to__gte=day)
    stood = Placement.objects.filter(running, unit=OuterRef("pk"), valid_from__lte=day).values("parent")[:1]
    place = Unit.objects.filter(pk=OuterRef("parent_then")).as_of(day)
    said = JSONObject(name=F("name_then"), short_name=F("short_name_then"), code=F("code_then"), path=F("path"))
    return (
        schools.as_of(day)
        .annotate(parent_then=Subquery(stood))
        .annotate(
            place_then=Subquery(place.values(said=said)[:1]),
            place_sort_then=Subquery(place.values("sort_key")[:1]),
        )
    )


def as_then(unit: Unit) -> Unit:
    """Let a row read by `as_they_were` say what it was, in the words of today's fields."""
    for name in ("kind", "code", "name", "short_name"):
        setattr(unit, name, getattr(unit, f"{name}_then"))
    for name in ("level", "locality", "type"):
        setattr(unit.school, name, getattr(unit, f"{name}_then"))
    if unit.place_then:
        unit.parent = Unit(pk=unit.parent_then, **unit.place_then)
    return unit


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
    """Return the municipalities of today that a person sees, in the order of a list."""
    seen = Unit.objects.visible_to(user, Permission.UNIT_VIEW).of_kind(Kind.MUNICIPALITY)
    return seen.filter(closed_on=None).in_order()


def places_of(*, user: User, day: date | None = None) -> list[PlaceGroup]:
    """
    Return the municipalities of today, or of a day, that a person sees, by districts; those of none stand last.

    One that is no more stands under the district of who took over from it.
    """
    seen = Unit.objects.visible_to(user, Permission.UNIT_VIEW).of_kind(Kind.MUNICIPALITY)
    seen = seen.filter(closed_on=None) if day is None else seen.open_on(day)
    groups: dict[int, PlaceGroup] = {}
    for unit in seen.select_related("parent__parent").order_by("parent__sort_key", "sort_key", "pk"):
        above = (unit.parent, unit.parent.parent)
        district = next((one for one in above if one is not None and one.kind == Kind.DISTRICT), None)
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
        since=day_in_words("since"),
        until=day_in_words("until"),
        order=F("order"),
    )
    return schools.annotate(projects=ArraySubquery(rows.values(said=said)))


def with_past(units: QuerySet[Unit]) -> QuerySet[Unit]:
    """Add `former`, `came_from` and `went_to`: what units were before and what became of them; no query of its own."""
    versions = UnitVersion.objects.filter(unit=OuterRef("pk")).order_by("-valid_to")
    was = JSONObject(name=F("short_name"), code=F("code"), until=day_in_words("valid_to"))
    links = Succession.objects.order_by("on", "pk")
    before = JSONObject(key=F("former"), name=F("former__short_name"), on=day_in_words("on"))
    after = JSONObject(key=F("successor"), name=F("successor__short_name"), on=day_in_words("on"))
    return units.annotate(
        former=ArraySubquery(versions.values(said=was)),
        came_from=ArraySubquery(links.filter(successor=OuterRef("pk")).values(said=before)),
        went_to=ArraySubquery(links.filter(former=OuterRef("pk")).values(said=after)),
    )


def day_in_words(field: str) -> Func:
    """Return a day of a row as people write it, for what is read as plain rows."""
    return Func(F(field), Value("DD.MM.YYYY"), function="to_char", output_field=CharField())
