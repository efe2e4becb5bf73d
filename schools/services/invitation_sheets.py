"""
Inviting many people from one sheet: read in the confined child, looked through row by row, done whole or not at all.

Nothing of the sheet is kept between the preview and the decision: the rows that were read go to the browser signed and
come back with the decision.
"""

import re
import shutil
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from accounts.models import AuditEvent, User
from accounts.permissions import Role
from accounts.services.audit import record
from accounts.services.people import LoginTaken
from common.russian import search_key
from common.spreadsheets.child import Limits, run_child
from common.spreadsheets.gate import Refused, judge
from schools.access import NotAllowed
from schools.models import Unit
from schools.selectors.reach import people_within_reach, require_reach, units_named
from schools.services.appointments import AppointmentRefused, appoint_to_several, check_appointment
from schools.services.files import FileRefused
from schools.services.staff import Invited, free_login, invite_person

MOST = 1000
DONE = "people.invited"  # as the trail calls it
LIMITS = Limits(memory=1024**3, cpu=20, wall=30, written=50 * 1024**2)
TITLES = {
    "full_name": "ФИО",
    "role": "Роль",
    "unit": "Код места",
    "login": "Логин",
    "email": "Эл. почта",
    "starts_on": "С",
    "direction": "Направление",
}
_ROLES = {search_key(word): role for role in Role for word in (role.label, role.value)}
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,98}")


@dataclass(frozen=True, slots=True)
class Planned:
    """One row that is in order: whom it invites, or which person of the portal it appoints once more."""

    row: int
    invited: Invited
    known: User | None


@dataclass
class SheetPlan:
    """What a sheet would do, and what keeps it from being done."""

    planned: list[Planned] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def problem(self, row: dict[str, Any], role: str, what: str, remedy: str) -> None:
        """Note what is wrong with a cell."""
        where = {"sheet": row["sheet"], "row": row["row"], "column": TITLES[role], "value": str(row[role] or "пусто")}
        self.problems.append({**where, "what": what, "remedy": remedy})


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the sheet of results; the key of a link only where the person is new."""

    person: User
    invited: Invited
    key: str


def read_sheet(*, name: str, data: bytes) -> dict[str, Any]:
    """Read a sheet and return its rows and what is wrong in them. :raises FileRefused: if it is no such table"""
    staging = Path(settings.DATA_DIR) / "staging" / f"people-{uuid.uuid4().hex}"
    options = {"name": name, "kind": "people", "year": None}
    try:
        judge(data, name)
        found = run_child("schools.layouts", data=data, options=options, staging=staging, limits=LIMITS)
    except Refused as refused:
        raise FileRefused(str(refused)) from refused
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    if len(found["rows"]) > MOST:
        raise FileRefused(f"В листе больше {MOST} строк: разделите его на части.")
    return found | {"key": uuid.uuid4().hex}


def plan_sheet(*, found: dict[str, Any], actor: User, today: date) -> SheetPlan:
    """Say of every row whom it would invite and to what, or what is wrong with it."""
    plan = SheetPlan(problems=list(found["problems"]), warnings=list(found["warnings"]))
    logins = [row["login"] for row in found["rows"] if row["login"]]
    known = {user.login: user for user in people_within_reach(actor).filter(login__in=logins)}
    # Who works elsewhere is neither appointed from here nor named: the login is simply not free.
    held = set(User.objects.filter(login__in=logins).values_list("login", flat=True)) - set(known)
    units = _Places(actor)
    taken: set[str] = set()
    for row in found["rows"]:
        before = len(plan.problems)
        invited = _read(row, plan, units, today)
        if row["login"] in held:
            plan.problem(row, "login", "этот логин занят", "впишите другой или сотрите: портал подберёт сам")
        person = known.get(row["login"])
        if len(plan.problems) > before or invited is None:
            continue
        if person is None:
            login = invited.login or free_login(invited.full_name, taken=frozenset(taken))
            invited = Invited(**{name: getattr(invited, name) for name in Invited.__slots__} | {"login": login})
            taken.add(login)
        if _allowed(row, plan, invited, person, actor):
            plan.planned.append(Planned(row["row"], invited, person))
    _check_twice(found["rows"], plan, known)
    _warn_of_namesakes(plan, actor)
    return plan


@transaction.atomic
def apply_sheet(*, found: dict[str, Any], actor: User, now: datetime, today: date) -> list[Line]:
    """
    Invite everybody of a sheet, or nobody; what was read once is done once.

    :raises FileRefused: if a row cannot be done, now or any more, or everybody was invited already
    """
    _refuse_again(found["key"], actor)
    plan = plan_sheet(found=found, actor=actor, today=today)
    if plan.problems:
        first = plan.problems[0]
        raise FileRefused(f"Строка {first['row']}, «{first['column']}»: {first['what']} — {first['remedy']}.")
    lines = []
    for one in plan.planned:
        try:
            lines.append(_done(one, actor, now, today))
        except (LoginTaken, AppointmentRefused, NotAllowed) as refused:
            raise FileRefused(f"Строка {one.row}: {refused}") from refused
    record(
        actor=actor, action="people.invited", target=actor, now=now, after={"sheet": found["key"], "rows": len(lines)}
    )
    return lines


def _refuse_again(key: str, actor: User) -> None:
    """Of two who press at once, one waits for the other; the event in the trail is what it finds."""
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    own = AuditEvent.objects.filter(target_kind=User._meta.label_lower, target_id=str(actor.pk), action=DONE)
    if done := own.filter(after__sheet=key).first():
        raise FileRefused(
            f"По этому списку уже приглашены все: {timezone.localtime(done.happened_at):%d.%m.%Y в %H:%M}. "
            "Второй раз никто не приглашён. Ссылки показываются один раз: если файл с ними не сохранился, "
            "выдайте новые на страницах людей."
        )


def _done(one: Planned, actor: User, now: datetime, today: date) -> Line:
    if one.known is None:
        user, key = invite_person(invited=one.invited, actor=actor, now=now, today=today)
        return Line(user, one.invited, key)
    appoint_to_several(
        user=one.known,
        units=one.invited.units,
        role=one.invited.role,
        starts_on=one.invited.starts_on or today,
        ends_on=one.invited.ends_on,
        order=one.invited.order,
        direction=one.invited.direction,
        actor=actor,
        now=now,
    )
    return Line(one.known, one.invited, "")


class _Places:
    """Places by what the sheet calls them, each asked once."""

    def __init__(self, actor: User) -> None:
        self.actor = actor
        self.asked: dict[str, tuple[list[Unit], list[str]]] = {}

    def named(self, text: str) -> tuple[list[Unit], list[str]]:
        if text not in self.asked:
            self.asked[text] = units_named(self.actor, text)
        return self.asked[text]


def _read(row: dict[str, Any], plan: SheetPlan, places: _Places, today: date) -> Invited | None:
    """Read a row; None where something is wrong with it, which is then noted."""
    role = _ROLES.get(search_key(row["role"]))
    if role is None:
        plan.problem(row, "role", "такой роли нет", f"бывает: {', '.join(one.label for one in Role)}")
    if len(row["full_name"].split()) < 2:
        plan.problem(row, "full_name", "это не фамилия, имя и отчество", "впишите их полностью")
    if row["login"] and not _LOGIN.fullmatch(row["login"]):
        plan.problem(row, "login", "это не логин", "строчные латинские буквы, цифры, точка, дефис")
    if row["email"]:
        try:
            validate_email(row["email"])
        except ValidationError:
            plan.problem(row, "email", "это не адрес почты", "исправьте или сотрите")
    direction = row["direction"]
    if direction and not (direction.isascii() and direction.isdecimal() and 0 < int(direction) < 100):
        plan.problem(row, "direction", "это не номер направления", "впишите номер или сотрите")
        direction = ""
    units, wrong = places.named(row["unit"])
    for sentence in wrong or ([] if units else ["не сказано, где"]):
        plan.problem(row, "unit", sentence, "впишите код: 24, 131 или 131001")
    if role is None or not units:
        return None
    return Invited(
        full_name=row["full_name"],
        role=role,
        units=units,
        position=row["position"],
        email=row["email"],
        login=row["login"],
        order=row["order"],
        starts_on=date.fromisoformat(row["starts_on"]) if row["starts_on"] else today,
        ends_on=date.fromisoformat(row["ends_on"]) if row["ends_on"] else None,
        direction=int(direction) if direction else None,
    )


def _allowed(row: dict[str, Any], plan: SheetPlan, invited: Invited, person: User | None, actor: User) -> bool:
    """Note what the services would refuse."""
    user = person or User(login=invited.login)
    for unit in invited.units:
        try:
            require_reach(actor, role=invited.role, at=unit, person=user)
            check_appointment(
                user=user,
                unit=unit,
                role=invited.role,
                starts_on=invited.starts_on,
                ends_on=invited.ends_on,
                direction=invited.direction,
            )
        except NotAllowed as refused:
            plan.problem(row, "role", str(refused), "исправьте роль или место")
            return False
        except AppointmentRefused as refused:
            plan.problem(row, "unit", str(refused), "исправьте роль, место или дни")
            return False
    return True


def _warn_of_namesakes(plan: SheetPlan, actor: User) -> None:
    """A file that is handed in once more, or a forgotten login, would make a second account of the same person."""
    new = {one.invited.full_name: one.row for one in reversed(plan.planned) if one.known is None}
    namesakes = people_within_reach(actor).filter(full_name__in=new)
    for user in sorted(namesakes, key=lambda user: (new[user.full_name], user.login)):
        plan.warnings.append(
            f"Строка {new[user.full_name]}: «{user.full_name}» среди ваших людей уже есть, логин {user.login}. "
            "Если это тот же человек, впишите в лист его логин, иначе у него будет вторая учётная запись."
        )


def _check_twice(rows: list[dict[str, Any]], plan: SheetPlan, known: dict[str, User]) -> None:
    """A new login stands in the sheet once: two rows of it would be two people."""
    counts = Counter(row["login"] for row in rows if row["login"] and row["login"] not in known)
    for row in rows:
        if counts[row["login"]] > 1:
            plan.problem(row, "login", "этот логин стоит в листе не раз", "пригласите человека одной строкой")
