"""Keys of the API: who makes one gives it a part of the own rights, for a time, and can take it back."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import ApiToken, User
from accounts.permissions import TOKEN_PERMISSIONS, Permission
from accounts.services.audit import record
from accounts.services.token_use import beginning_of, digest_of, generate_key
from schools.access import NotAllowed, appointments_of, held, require
from schools.models import Appointment, Unit

LONGEST = timedelta(days=366)


class TokenNotMade(ValueError):
    """Such a key cannot be made; the message is for the person."""


def permissions_for_token(user: User, units: Collection[Unit]) -> list[Permission]:
    """Return what a person may give a key at these places, in the order of the table: what he may do at one of them."""
    own = frozenset[Permission]().union(*(held(user, at=unit) for unit in units))
    return [permission for permission in Permission if permission in own & TOKEN_PERMISSIONS]


def units_for_token(user: User) -> list[Unit]:
    """Return the places at which a person may make keys."""
    places = {one.unit.pk: one.unit for one in appointments_of(user)}
    return [unit for unit in places.values() if Permission.TOKEN_MANAGE in held(user, at=unit)]


@transaction.atomic
def create_token(
    *,
    title: str,
    units: Sequence[Unit],
    permissions: Collection[Permission],
    expires_on: date,
    actor: User,
    now: datetime,
) -> tuple[ApiToken, str]:
    """
    Make a key for permissions at units, and return it with its text, which is shown once and kept nowhere.

    :raises NotAllowed: if the person may not make keys there, or does not hold each permission at each unit
    :raises TokenNotMade: if it has no title, place or permission, or its last day is past or further than a year ahead
    """
    _check_scope(actor, units, permissions)
    today = timezone.localdate(now)
    if not title.strip():
        raise TokenNotMade("Напишите, для чего ключ: по этим словам вы узнаете его через год.")
    if not today <= expires_on <= today + LONGEST:
        raise TokenNotMade(f"Ключ действует не дольше года: выберите день до {today + LONGEST:%d.%m.%Y}.")
    key = generate_key()
    given = [permission.value for permission in Permission if permission in permissions]
    token = ApiToken.objects.create(
        user=actor,
        title=title.strip()[:200],
        digest=digest_of(key),
        prefix=beginning_of(key),
        permissions=given,
        created_at=now,
        expires_at=timezone.make_aware(datetime.combine(expires_on + timedelta(days=1), time())),
    )
    Appointment.objects.bulk_create(
        Appointment(token=token, unit=unit, starts_on=today, ends_on=expires_on) for unit in units
    )
    codes = [unit.code for unit in units]
    after = {"title": token.title, "units": codes, "permissions": given, "to": expires_on.isoformat()}
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


def _check_scope(actor: User, units: Sequence[Unit], permissions: Collection[Permission]) -> None:
    if not units or not permissions:
        raise TokenNotMade("Выберите хотя бы одно место и хотя бы одно право: ключ без них ничего не откроет.")
    for unit in units:
        require(actor, Permission.TOKEN_MANAGE, at=unit)
        for permission in permissions:
            if permission not in TOKEN_PERMISSIONS:
                raise NotAllowed(f"Право «{permission.label}» ключу не даётся: это делает только человек.")
            if permission not in held(actor, at=unit):
                raise NotAllowed(f"Ключ не может больше своего владельца: «{permission.label}», {unit.short_name}.")
