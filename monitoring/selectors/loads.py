"""Loads of results: who may hand them in, what they brought, what they would change."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from accounts.permissions import Permission
from jobs.models import Job
from monitoring.enums import LoadState
from monitoring.models import AssessmentLoad, Load, SchoolResult
from schools.enums import Kind
from schools.models import Unit
from schools.querysets import acts_as_the_system, granting

ACCEPTANCE = "monitoring.accept_load"  # the kind of job that accepts a load


def loads_of(user: User) -> QuerySet[Load]:
    """Return the loads that somebody may see, newest first."""
    loads = Load.objects.visible_to(user, Permission.RESULT_VIEW)
    return loads.select_related("upload", "unit", "loaded_by", "undone_by", "accepted_by", "signatory").order_by(
        "-created_at", "-pk"
    )


def places_to_load(user: User) -> QuerySet[Unit]:
    """Return the places for which somebody may hand results in: the units of the appointments themselves."""
    if acts_as_the_system(user):
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
    states = [LoadState.IN_FORCE, LoadState.SUPERSEDED]
    alike = Load.objects.filter(upload__sha256=sha256, unit=unit, state__in=states)
    # Asked first and alone: where the planner knows nothing of the tables yet, it would judge every load of the portal.
    twins = list(alike.values_list("pk", flat=True))
    if not twins:
        return None
    same = SchoolResult.objects.filter(assessment=OuterRef("assessment"), unit=OuterRef("unit"))
    after = Q(load__accepted_at__gt=OuterRef("load__accepted_at"))
    after |= Q(load__accepted_at=OuterRef("load__accepted_at"), load__gt=OuterRef("load"))
    later = same.filter(after, load__state__in=states)
    replaced = SchoolResult.objects.filter(Exists(later), load=OuterRef("pk"))
    stands = Q(state=LoadState.IN_FORCE) | Q(~Exists(replaced), state=LoadState.SUPERSEDED)
    return Load.objects.filter(stands, pk__in=twins).order_by("-accepted_at").first()


def related_loads(user: User, load: Load, assessments: Collection[int]) -> QuerySet[Load]:
    """Return the other loads, accepted at some time, that brought results of these assessments."""
    parts = AssessmentLoad.objects.filter(assessment__in=assessments).values("load")
    return loads_of(user).filter(pk__in=parts).exclude(pk=load.pk).order_by("-accepted_at", "-pk")


def former_twins(load: Load) -> QuerySet[Load]:
    """Return loads of the very same bytes for the same place that were replaced or undone."""
    states = [LoadState.SUPERSEDED, LoadState.UNDONE]
    same = Load.objects.filter(upload__sha256=load.upload.sha256, unit=load.unit, state__in=states)
    return same.exclude(pk=load.pk).order_by("-pk")


def acceptance_of(load: Load) -> Job | None:
    """Return the newest job that was to accept a load, if it has not been accepted yet."""
    return Job.objects.filter(kind=ACCEPTANCE, payload__load=load.pk).order_by("-ordered_at").first()
