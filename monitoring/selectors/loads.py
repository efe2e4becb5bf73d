"""Loads of results: who may hand them in, what they brought, what they would change."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from accounts.permissions import Permission
from monitoring.enums import LoadState
from monitoring.models import Load, SchoolResult
from schools.enums import Kind
from schools.models import Unit
from schools.querysets import granting


def loads_of(user: User) -> QuerySet[Load]:
    """Return the loads that somebody may see, newest first."""
    loads = Load.objects.visible_to(user, Permission.RESULT_VIEW)
    return loads.select_related("upload", "unit", "loaded_by").order_by("-created_at", "-pk")


def places_to_load(user: User) -> QuerySet[Unit]:
    """Return the places for which somebody may hand results in: the units of the appointments themselves."""
    if user.is_system:
        return Unit.objects.of_kind(Kind.REGION).in_order()
    appointments = granting(user, Permission.RESULT_LOAD)
    if appointments is None:
        return Unit.objects.none()
    return Unit.objects.filter(pk__in=appointments.values("unit")).in_order()


def standing_twin(sha256: str, unit: Unit) -> Load | None:
    """
    Return the load of the very same file for the same place that still stands, if there is one.

    A load stands while any of its results is in force, and also when finer results outranked it from the start: it has
    ceased to stand only when a later load has replaced it.
    """
    same = SchoolResult.objects.filter(assessment=OuterRef("assessment"), unit=OuterRef("unit"))
    after = Q(load__accepted_at__gt=OuterRef("load__accepted_at"))
    after |= Q(load__accepted_at=OuterRef("load__accepted_at"), load__gt=OuterRef("load"))
    later = same.filter(after, load__state__in=[LoadState.IN_FORCE, LoadState.SUPERSEDED])
    replaced = SchoolResult.objects.filter(Exists(later), load=OuterRef("pk"))
    stands = Q(state=LoadState.IN_FORCE) | Q(~Exists(replaced), state=LoadState.SUPERSEDED)
    return Load.objects.filter(stands, upload__sha256=sha256, unit=unit).order_by("-accepted_at").first()
