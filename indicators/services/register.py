"""Changes of one school in the register: written below, and a note is left, for each number counts schools."""

from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from common.versions import refuse_if_changed
from indicators.services.recalculation import EVERY_FACT, request_recalculation
from schools.models import Unit
from schools.selectors.shown import school_shown
from schools.services import placing
from schools.services.registry import UnitChange, add_alias, change_units, close_unit, move_unit


@transaction.atomic
def change_school(*, change: UnitChange, alias: str, actor: User, now: datetime, seen: str = "") -> Unit:
    """
    Change what the register says of a school, and add a name by which files call it if one is given.

    `seen` is the mark of what the person was shown (`school_shown`).

    :raises ChangedMeanwhile: if somebody has changed it since the person looked
    :raises UnitRefused: if the code or the login is another school's
    """
    placing.lock_tree()  # changes of the register wait for one another
    fresh = Unit.objects.select_related("school").get(pk=change.unit.pk)
    refuse_if_changed(seen=seen, shown=school_shown(fresh))
    unit = change_units(changes=[change], actor=actor, now=now)[0]
    if alias.strip():
        add_alias(unit=unit, name=alias, actor=actor, now=now)
    _leave_note(unit, actor, now, "изменены сведения о школе")
    return unit


@transaction.atomic
def move_school(*, unit: Unit, municipality: Unit, on: date, actor: User, now: datetime) -> Unit:
    """Put a school under another municipality from a day on. :raises UnitRefused: as `move_unit` does."""
    moved = move_unit(unit=unit, parent=municipality, on=on, actor=actor, now=now)
    _leave_note(moved, actor, now, "школа переведена")
    return moved


@transaction.atomic
def close_school(*, unit: Unit, on: date, actor: User, now: datetime) -> Unit:
    """Say what a school's last day was. :raises UnitRefused: as `close_unit` does."""
    closed = close_unit(unit=unit, on=on, actor=actor, now=now)
    _leave_note(closed, actor, now, "школа закрыта")
    return closed


def _leave_note(unit: Unit, actor: User, now: datetime, what: str) -> None:
    reason = f"{what}: {unit.short_name}"
    request_recalculation(facts={EVERY_FACT}, unit_ids=[unit.pk], actor=actor, now=now, reason=reason)
