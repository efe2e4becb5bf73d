"""Taking a load back: before it is accepted (cancelled), or after (undone, and its predecessors are in force again)."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission
from accounts.services.audit import record
from monitoring.enums import LoadState
from monitoring.models import Assessment, Load, Procedure
from monitoring.services.accepting import request_for_results
from monitoring.services.copying import switch_results
from monitoring.services.reading import erase_staging
from monitoring.services.same_pupils import join_pupils, lock_codes
from schools.access import require


class NotAccepted(Exception):
    """There is nothing to undo."""


class NotPreviewed(Exception):
    """There is nothing to cancel."""


@transaction.atomic
def cancel_load(*, load: Load, actor: User, now: datetime) -> Load:
    """Refuse a load that was only read. Its rows are erased. :raises NotPreviewed: if it was decided already"""
    require(actor, Permission.RESULT_LOAD, at=load.unit)
    locked = Load.objects.select_for_update(of=("self",)).select_related("upload", "unit").get(pk=load.pk)
    if locked.state == LoadState.CANCELLED:
        return locked
    if locked.state != LoadState.PREVIEWED:
        raise NotPreviewed(f"Загрузка № {locked.pk} уже {locked.get_state_display()}: отменить можно только её приём.")
    locked.state, locked.undone_at, locked.undone_by = LoadState.CANCELLED, now, actor
    locked.save(update_fields=["state", "undone_at", "undone_by"])
    record(actor=actor, action="load.cancelled", target=locked, now=now)
    erase_staging(locked.staging)
    return locked


@transaction.atomic
def undo_load(*, load: Load, actor: User, now: datetime, reason: str = "") -> Load:
    """
    Take an accepted load out of force, whole; the results that it replaced are in force again. Its rows stay.

    :raises NotAccepted: if it was never accepted
    """
    require(actor, Permission.RESULT_LOAD, at=load.unit)
    lock_codes(Procedure.objects.filter(assessments__parts__load=load).distinct())
    # Assessments before the load, as whoever accepts another load of theirs locks this one last.
    held = list(Assessment.objects.select_for_update(of=("self",)).filter(parts__load=load).order_by("pk"))
    locked = Load.objects.select_for_update(of=("self",)).select_related("upload", "unit").get(pk=load.pk)
    if locked.state == LoadState.UNDONE:
        return locked
    if locked.state not in (LoadState.IN_FORCE, LoadState.SUPERSEDED):
        raise NotAccepted(f"Загрузка № {locked.pk} {locked.get_state_display()}: отменять нечего.")
    before = {"state": locked.state}
    locked.state, locked.undone_at, locked.undone_by = LoadState.UNDONE, now, actor
    locked.save(update_fields=["state", "undone_at", "undone_by"])
    switch_results(locked)
    join_pupils([one.pk for one in held])
    record(actor=actor, action="load.undone", target=locked, now=now, before=before, reason=reason)
    request_for_results(load=locked, actor=actor, now=now, reason=f"отмена загрузки № {locked.pk}")
    return locked
