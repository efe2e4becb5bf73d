"""Undoing an operation on the network, while nothing depends on it."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission
from accounts.services.audit import record
from common.russian import listed
from schools.access import require
from schools.models import Unit, UnitOperation
from schools.registry import dependants_of
from schools.selectors.network import FIELDS
from schools.services import placing
from schools.services.reshaping import step_back, told_of_many


class CannotUndo(ValueError):
    """Something depends on the operation, or it was undone already; the message names it."""


@transaction.atomic
def undo_operation(*, operation: UnitOperation, reason: str, actor: User, now: datetime) -> UnitOperation:
    """
    Put the network back as it was before an operation. :raises CannotUndo: naming what depends on it.

    The operation stays in the journal, marked as undone, with the reason. Whoever undoes it keeps the register at every
    place that it touched, as whoever did it.
    """
    placing.lock_tree()
    locked = UnitOperation.objects.select_for_update(of=("self",)).select_related("unit").get(pk=operation.pk)
    for place in places_of(locked):
        require(actor, Permission.UNIT_EDIT, at=place)
    if why := obstacle(locked):
        raise CannotUndo(why)
    if not reason.strip():
        raise CannotUndo("Не сказано, почему операция отменяется: впишите причину.")
    locked.successions.all().delete()
    for step in reversed(locked.steps):
        step_back(step)
    locked.undone_by, locked.undone_at, locked.undo_reason = actor, now, reason.strip()[:300]
    locked.save(update_fields=["undone_by", "undone_at", "undo_reason"])
    record(actor=actor, action="network.undone", target=locked, now=now, reason=reason.strip())
    return locked


def places_of(operation: UnitOperation) -> list[Unit]:
    """Return every unit that an operation touched, those above from which and to which too."""
    return list(Unit.objects.filter(pk__in={operation.unit_id, *operation.place_ids}).in_order())


def obstacle(operation: UnitOperation) -> str:
    """Say what keeps an operation from being undone, or nothing."""
    if operation.undone_at is not None:
        return f"Операция {operation} уже отменена {operation.undone_at:%d.%m.%Y}."
    later = UnitOperation.objects.filter(
        undone_at=None, pk__gt=operation.pk, place_ids__overlap=operation.unit_ids
    ).order_by("-pk")
    if (last := later.first()) is not None:
        return f"Сначала отмените то, что сделано позже с теми же единицами: {last} — {last.title[:200]}."
    if why := _written_over(operation):
        return why
    opened = [step["unit"] for step in operation.steps if step["did"] == "opened"]
    moved_in = {step["unit"] for step in operation.steps if step["did"] in ("moved", "lodged")}
    others = Unit.objects.filter(parent__in=opened).exclude(pk__in={*moved_in, *opened}).in_order()
    if (stranger := others.first()) is not None:
        return f"В составе открытой единицы уже есть «{stranger.short_name}»: сначала переведите или закройте её."
    if found := dependants_of(opened):
        names = listed([f"{words} ({count})" for words, count in found[:6]])
        unit = Unit.objects.filter(pk__in=opened).first()
        return f"К открытой единице «{unit}» уже относятся: {names}. Пока они есть, отменить нельзя."
    return ""


def _written_over(operation: UnitOperation) -> str:
    """Say what was corrected since, past the operations: undoing would put something older over it unseen."""
    moved = {step["unit"]: step["to"] for step in operation.steps if step["did"] in ("moved", "lodged")}
    for unit in Unit.objects.filter(pk__in=moved).select_related("parent").in_order():
        if unit.parent_id != moved[unit.pk]:
            return f"«{unit}» с тех пор переведена и входит в «{unit.parent}»: сначала верните её на место."
    retold = {step["unit"]: step["after"] for step in operation.steps if step["did"] == "retold"}
    for unit, told in told_of_many(retold):
        if corrected := [FIELDS[name] for name, value in retold[unit.pk].items() if told.get(name, "") != value]:
            return (
                f"После операции в карточке «{unit}» исправлено: {listed(corrected)}. Отмена вернула бы прежнее поверх"
                " исправленного: запишите новое изменение с нужного дня."
            )
    return ""
