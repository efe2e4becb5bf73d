"""People and their appointments, as whoever manages them sees them: of the own territory only."""

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Collate
from django.utils import timezone

from accounts.models import AuditEvent, User
from accounts.permissions import SECOND_FACTOR_ROLES, Role
from common.searching import as_key
from schools.models import Appointment, Unit
from schools.selectors.reach import manages_all, people_within_reach, units_within_reach

LONG_ABSENT = timedelta(days=180)
STATES = {
    "active": "открыта",
    "closed": "закрыта",
    "never": "ни разу не входили",
    "absent": "не входили полгода",
    "idle": "без действующих назначений",
    "substitute": "замещают сейчас",
}
WORDS = {
    "user.created": "заведена учётная запись",
    "user.invited": "выдана ссылка-приглашение",
    "user.accepted_invitation": "приглашение принято",
    "user.changed": "изменены сведения",
    "user.closed": "учётная запись закрыта",
    "user.reopened": "учётная запись открыта снова",
    "user.password_changed": "изменён пароль",
    "user.password_cleared": "снят забытый пароль",
    "sign_in.locked": "вход закрыт после неудачных попыток",
    "sign_in.unlocked": "вход открыт",
    "second_factor.set_up": "включён второй фактор",
    "second_factor.removed": "второй фактор снят",
    "sessions.ended": "завершены сеансы",
    "identity.linked": "связана внешняя учётная запись",
    "identity.unlinked": "разорвана связь с внешней учётной записью",
}


def appointments_seen(*, user: User) -> QuerySet[Appointment]:
    """Return the appointments of people within somebody's reach, each with its place and the absent person."""
    seen = Appointment.objects.filter(user__isnull=False).select_related("unit", "substitutes__user", "user")
    return seen if manages_all(user) else seen.filter(unit__in=units_within_reach(user))


def person_register(*, user: User, today: date) -> QuerySet[User]:
    """Return the people within somebody's reach with today's appointments there, ready to be sorted by `name_key`."""
    current = appointments_seen(user=user).current(today).order_by("unit__path", "role")
    name = Collate(as_key("full_name"), "C")
    return (
        people_within_reach(user)
        .annotate(name_key=name)
        .prefetch_related(Prefetch("appointments", queryset=current, to_attr="present"))
    )


def narrowed(
    people: QuerySet[User], *, user: User, today: date, role: str = "", within: Unit | None = None, state: str = ""
) -> QuerySet[User]:
    """Keep people by role, territory and state; roles and territories are those of today's appointments."""
    mine = appointments_seen(user=user).current(today).filter(user=OuterRef("pk")).order_by()
    if role:
        mine = mine.filter(role=role)
    if within is not None:
        mine = mine.filter(unit__path__startswith=within.path)
    if role or within is not None:
        people = people.filter(Exists(mine))
    return people.filter(_of_state(state, today)) if state in STATES else people


def _of_state(state: str, today: date) -> Q:
    present = Appointment.objects.current(today).filter(user=OuterRef("pk"))
    long_ago = timezone.now() - LONG_ABSENT
    return {
        "active": Q(is_active=True),
        "closed": Q(is_active=False),
        "never": Q(last_login=None, is_active=True),
        "absent": Q(last_login__lt=long_ago, is_active=True),
        "idle": ~Exists(present) & Q(is_active=True),
        "substitute": Q(Exists(present.exclude(substitutes=None))),
    }[state]


def appointments_of_person(*, user: User, person: User) -> list[Appointment]:
    """Return everything that a person was and is appointed to within somebody's reach, the newest first."""
    found = appointments_seen(user=user).filter(user=person).prefetch_related("substitutions__user")
    return list(found.order_by("-starts_on", "unit__path", "role", "pk"))


def events_of_person(person: User, *, count: int = 20) -> list[tuple[AuditEvent, str]]:
    """Return the latest of what was done with an account, with words for each."""
    events = AuditEvent.objects.filter(target_kind="accounts.user", target_id=str(person.pk), action__in=WORDS)
    return [(event, WORDS[event.action]) for event in events.order_by("-happened_at", "-pk")[:count]]


def needs_second_factor(appointments: list[Appointment]) -> bool:
    """Say whether one of the roles comes in with a second factor only."""
    return any(Role(one.role) in SECOND_FACTOR_ROLES for one in appointments)
