"""Procedures as people see them."""

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from accounts.permissions import Permission
from monitoring.models import MarkScale, Procedure
from schools.enums import Kind
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


def holders_for(user: User, procedure: Procedure) -> QuerySet[Procedure]:
    """Return the procedures with lasting codes of their own that another one may share."""
    known = procedure_list(user).exclude(pk=procedure.pk).exclude(codes_document=None).filter(codes_of=None)
    return known.filter(Q(owner=None) | Q(owner=procedure.owner_id)).order_by("name", "pk")


def who_declares_codes(procedure: Procedure) -> tuple[Unit, Permission]:
    """Return where and by which permission codes are declared: the region's by its methodologists, own ones at home."""
    if procedure.owner is not None:
        return procedure.owner, Permission.RESULT_LOAD
    return Unit.objects.of_kind(Kind.REGION).get(), Permission.METHOD_EDIT
