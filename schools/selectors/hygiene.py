"""What is out of order with people and their accounts: each line says of whom, what, and how to mend it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import ApiToken, SecondFactor, User
from accounts.permissions import SECOND_FACTOR_ROLES, Role
from common.searching import as_key
from schools.enums import Kind
from schools.models import Appointment
from schools.selectors.reach import manages_all, people_within_reach, units_within_reach
from schools.selectors.staff import LONG_ABSENT, appointments_seen

MANY_ADMINISTRATORS = 3
UNUSED = timedelta(days=90)
EXPIRES_SOON = timedelta(days=14)
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: who or what, what is wrong, where to mend it."""

    title: str
    what: str
    address: str


@dataclass(frozen=True, slots=True)
class Disorder:
    """One kind of disorder: its name, how to mend it, the first lines of it and how many there are."""

    code: str
    title: str
    remedy: str
    findings: list[Finding]
    count: int


def disorders(*, user: User) -> list[Disorder]:
    """Return every kind of disorder within somebody's reach, those without a line too."""
    return [check(user) for check in CHECKS]


def _never_came(user: User) -> Disorder:
    found = _people(user).filter(last_login=None, is_active=True, joined_at__lt=timezone.now() - timedelta(days=14))
    return _of_people(
        "never",
        "Ни разу не входили",
        "Выдайте новую ссылку со страницы человека или закройте запись, если он здесь не работает.",
        found,
        lambda one: f"заведён {timezone.localtime(one.joined_at):%d.%m.%Y}",
    )


def _ended(user: User) -> Disorder:
    present = Appointment.objects.current().filter(user=OuterRef("pk"))
    ahead = Appointment.objects.filter(user=OuterRef("pk"), starts_on__gt=timezone.localdate())
    found = _people(user).filter(~Exists(present), ~Exists(ahead), is_active=True, appointments__isnull=False)
    return _of_people(
        "ended",
        "Назначения кончились, а запись открыта",
        "Назначьте заново или закройте запись.",
        found.annotate(last=Max("appointments__ends_on")),
        lambda one: f"последнее назначение — по {one.last:%d.%m.%Y}",
    )


def _nowhere(user: User) -> Disorder:
    found = _people(user).filter(is_active=True, appointments__isnull=True)
    return _of_people(
        "nowhere",
        "Без единого назначения",
        "Назначьте или закройте запись.",
        found,
        lambda one: "не назначен(а) никуда",
    )


def _absent(user: User) -> Disorder:
    present = Appointment.objects.current().filter(user=OuterRef("pk"))
    long_ago = timezone.now() - LONG_ABSENT
    found = _people(user).filter(Exists(present), last_login__lt=long_ago, is_active=True)
    return _of_people(
        "absent",
        "Не входили полгода, а назначение действует",
        "Спросите, работает ли человек: снимите с роли или закройте запись.",
        found,
        lambda one: f"последний вход {timezone.localtime(one.last_login):%d.%m.%Y}",
    )


def _without_second_factor(user: User) -> Disorder:
    needing = Appointment.objects.current().filter(user=OuterRef("pk"), role__in=SECOND_FACTOR_ROLES)
    proved = SecondFactor.objects.filter(user=OuterRef("pk"))
    found = _people(user).filter(Exists(needing), ~Exists(proved), is_active=True, last_login__isnull=False)
    return _of_people(
        "second-factor",
        "Без второго фактора, хотя роль подписывает или ведёт записи",
        "Попросите включить его: профиль → «Второй фактор».",
        found,
        lambda one: f"последний вход {timezone.localtime(one.last_login):%d.%m.%Y}",
    )


def _closed_places(user: User) -> Disorder:
    found = appointments_seen(user=user).current().filter(unit__closed_on__lt=timezone.localdate())
    found = found.order_by("unit__sort_key", "pk")
    lines = [
        Finding(str(one.user), f"{one}: закрыто {one.unit.closed_on:%d.%m.%Y}", _page(one.user_id))
        for one in found[:SHOWN]
    ]
    remedy = "Снимите с роли или назначьте туда, куда вошло место."
    return Disorder("closed", "Назначены в закрытые места", remedy, lines, _count(found, lines))


def _administrators(user: User) -> Disorder:
    held = Appointment.objects.current().filter(role=Role.ACCOUNT_ADMINISTRATOR, user__is_active=True, direction=None)
    found = list(held.filter(unit__parent=None).select_related("user").order_by("pk")) if manages_all(user) else []
    lines = [Finding(str(one.user), f"с {one.starts_on:%d.%m.%Y}", _page(one.user_id)) for one in found]
    if len(lines) <= MANY_ADMINISTRATORS:
        lines = []
    remedy = f"Достаточно двух-трёх: оставьте не больше {MANY_ADMINISTRATORS}, остальных снимите с роли."
    return Disorder("administrators", "Слишком много администраторов", remedy, lines, len(lines))


def _without_signatory(user: User) -> Disorder:
    heads = Appointment.objects.current().filter(role=Role.MUNICIPAL_HEAD, unit=OuterRef("pk"), user__is_active=True)
    places = units_within_reach(user).of_kind(Kind.MUNICIPALITY).filter(~Exists(heads), closed_on=None).in_order()
    invite = reverse("people:invite")
    lines = [Finding(str(unit), "никто не подписывает", invite) for unit in places[:SHOWN]]
    remedy = "Пригласите руководителя: без него программы школ не утвердить."
    return Disorder("signatory", "Муниципалитеты без руководителя", remedy, lines, _count(places, lines))


def _tokens(user: User) -> Disorder:
    now = timezone.now()
    alive = ApiToken.objects.filter(revoked_at=None, expires_at__gt=now, user__in=people_within_reach(user))
    unused = Q(last_used_at__lt=now - UNUSED) | Q(last_used_at=None, created_at__lt=now - timedelta(days=30))
    found = alive.filter(unused | Q(expires_at__lt=now + EXPIRES_SOON)).select_related("user").order_by("expires_at")
    lines = [Finding(f"{one.user}: «{one.title}»", _of_token(one), _page(one.user_id)) for one in found[:SHOWN]]
    remedy = "Ненужный ключ владелец отзывает в профиле, кончающийся меняет на новый заранее."
    return Disorder("tokens", "Ключи: не в ходу или скоро кончатся", remedy, lines, _count(found, lines))


def _of_token(token: ApiToken) -> str:
    used = token.last_used_at
    words = f"последний раз {timezone.localtime(used):%d.%m.%Y}" if used else "ни разу не понадобился"
    return f"{words}, действует до {timezone.localtime(token.expires_at):%d.%m.%Y}"


def _people(user: User) -> QuerySet[User]:
    return people_within_reach(user).annotate(name_key=as_key("full_name")).order_by("name_key", "pk")


def _of_people(code: str, title: str, remedy: str, found: QuerySet[User], words: Callable[[User], str]) -> Disorder:
    found = found.distinct()
    lines = [Finding(f"{one} ({one.login})", words(one), _page(one.pk)) for one in found[:SHOWN]]
    return Disorder(code, title, remedy, lines, _count(found, lines))


def _count(found: QuerySet, lines: list[Finding]) -> int:
    return found.count() if len(lines) == SHOWN else len(lines)


def _page(person: int) -> str:
    return reverse("people:person", args=[person])


CHECKS: tuple[Callable[[User], Disorder], ...] = (
    _administrators,
    _without_second_factor,
    _closed_places,
    _ended,
    _nowhere,
    _never_came,
    _absent,
    _without_signatory,
    _tokens,
)
