"""Appointing people to roles at places, by an order, from a day to a day."""

from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.models import User
from accounts.permissions import ROLE_PERMISSIONS, Role
from accounts.services.audit import record
from schools.access import NotAllowed
from schools.enums import Kind
from schools.models import Appointment, Unit

# Roles that are of one kind of place only.
ORGANISATIONS = (Kind.SCHOOL, Kind.PRESCHOOL, Kind.EXTRACURRICULAR, Kind.COLLEGE, Kind.OTHER)
PLACES: dict[str, tuple[str, ...]] = {
    Role.MINISTRY_ANALYST: (Kind.REGION,),
    Role.MINISTRY_APPROVER: (Kind.REGION,),
    Role.DISTRICT_CURATOR: (Kind.DISTRICT, Kind.MUNICIPALITY, *ORGANISATIONS),
    Role.MUNICIPAL_COORDINATOR: (Kind.MUNICIPALITY,),
    Role.MUNICIPAL_HEAD: (Kind.MUNICIPALITY,),
    Role.SCHOOL_EDITOR: ORGANISATIONS,
    Role.SCHOOL_DIRECTOR: ORGANISATIONS,
}


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
    :raises AppointmentRefused: if it ends before it begins, or the role is not of such a place
    """
    if not actor.is_system:
        raise NotAllowed("Роли назначает администратор через команду.")
    if ends_on is not None and ends_on < starts_on:
        raise AppointmentRefused("Назначение кончается раньше, чем начинается. Поменяйте дни местами.")
    if unit.kind not in PLACES.get(role, (unit.kind,)):
        raise AppointmentRefused(f"«{role.label}» не назначается на «{unit.short_name}»: это место другого вида.")
    held = Appointment.objects.select_for_update().filter(user=user, unit=unit, role=role, ends_on=None).first()
    if held is not None and held.starts_on <= starts_on:
        return held
    appointment = Appointment.objects.create(
        user=user, unit=unit, role=role, starts_on=starts_on, ends_on=ends_on, order=order
    )
    after = {"role": role.value, "unit": unit.code, "starts_on": str(starts_on), "order": order}
    record(actor=actor, action="appointment.made", target=appointment, now=now, after=after)
    return appointment


@transaction.atomic
def end_appointment(*, appointment: Appointment, on: date, actor: User, now: datetime) -> Appointment:
    """
    Say that a person's last day in a role is this one. Keys of theirs that rest on it end with it.

    :raises NotAllowed: if it is not the system that ends it
    """
    if not actor.is_system:
        raise NotAllowed("С роли снимает администратор через команду.")
    appointment.ends_on = on
    appointment.save(update_fields=["ends_on"])
    person = appointment.user
    kept = list(person.appointments.current(on + timedelta(days=1)).select_related("unit"))
    for scope in Appointment.objects.filter(token__user=person).current(on).select_related("unit"):
        above = [ROLE_PERMISSIONS[Role(one.role)] for one in kept if scope.unit.path.startswith(one.unit.path)]
        if not ROLE_PERMISSIONS[Role(scope.role)] <= frozenset().union(*above):
            scope.ends_on = on
            scope.save(update_fields=["ends_on"])
    after = {"role": appointment.role, "unit": appointment.unit.code, "ends_on": str(on)}
    record(actor=actor, action="appointment.ended", target=appointment, now=now, after=after)
    return appointment
