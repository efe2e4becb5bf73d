"""
Changes of one school in the register: written below, and a note is left, for each number counts schools.

What is corrected holds for ever; moving and closing are changes of the network, kept in its journal and undone there.
"""

from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from common.versions import refuse_if_changed
from indicators.services.network import change_network
from indicators.services.recalculation import EVERY_FACT, request_recalculation
from schools.enums import OperationKind
from schools.models import Unit, UnitOperation
from schools.selectors.shown import school_shown
from schools.services import placing
from schools.services.operations import Asked
from schools.services.placing import DAY
from schools.services.registry import UnitChange, add_alias, change_units


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
    reason = f"изменены сведения о школе: {unit.short_name}"
    request_recalculation(facts={EVERY_FACT}, unit_ids=[unit.pk], actor=actor, now=now, reason=reason)
    return unit


def move_school(*, unit: Unit, municipality: Unit, on: date, order: str, actor: User, now: datetime) -> UnitOperation:
    """Put a school under another municipality from a day on. :raises UnitRefused: as `change_network` does."""
    asked = Asked(kind=OperationKind.MOVE, on=on, units=(unit,), parent=municipality, order=order)
    return change_network(asked=asked, actor=actor, now=now)


def close_school(*, unit: Unit, last_day: date, order: str, actor: User, now: datetime) -> UnitOperation:
    """Say what a school's last day was. :raises UnitRefused: as `change_network` does."""
    asked = Asked(kind=OperationKind.CLOSE, on=last_day + DAY, units=(unit,), order=order)
    return change_network(asked=asked, actor=actor, now=now)
