"""Keys of the API: who makes one gives it a part of the own rights, for a time, and can take it back."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import ApiToken, User
from accounts.permissions import ROLE_PERMISSIONS, Permission, Role
from accounts.services.audit import record
from accounts.services.token_use import beginning_of, digest_of, generate_key
from schools.access import NotAllowed, appointments_of, held, require
from schools.models import Appointment, Unit

LONGEST = timedelta(days=366)
# A system first: it reads, and enters values, and can do nothing else.
ORDER = (Role.SYSTEM, *(role for role in Role if role != Role.SYSTEM))


class TokenNotMade(ValueError):
    """Such a key cannot be made; the message is for the person."""


def roles_for_token(user: User, unit: Unit) -> list[Role]:
    """Return the roles that a person may give a key at a unit: those that allow nothing that he may not do there."""
    own = held(user, at=unit)
    return [role for role in ORDER if ROLE_PERMISSIONS[role] <= own]


def units_for_token(user: User) -> list[Unit]:
    """Return the places at which a person may make keys."""
    places = {one.unit.pk: one.unit for one in appointments_of(user)}
    return [unit for unit in places.values() if Permission.TOKEN_MANAGE in held(user, at=unit)]


@transaction.atomic
def create_token(
    *, title: str, unit: Unit, role: Role, expires_on: date, actor: User, now: datetime
) -> tuple[ApiToken, str]:
    """
    Make a key for a role at a unit, and return it with its text, which is shown once and kept nowhere.

    :raises NotAllowed: if the person may not make keys there, or may not do all that the role may
    :raises TokenNotMade: if it has no title, or its last day is past or further than a year ahead
    """
    require(actor, Permission.TOKEN_MANAGE, at=unit)
    if not ROLE_PERMISSIONS[role] <= held(actor, at=unit):
        raise NotAllowed(f"Ключ не может больше своего владельца: «{role.label}» вам здесь не дана.")
    today = timezone.localdate(now)
    if not title.strip():
        raise TokenNotMade("Напишите, для чего ключ: по этим словам вы узнаете его через год.")
    if not today <= expires_on <= today + LONGEST:
        raise TokenNotMade(f"Ключ действует не дольше года: выберите день до {today + LONGEST:%d.%m.%Y}.")
    key = generate_key()
    token = ApiToken.objects.create(
        user=actor,
        title=title.strip()[:200],
        digest=digest_of(key),
        prefix=beginning_of(key),
        created_at=now,
        expires_at=timezone.make_aware(datetime.combine(expires_on + timedelta(days=1), time())),
    )
    Appointment.objects.create(token=token, unit=unit, role=role, starts_on=today, ends_on=expires_on)
    after = {"title": token.title, "unit": unit.code, "role": role, "to": expires_on.isoformat()}
    record(actor=actor, action="token.created", target=token, now=now, after=after)
    return token, key


@transaction.atomic
def revoke_token(*, token: ApiToken, actor: User, now: datetime) -> ApiToken:
    """Make a key open nothing from now on. :raises NotAllowed: if it is somebody else's."""
    if token.user_id != actor.pk and not actor.is_system:
        raise NotAllowed("Отозвать можно только свой ключ.")
    if token.revoked_at is None:
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])
        record(actor=actor, action="token.revoked", target=token, now=now)
    return token
