"""Who signs in to the demonstration: one person of each role, with passwords made up on this machine."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from accounts.models import User
from accounts.permissions import Role
from accounts.services.people import create_user, open_account
from common.embedded.secret_files import readable_secret
from demo.services.building import Builder, moment
from schools.enums import Kind
from schools.services.appointments import appoint

SINCE = date(2018, 9, 3)
ORDER = "учебные данные"
REGION = "24"
ANALYST, APPROVER, INSTITUTE, CENTRE = "analyst", "approver", "institute", "centre"


@dataclass(frozen=True)
class Person:
    """Somebody of the demonstration: what the command says of the login, and where the person works."""

    login: str
    full_name: str
    position: str
    what: str
    roles: tuple[Role, ...]
    unit: str

    @property
    def password(self) -> str:
        """The password, the same in every run on this machine."""
        return readable_secret(f"demo-{self.login}")


PEOPLE = (
    Person(
        ANALYST,
        "Учебная Анна Павловна",
        "консультант министерства образования",
        "министерство, аналитик: весь край",
        (Role.MINISTRY_ANALYST,),
        REGION,
    ),
    Person(
        APPROVER,
        "Учебный Пётр Андреевич",
        "заместитель министра",
        "министерство, утверждает списки и программы",
        (Role.MINISTRY_APPROVER,),
        REGION,
    ),
    Person(
        INSTITUTE,
        "Учебная Ирина Львовна",
        "методист КК ИПК",
        "институт повышения квалификации: поддержка школ",
        (Role.INSTITUTE_METHODIST,),
        REGION,
    ),
    Person(
        CENTRE,
        "Учебный Олег Викторович",
        "специалист ЦОКО",
        "центр оценки качества: загрузка результатов, идентификация",
        (Role.CENTRE_OPERATOR,),
        REGION,
    ),
    Person(
        "kezhma",
        "Учебная Мария Сергеевна",
        "муниципальный координатор",
        "координатор, Кежемский район",
        (Role.MUNICIPAL_COORDINATOR,),
        "131",
    ),
    Person(
        "kansk",
        "Учебная Вера Николаевна",
        "муниципальный координатор",
        "координатор, город Канск",
        (Role.MUNICIPAL_COORDINATOR,),
        "109",
    ),
    Person(
        "tagara",
        "Учебный Иван Ильич",
        "заместитель директора",
        "школа: Тагарская СОШ, Кежемский район",
        (Role.SCHOOL_EDITOR,),
        "131001",
    ),
    Person(
        "admin",
        "Учебный Денис Олегович",
        "администратор портала",
        "администратор: все роли края сразу",
        (Role.MINISTRY_ANALYST, Role.MINISTRY_APPROVER, Role.INSTITUTE_METHODIST, Role.CENTRE_OPERATOR),
        REGION,
    ),
)


def settle_people(builder: Builder) -> None:
    """Make the accounts of those whose places exist already, and appoint them."""
    now = moment(SINCE)
    units = builder.units(Kind.REGION) | builder.units(Kind.MUNICIPALITY) | builder.units(Kind.SCHOOL)
    for person in builder.each([one for one in PEOPLE if one.unit in units], "Учётные записи"):
        if User.objects.filter(login=person.login).exists():
            continue
        user, _password = create_user(
            login=person.login,
            full_name=person.full_name,
            position=person.position,
            password=person.password,
            actor=builder.actor,
            now=now,
        )
        for role in person.roles:
            appoint(
                user=user,
                unit=units[person.unit],
                role=role,
                starts_on=SINCE,
                order=ORDER,
                actor=builder.actor,
                now=now,
            )


def settle_coordinators(builder: Builder) -> None:
    """Appoint a coordinator in every other municipality; they write of their places and do not sign in here."""
    now = moment(SINCE)
    appointed = Q(appointments__role=Role.MUNICIPAL_COORDINATOR)
    known = set(User.objects.filter(appointed).values_list("appointments__unit__code", flat=True))
    places = builder.units(Kind.MUNICIPALITY)
    for code, unit in builder.each([pair for pair in places.items() if pair[0] not in known], "Координаторы"):
        user = open_account(
            login=f"coordinator-{code}",
            full_name=f"Координатор: {unit.short_name}",
            position="муниципальный координатор (учебные данные)",
            actor=builder.actor,
            now=now,
        )
        role = Role.MUNICIPAL_COORDINATOR
        appoint(user=user, unit=unit, role=role, starts_on=SINCE, order=ORDER, actor=builder.actor, now=now)


def coordinators() -> dict[str, User]:
    """Return the coordinator of each municipality by its code."""
    found = User.objects.filter(appointments__role=Role.MUNICIPAL_COORDINATOR).order_by("pk")
    return {code: user for user, code in _with_places(found)}


def _with_places(users) -> list[tuple[User, str]]:
    codes = dict(users.values_list("pk", "appointments__unit__code"))
    return [(user, codes[user.pk]) for user in users]
