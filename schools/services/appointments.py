"""
Appointing people to roles at places, by an order, from a day to a day; letting somebody stand in for an absent person.

Who appoints does so within the own place, gives no role above the own, and never appoints himself.
"""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from accounts.permissions import DIRECTED, Role, permissions_of
from accounts.services.audit import record, written_together
from schools.enums import Kind
from schools.models import Appointment, Unit
from schools.selectors.reach import require_reach

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


class LastAdministrator(AppointmentRefused):
    """Nobody would be left to manage accounts."""


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
    direction: int | None = None,
) -> Appointment:
    """
    Give somebody a role at a unit and below it; the same role there, still in force, is returned and not repeated.

    `direction` is the number of the programme's direction to which what the person enters and accepts is limited.

    :raises NotAllowed: if the role or the unit is beyond what the actor may give, or it is the actor who is appointed
    :raises AppointmentRefused: if it ends before it begins, the role is not of such a place, or the account is closed
    """
    require_reach(actor, role=role, at=unit, person=user)
    check_appointment(user=user, unit=unit, role=role, starts_on=starts_on, ends_on=ends_on, direction=direction)
    User.objects.select_for_update().get(pk=user.pk)  # of two who give the same role at once one waits
    same = Appointment.objects.filter(user=user, unit=unit, role=role, direction=direction, substitutes=None)
    held = same.filter(ends_on=None, starts_on__lte=starts_on).first()
    if held is not None:
        return held
    appointment = Appointment.objects.create(
        user=user,
        unit=unit,
        role=role,
        starts_on=starts_on,
        ends_on=ends_on,
        order=order.strip(),
        direction=direction,
    )
    record(actor=actor, action="appointment.made", target=appointment, now=now, after=_state(appointment))
    return appointment


@transaction.atomic
def appoint_to_several(
    *,
    user: User,
    units: Sequence[Unit],
    role: Role,
    starts_on: date,
    actor: User,
    now: datetime,
    ends_on: date | None = None,
    order: str = "",
    direction: int | None = None,
) -> list[Appointment]:
    """
    Give somebody a role at several units by one order: a tutor's or an expert's schools, which are no subtree.

    :raises NotAllowed, AppointmentRefused: as `appoint`, and then at none of them
    """
    if not units:
        raise AppointmentRefused("Не сказано, где назначить. Выберите хотя бы одно место.")
    with written_together():
        return [
            appoint(
                user=user,
                unit=unit,
                role=role,
                starts_on=starts_on,
                ends_on=ends_on,
                order=order,
                direction=direction,
                actor=actor,
                now=now,
            )
            for unit in units
        ]


@transaction.atomic
def end_appointment(*, appointment: Appointment, on: date, actor: User, now: datetime, reason: str = "") -> Appointment:
    """
    Say that a person's last day in a role is this one; whoever substitutes them in it ends with them.

    :raises NotAllowed: if the actor may not appoint to it, or it is the actor's own
    :raises LastAdministrator: if nobody would be left to manage accounts
    :raises AppointmentRefused: if it is over already, or ends before it begins
    """
    locked = Appointment.objects.select_for_update(of=("self",)).select_related("unit", "user").get(pk=appointment.pk)
    require_reach(actor, role=Role(locked.role), at=locked.unit, person=locked.user)
    if on < locked.starts_on:
        raise AppointmentRefused(
            f"Назначение начинается {locked.starts_on:%d.%m.%Y}: последний день не может быть раньше."
        )
    if locked.ends_on is not None and locked.ends_on < on:
        raise AppointmentRefused(f"Назначение уже кончается раньше: {locked.ends_on:%d.%m.%Y}.")
    if locked.role == Role.ACCOUNT_ADMINISTRATOR:
        keep_an_administrator(besides=locked)
    before = _state(locked)
    locked.ends_on = on
    locked.save(update_fields=["ends_on"])
    for standing_in in locked.substitutions.filter(ends_on__gt=on).select_for_update():
        standing_in.ends_on = max(on, standing_in.starts_on)
        standing_in.save(update_fields=["ends_on"])
    after = _state(locked)
    record(actor=actor, action="appointment.ended", target=locked, now=now, before=before, after=after, reason=reason)
    appointment.ends_on = on
    return appointment


@transaction.atomic
def substitute(
    *,
    appointment: Appointment,
    user: User,
    starts_on: date,
    ends_on: date,
    order: str,
    actor: User,
    now: datetime,
) -> Appointment:
    """
    Let somebody stand in for an absent person: the same role at the same unit, for these days, by this order.

    :raises NotAllowed: if the actor may not appoint to the role there, or would stand in himself
    :raises AppointmentRefused: if the days are outside the appointment, there is no order, or it is the same person
    """
    absent = Appointment.objects.select_related("unit", "user").get(pk=appointment.pk)
    require_reach(actor, role=Role(absent.role), at=absent.unit, person=user)
    check_appointment(user=user, unit=absent.unit, role=Role(absent.role), starts_on=starts_on, ends_on=ends_on)
    if absent.user_id == user.pk:
        raise AppointmentRefused("Замещать самого себя нельзя. Выберите другого человека.")
    if absent.substitutes_id:
        raise AppointmentRefused("Это само замещение. Выберите назначение того, кто отсутствует.")
    if not order.strip():
        raise AppointmentRefused("Нет приказа. Замещение назначают приказом: впишите его номер и дату.")
    if starts_on < absent.starts_on or (absent.ends_on is not None and ends_on > absent.ends_on):
        until = f" по {absent.ends_on:%d.%m.%Y}" if absent.ends_on else ""
        raise AppointmentRefused(
            f"Дни замещения — вне назначения, которое замещается: с {absent.starts_on:%d.%m.%Y}{until}."
        )
    made = Appointment.objects.create(
        user=user,
        unit=absent.unit,
        role=absent.role,
        direction=absent.direction,
        starts_on=starts_on,
        ends_on=ends_on,
        order=order.strip(),
        substitutes=absent,
    )
    after = _state(made) | {"substitutes": str(absent.user)}
    record(actor=actor, action="appointment.substituted", target=made, now=now, after=after)
    return made


def keep_an_administrator(*, besides: Appointment | None = None, without: User | None = None) -> None:
    """
    Go on only if somebody is left who manages accounts of the whole region.

    :raises LastAdministrator: if all that are left are the appointment `besides`, or those of the person `without`
    """
    left = Appointment.objects.current().filter(role=Role.ACCOUNT_ADMINISTRATOR, user__is_active=True, substitutes=None)
    left = left.filter(unit__parent=None, direction=None)
    if besides is not None and not left.filter(pk=besides.pk).exists():
        return
    if without is not None and not left.filter(user=without).exists():
        return
    # Locked, so that two administrators who take each other out at once do not both succeed.
    remaining = [
        one
        for one in left.select_for_update(of=("self",)).order_by("pk")
        if (besides is None or one.pk != besides.pk) and (without is None or one.user_id != without.pk)
    ]
    if not remaining:
        raise LastAdministrator(
            "Это последний администратор учётных записей: без него никого не назначить. Назначьте сначала другого."
        )


def check_appointment(
    *, user: User, unit: Unit, role: Role, starts_on: date, ends_on: date | None, direction: int | None = None
) -> None:
    """:raises AppointmentRefused: if a person cannot be appointed so, whoever appoints"""
    if ends_on is not None and ends_on < starts_on:
        raise AppointmentRefused("Назначение кончается раньше, чем начинается. Поменяйте дни местами.")
    if unit.kind not in PLACES.get(role, (unit.kind,)):
        raise AppointmentRefused(f"«{role.label}» не назначается на «{unit.short_name}»: это место другого вида.")
    if direction is not None and not permissions_of(role) & DIRECTED:
        raise AppointmentRefused(
            f"«{role.label}» направлением не ограничивается: роль дала бы одно чтение. Сотрите направление."
        )
    if not user.is_active:
        raise AppointmentRefused(f"Учётная запись «{user.login}» закрыта. Сначала откройте её.")
    if unit.closed_on is not None and unit.closed_on < starts_on:
        raise AppointmentRefused(f"«{unit.short_name}» закрыто {unit.closed_on:%d.%m.%Y}. Выберите действующее место.")


def _state(appointment: Appointment) -> dict[str, str]:
    state = {
        "person": str(appointment.user),
        "role": appointment.role,
        "unit": appointment.unit.code,
        "starts_on": str(appointment.starts_on),
        "ends_on": str(appointment.ends_on or ""),
        "order": appointment.order,
    }
    return state if appointment.direction is None else state | {"direction": str(appointment.direction)}
