"""How far somebody who manages people reaches: within the own place, to roles below the own, never to himself."""

import re

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.permissions import APPOINTS, Permission, Role
from accounts.selectors import acting_token
from common.searching import having_words
from schools.access import NotAllowed, acting_for, appointments_of
from schools.models import Appointment, Unit
from schools.querysets import acts_as_the_system

MANY = 6


def appointable(actor: User, *, at: Unit) -> frozenset[Role]:
    """Return the roles that somebody may give at a unit."""
    if acts_as_the_system(actor):
        return frozenset(Role)
    if acting_token(actor) is not None:
        return frozenset()
    own = (one for one in appointments_of(actor) if one.direction is None and at.path.startswith(one.unit.path))
    return frozenset[Role]().union(*(APPOINTS.get(Role(one.role), frozenset()) for one in own))


def require_reach(actor: User, *, role: Role, at: Unit, person: User) -> None:
    """
    Go on only if the actor may give or take a role at a unit to or from a person.

    :raises NotAllowed: if the role or the unit is beyond the actor, or the person is the actor
    """
    if acts_as_the_system(actor):
        return
    if person.pk == actor.pk:
        raise NotAllowed("Себе роль не дают и с себя не снимают: попросите другого, кто ведёт учётные записи.")
    given = appointable(actor, at=at)
    if not given:
        raise NotAllowed(f"Нет права «{Permission.PEOPLE_MANAGE.label}»: {at.short_name}.")
    if role not in given:
        may = ", ".join(f"«{one.label}»" for one in Role if one in given)
        raise NotAllowed(f"Роль «{role.label}» даёте не вы: {at.short_name}. Вы можете назначить: {may}.")
    actor.acting_for = acting_for(actor, Permission.PEOPLE_MANAGE, at=at)


def units_within_reach(actor: User) -> QuerySet[Unit]:
    """Return the places at which somebody manages people."""
    return Unit.objects.visible_to(actor, Permission.PEOPLE_MANAGE)


def manages_all(actor: User) -> bool:
    """Say whether somebody manages people of every region: also those who are appointed nowhere."""
    if acts_as_the_system(actor):
        return True
    given = (one for one in appointments_of(actor) if one.role == Role.ACCOUNT_ADMINISTRATOR)
    own = (one for one in given if one.direction is None)
    regions = {one.unit_id: one.regions for one in own if one.unit.parent_id is None}
    return bool(regions) and len(regions) == max(regions.values())


def people_within_reach(actor: User) -> QuerySet[User]:
    """Return the people whom somebody manages: all of them, or those ever appointed within the own places."""
    people = User.objects.filter(is_system=False)
    if manages_all(actor):
        return people
    here = Appointment.objects.filter(user=OuterRef("pk"), unit__in=units_within_reach(actor))
    return people.filter(Exists(here))


def reaches_whole(actor: User, person: User) -> bool:
    """Say whether everything that a person was ever appointed to lies within the actor's reach."""
    if manages_all(actor):
        return True
    held = Appointment.objects.filter(user=person)
    return held.exists() and not held.exclude(unit__in=units_within_reach(actor)).exists()


def require_whole_reach(actor: User, person: User) -> None:
    """
    Go on only if everything that a person is appointed to is within the actor's reach: then the account is, too.

    :raises NotAllowed: if the person works elsewhere as well or in a role above, or is the actor
    """
    if acts_as_the_system(actor):
        return
    if person.pk == actor.pk:
        raise NotAllowed("Свою учётную запись закрывает и открывает другой: попросите того, кто их ведёт.")
    if manages_all(actor):
        return
    if not people_within_reach(actor).filter(pk=person.pk).exists():
        raise NotAllowed("Этот человек не в вашем ведении.")
    standing = Appointment.objects.filter(Q(ends_on=None) | Q(ends_on__gte=timezone.localdate()), user=person)
    for one in standing.select_related("unit"):
        if Role(one.role) not in appointable(actor, at=one.unit):
            is_seen = units_within_reach(actor).filter(pk=one.unit_id).exists()  # elsewhere it is nobody's to tell
            named = f": {one}" if is_seen else ""
            raise NotAllowed(
                f"У человека есть назначение не в вашем ведении{named}. Учётную запись ведёт администратор края."
            )


def units_named(actor: User, text: str) -> tuple[list[Unit], list[str]]:
    """
    Return the places within reach that a text names by codes or names, and what is wrong with the rest of it.

    Places are parted by commas, semicolons or lines. A place out of reach answers as one that there is not.
    """
    words = [word.strip() for word in re.split(r"[,;\n]", text) if word.strip()]
    reach = units_within_reach(actor).select_related("parent")
    by_code = {unit.code: unit for unit in reach.filter(code__in=words)}
    found, problems = [], []
    for word in words:
        if word in by_code:
            found.append(by_code[word])
            continue
        if word.isdecimal():  # a code is whole: a part of one, found among others, may be somebody else's
            problems.append(f"Места «{word}» среди ваших нет. Впишите его код или название.")
            continue
        called = list(having_words(reach, word, keys=("search_key",)).in_order()[:MANY])
        exact = [unit for unit in called if unit.short_name == word or unit.name == word]
        if len(exact or called) == 1:
            found.append((exact or called)[0])
        elif called:
            several = "; ".join(f"{unit.code} — {unit.short_name}" for unit in called[: MANY - 1])
            problems.append(f"«{word}» — это несколько мест. Впишите код: {several}.")
        else:
            problems.append(f"Места «{word}» среди ваших нет. Впишите его код или название.")
    return list({unit.pk: unit for unit in found}.values()), problems
