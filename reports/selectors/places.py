"""Places as pages show them: the way to them from the region, and what somebody may read there."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.models import User
from accounts.permissions import ROLE_PERMISSIONS, Permission, Role
from schools.access import appointments_of
from schools.enums import ORGANISATIONS
from schools.models import SchoolYear, Unit

ABOVE = "parent__parent__parent"


def visible_units(*, user: User) -> QuerySet[Unit]:
    """Return the units that somebody may see, each with everything above it."""
    return Unit.objects.visible_to(user, Permission.UNIT_VIEW).select_related(ABOVE)


def own_places(*, user: User) -> list[Unit]:
    """List the places at which somebody is appointed and may look, the highest first."""
    granting = [one for one in appointments_of(user) if Permission.UNIT_VIEW in ROLE_PERMISSIONS[Role(one.role)]]
    return list({one.unit_id: one.unit for one in granting}.values())


def way_to(unit: Unit) -> list[Unit]:
    """List the units from the region down to a unit, itself included; its parents must be loaded."""
    way = [unit]
    while way[0].parent is not None:
        way.insert(0, way[0].parent)
    return way


def crumbs(unit: Unit, *, places: Sequence[Unit]) -> list[tuple[str, str]]:
    """Write the way to a unit; what lies above the reader's own places is named, and is no link."""
    return [(one.short_name, "" if one == unit else address(one, places=places)) for one in way_to(unit)]


def address(unit: Unit, *, places: Sequence[Unit] | None = None) -> str:
    """Return the address of a unit's page, or nothing if it lies outside the given places."""
    if places is not None and not any(unit.path.startswith(place.path) for place in places):
        return ""
    return reverse("reports:school" if unit.kind in ORGANISATIONS else "reports:unit", args=[unit.pk])


def counted(rows: QuerySet) -> Coalesce:
    """Return the number of rows of a correlated queryset, as an expression."""
    grouped = rows.order_by().annotate(all=Value(1)).values("all").annotate(total=Count("*")).values("total")
    return Coalesce(Subquery(grouped, output_field=IntegerField()), 0)


def newest_pupils(year: int) -> Subquery:
    """Return, for units, the number of pupils by the newest passport that a programme year knows."""
    passports = SchoolYear.objects.filter(unit=OuterRef("pk"), academic_year__lte=year, pupils__isnull=False)
    return Subquery(passports.order_by("-academic_year").values("pupils")[:1])
