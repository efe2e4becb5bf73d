"""Who asks: a person of every role at a place that fits it, people and keys that are not let in, and keys that are."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import ApiToken, User
from accounts.permissions import READING, ROLE_PERMISSIONS, TOKEN_PERMISSIONS, Permission, Role, permissions_of
from accounts.services.token_use import beginning_of, digest_of, generate_key
from schools.models import Appointment, Unit
from tests.factories.schools import BEGINNING, make_user
from tests.factories.sessions import signed_in

# Roles that work above the municipalities are tried at one as well: at the top nobody is foreign but the other region.
FITTING = {"municipal": "municipality", "school": "school", "curator": "district"}
ELSEWHERE = "municipality"
YEAR = {"programme_year": 2021, "second_factor_passed": True}


@dataclass(frozen=True)
class Grant:
    """What somebody may do at a place and below it."""

    permissions: frozenset[Permission]
    unit: Unit
    directed: frozenset[Permission] = frozenset()  # beside these, about things of one direction


@dataclass
class Who:
    """Somebody who asks, with all that he was given; nothing here asks the code under test."""

    name: str
    grants: list[Grant] = field(default_factory=list)
    user: User | None = None
    session: str = ""
    key: str = ""
    token: ApiToken | None = None
    is_let_in: bool = True
    place: Unit | None = None
    roles: list[tuple[Role, Unit]] = field(default_factory=list)

    def __str__(self) -> str:
        return self.name

    @property
    def owner(self) -> User | ApiToken | None:
        """Who owns what he orders: a key has nothing of its person's."""
        return self.token or self.user

    @property
    def is_key(self) -> bool:
        """Whether it is a script with a key, which opens the API and no page."""
        return bool(self.key)

    def may(self, permission: Permission, unit: Unit | None) -> bool:
        """Whether he holds a permission at a unit: at a place of his own that the unit stands at or under."""
        return unit is not None and any(
            permission in grant.permissions and unit.path.startswith(grant.unit.path) for grant in self.grants
        )

    def may_of_some(self, permission: Permission, unit: Unit | None) -> bool:
        """Whether he holds a permission at a unit, be it about things of one direction alone."""
        return (
            self.may(permission, unit)
            or unit is not None
            and any(permission in grant.directed and unit.path.startswith(grant.unit.path) for grant in self.grants)
        )

    def knows(self, permission: Permission, unit: Unit) -> bool:
        """Whether the unit is one where he holds a permission, or stands above such a place."""
        return self.may(permission, unit) or any(
            permission in grant.permissions and grant.unit.path.startswith(unit.path) for grant in self.grants
        )

    def knows_of(self, unit: Unit) -> bool:
        """Whether the unit is at, under or above a place of his."""
        return any(unit.path.startswith(one.unit.path) or one.unit.path.startswith(unit.path) for one in self.grants)

    def has(self, permission: Permission) -> bool:
        """Whether he holds a permission anywhere."""
        return any(permission in grant.permissions for grant in self.grants)

    def works_at(self, permission: Permission, unit: Unit) -> bool:
        """Whether he is appointed to the very unit with a permission."""
        return any(permission in grant.permissions and grant.unit == unit for grant in self.grants)


def fitting(role: Role) -> str:
    """Return the kind of place at which people of a role work."""
    return next((kind for word, kind in FITTING.items() if word in role.value), "region")


def people_of(places: dict[str, Unit], now: datetime) -> list[Who]:
    """Return everybody who asks; `places` are the units at which they work, by kind."""
    appointed = []
    for role in Role:
        if role == Role.SYSTEM:
            continue
        kinds = [fitting(role), *([ELSEWHERE] if fitting(role) == "region" else [])]
        appointed += [_person(f"{role.value} of the {kind}", [(role, places[kind])]) for kind in kinds]
    return [*_outsiders(places, now), *appointed, *_special(places), *_keys(places, now)]


def _person(name: str, given: list[tuple[Role, Unit]]) -> Who:
    (role, unit), *more = given
    user = make_user(name.replace(" ", "-"), role, unit, full_name=f"Иванова Анна ({name})")
    for also, other in more:
        Appointment.objects.create(user=user, unit=other, role=also, starts_on=BEGINNING)
    grants = [Grant(ROLE_PERMISSIONS[role], unit) for role, unit in given]
    return Who(name, grants, user, session=signed_in(user, **YEAR), place=unit, roles=given)


def _special(places: dict[str, Unit]) -> Iterable[Who]:
    """A curator of two schools that are no subtree; an observer of everything; somebody limited to a direction."""
    yield _person("observer of both regions", [(Role.OBSERVER, places[name]) for name in ("region", "other region")])
    schools = [(Role.DISTRICT_CURATOR, places["school"]), (Role.DISTRICT_CURATOR, places["far school"])]
    yield _person("curator of two schools", schools)
    limited = _person("methodist of one direction", [(Role.INSTITUTE_METHODIST, places["region"])])
    Appointment.objects.filter(user=limited.user).update(direction=9)
    of_none, of_nine = (permissions_of(Role.INSTITUTE_METHODIST, limited_to=9, direction=one) for one in (None, 9))
    limited.grants = [Grant(of_none, places["region"], of_nine)]
    yield limited


def _outsiders(places: dict[str, Unit], now: datetime) -> Iterable[Who]:
    """Those who are not let in, and those who are and may nothing."""
    yield Who("anonymous", is_let_in=False)
    region = places["region"]
    disabled = make_user("disabled", Role.MINISTRY_ANALYST, region)
    session = signed_in(disabled, **YEAR)
    User.objects.filter(pk=disabled.pk).update(is_active=False)
    yield Who("disabled person", user=disabled, session=session, is_let_in=False)
    nobody = make_user("unappointed")
    yield Who("person without a place", user=nobody, session=signed_in(nobody, **YEAR))
    past = make_user("past", Role.MINISTRY_ANALYST, region, ends_on=now.date() - timedelta(days=1))
    yield Who("person whose appointment has ended", user=past, session=signed_in(past, **YEAR))
    yield _key("key of a person whose appointment has ended", past, [region], READING, now)


def _keys(places: dict[str, Unit], now: datetime) -> Iterable[Who]:
    """Keys of an analyst of the region: one that is out of date, one that reads, one of two municipalities only."""
    analyst = _person("keeper", [(Role.MINISTRY_ANALYST, places["region"])])
    whole, few = [places["region"]], [places["municipality"], places["another"]]
    everything = ROLE_PERMISSIONS[Role.MINISTRY_ANALYST] & TOKEN_PERMISSIONS
    yield _key("expired key", analyst.user, whole, everything, now, is_let_in=False)
    yield _key("reading key", analyst.user, whole, READING, now, given=READING)
    for one in (Permission.UNIT_VIEW, Permission.RESULT_VIEW):  # roles that read at all read everything, keys need not
        yield _key(f"key with {one.value} alone", analyst.user, whole, frozenset({one}), now, given=frozenset({one}))
    yield _key("key of two municipalities", analyst.user, few, everything, now, given=everything)


def _key(
    name: str,
    user: User,
    units: list[Unit],
    permissions: frozenset[Permission],
    now: datetime,
    *,
    given: frozenset[Permission] = frozenset(),
    is_let_in: bool = True,
) -> Who:
    """A key; `given` is what it may do indeed: its permissions as far as its person holds them."""
    key = generate_key()
    far = timezone.now() + timedelta(days=300)
    token = ApiToken.objects.create(
        user=user, title=name, digest=digest_of(key), prefix=beginning_of(key), created_at=now,
        permissions=sorted(permissions), expires_at=far if is_let_in else now, last_used_at=far,
    )  # fmt: skip
    Appointment.objects.bulk_create(Appointment(token=token, unit=unit, starts_on=BEGINNING) for unit in units)
    grants = [Grant(given, unit) for unit in units]
    return Who(name, grants, user, key=key, token=token, is_let_in=is_let_in, place=units[0])
