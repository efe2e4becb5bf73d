"""Links by which people come in for the first time: made, shown once, and used once."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.models import Invitation, User
from accounts.services.audit import record
from accounts.services.people import change_password
from accounts.services.token_use import digest_of

LASTS = timedelta(days=settings.INVITATION_DAYS)
NOT_VALID = (
    "Эта ссылка не действует: её срок вышел, ею уже воспользовались или вместо неё выдали новую. "
    "Попросите новую у того, кто вас пригласил."
)


class InvitationRefused(ValueError):
    """The link cannot be made or opens nothing; the message is for the person."""


@transaction.atomic
def make_invitation(*, user: User, actor: User, now: datetime) -> tuple[Invitation, str]:
    """
    Make a link for somebody who has never had a password, and return it with its key; earlier links cease to serve.

    Who may do so is asked by the callers, who know where people work.

    :raises InvitationRefused: if the person has a password, or the account is closed
    """
    locked = User.objects.select_for_update().get(pk=user.pk)
    if not locked.is_active:
        raise InvitationRefused(f"Учётная запись «{locked.login}» закрыта. Сначала откройте её.")
    if locked.has_usable_password():
        raise InvitationRefused(f"У «{locked.login}» уже есть пароль: приглашение ему не нужно.")
    locked.invitations.filter(accepted_at=None, revoked_at=None).update(revoked_at=now)
    key = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        user=locked, digest=digest_of(key), created_by=actor, created_at=now, expires_at=now + LASTS
    )
    after = {"to": invitation.expires_at.isoformat()}
    record(actor=actor, action="user.invited", target=locked, now=now, after=after)
    return invitation, key


def invitation_of(key: str, *, now: datetime) -> Invitation:
    """Return the link that a key opens. :raises InvitationRefused: if it opens nothing, whatever the reason"""
    found = Invitation.objects.select_related("user").filter(digest=digest_of(key)).first()
    if found is None or found.accepted_at or found.revoked_at or found.expires_at <= now:
        raise InvitationRefused(NOT_VALID)
    # Whoever was given a password meanwhile has come in another way: a link lying about must not change it.
    if not found.user.is_active or found.user.has_usable_password():
        raise InvitationRefused(NOT_VALID)
    return found


@transaction.atomic
def accept_invitation(*, key: str, full_name: str, password: str, now: datetime) -> User:
    """
    Give the invited person a password and the name as they write it themselves. The link serves no more.

    :raises InvitationRefused: if the key opens nothing, or another request has used it meanwhile
    :raises PasswordTooWeak: if the password does not pass the checks
    """
    invitation = invitation_of(key, now=now)
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if locked.accepted_at or locked.revoked_at:
        raise InvitationRefused(NOT_VALID)
    user = invitation.user
    before = {"full_name": user.full_name}
    user.full_name = full_name.strip()[:200] or user.full_name
    change_password(user=user, password=password, actor=user, now=now)
    user.save(update_fields=["full_name"])
    locked.accepted_at = now
    locked.save(update_fields=["accepted_at"])
    after = {"full_name": user.full_name}
    record(actor=user, action="user.accepted_invitation", target=user, now=now, before=before, after=after)
    return user
