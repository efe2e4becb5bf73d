"""Appointing people to roles at places, by an order, from a day to a day."""

from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from accounts.permissions import Role
from accounts.services.audit import record
from schools.access import NotAllowed
from schools.models import Appointment, Unit


class AppointmentRefused(ValueError):
    """The appointment cannot be written so; the message is for the person."""


@transaction.atomic
def appoint(
    *,
    user: User,
    unit: Unit,
    role: Role,
    starts_on: date,
    actor: User,
    now: datetime,
    ends_on: date | None = None,
    order: str = "",
) -> Appointment:
    """
    Give somebody a role at a unit and below it; the same role there, still in force, is returned and not repeated.

    :raises NotAllowed: if it is not the system that appoints
    :raises AppointmentRefused: if it ends before it begins
    """
    if not actor.is_system:
        raise NotAllowed("Роли назначает администратор через команду.")
    if ends_on is not None and ends_on < starts_on:
        raise AppointmentRefused("Назначение кончается раньше, чем начинается. Поменяйте дни местами.")
    held = Appointment.objects.select_for_update().filter(user=user, unit=unit, role=role, ends_on=None).first()
    if held is not None and held.starts_on <= starts_on:
        return held
    appointment = Appointment.objects.create(
        user=user, unit=unit, role=role, starts_on=starts_on, ends_on=ends_on, order=order
    )
    after = {"role": role.value, "unit": unit.code, "starts_on": str(starts_on), "order": order}
    record(actor=actor, action="appointment.made", target=appointment, now=now, after=after)
    return appointment
