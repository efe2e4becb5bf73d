"""Procedures as people see them."""

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from accounts.permissions import Permission
from monitoring.models import MarkScale, Procedure
from schools.models import Unit


def procedure_list(user: User) -> QuerySet[Procedure]:
    """Return the centre's procedures, and the own ones of places that somebody may see."""
    places = Unit.objects.visible_to(user, Permission.RESULT_VIEW).values("pk")
    known = Procedure.objects.filter(Q(owner=None) | Q(owner__in=places))
    return known.select_related("owner").annotate(scale_count=Count("scales"))


def scales_of(procedure: Procedure) -> QuerySet[MarkScale]:
    """Return the scales of a procedure, subject by subject, newest first."""
    scales = procedure.scales.select_related("subject")
    return scales.order_by("subject__name", "grade", "-from_year")
