"""Who signs in to the demonstration: people of each role, with passwords made up on this machine."""

from collections.abc import Iterable
from datetime import date

from accounts.models import User
from accounts.permissions import Role
from accounts.services.people import create_user, open_account
from common.embedded.secret_files import readable_secret
from demo.generation.people import drawn_name
from demo.generation.staff import MACHINE, PEOPLE, Person
from demo.services.building import Builder, moment
from schools.enums import Kind
from schools.models import Appointment, Unit
from schools.services.appointments import appoint

SINCE = date(2018, 9, 3)
# Who stands behind what a municipality enters and what it signs, where nobody of the list above does.
LOCAL = (
    (Role.MUNICIPAL_COORDINATOR, "coordinator", "главный специалист управления образования", "приказ № {number}-к"),
    (Role.MUNICIPAL_HEAD, "head", "начальник управления образования", "распоряжение № {number}-р"),
)


def password_of(person: Person) -> str:
    """Return the password of somebody, the same in every run on this machine."""
    return readable_secret(f"demo-{person.login}")


def settle_people(builder: Builder) -> None:
    """Make the accounts of those whose places exist already, and appoint them."""
    now = moment(SINCE)
    kinds = (Kind.REGION, Kind.DISTRICT, Kind.MUNICIPALITY, Kind.SCHOOL)
    units = {code: unit for kind in kinds for code, unit in builder.units(kind).items()}
    ready = [one for one in (*PEOPLE, MACHINE) if all(code in units for code in one.units)]
    for person in builder.each(ready, "Учётные записи"):
        if User.objects.filter(login=person.login).exists():
            continue
        said = {"login": person.login, "full_name": person.full_name, "position": person.position}
        if person is MACHINE:
            user = open_account(**said, actor=builder.actor, now=now)
        else:
            user, _password = create_user(**said, password=password_of(person), actor=builder.actor, now=now)
        _appoint(builder, user, person.roles, [units[code] for code in person.units], person.order)


def settle_coordinators(builder: Builder) -> None:
    """Appoint a coordinator and a head wherever there is none; they stand behind their places and do not sign in."""
    now, places = moment(SINCE), builder.units(Kind.MUNICIPALITY)
    for role, login, position, order in LOCAL:
        known = set(Appointment.objects.filter(role=role).values_list("unit__code", flat=True))
        for code, unit in builder.each([pair for pair in places.items() if pair[0] not in known], "Муниципалитеты"):
            user = open_account(
                login=f"{login}-{code}",
                full_name=drawn_name(login, code),
                position=position,
                actor=builder.actor,
                now=now,
            )
            number = int("".join(filter(str.isdigit, code)) or "1") % 400 + 7
            _appoint(builder, user, (role,), [unit], f"{order.format(number=number)} от 29.08.2018")


def coordinators() -> dict[str, User]:
    """Return the coordinator of each municipality by its code."""
    return _holders(Role.MUNICIPAL_COORDINATOR)


def heads() -> dict[str, User]:
    """Return who signs for each municipality, by its code."""
    return _holders(Role.MUNICIPAL_HEAD)


def _holders(role: Role) -> dict[str, User]:
    found = Appointment.objects.filter(role=role, user__isnull=False).select_related("user", "unit").order_by("pk")
    return {one.unit.code: one.user for one in found}


def _appoint(builder: Builder, user: User, roles: Iterable[Role], units: Iterable[Unit], order: str) -> None:
    for role in roles:
        for unit in units:
            appoint(
                user=user,
                unit=unit,
                role=role,
                starts_on=SINCE,
                order=order,
                actor=builder.actor,
                now=moment(SINCE),
            )
