"""Keys of the API: made, looked up and worn. What a key may do is said by `schools.services.tokens`."""

import hashlib
import secrets
from datetime import datetime, timedelta

from accounts.enums import Spent
from accounts.models import ApiToken

PREFIX = "opora_"
_SHOWN = len(PREFIX) + 2
_NOTED_EVERY = timedelta(minutes=1)  # a busy script does not write into the row at each request
_SPENT = {
    Spent.REVOKED: "Ключ отозван: создайте новый в профиле.",
    Spent.EXPIRED: "Срок ключа истёк: создайте новый в профиле.",
    Spent.OWNER_LEFT: "Учётная запись владельца ключа закрыта.",
}


class TokenRefused(Exception):
    """The key opens nothing; the message is for whoever reads the script's log."""


def generate_key() -> str:
    """Return a new key: 256 random bits, with a beginning by which a leaked one is recognised."""
    return PREFIX + secrets.token_urlsafe(32)


def digest_of(key: str) -> str:
    """Return what is kept of a key. It is random already, so one hash is enough."""
    return hashlib.sha256(key.encode()).hexdigest()


def beginning_of(key: str) -> str:
    """Return the part of a key by which its owner tells it from others."""
    return key[:_SHOWN]


def why_spent(token: ApiToken, *, now: datetime) -> Spent | None:
    """Return why a key opens nothing any more, None while it does."""
    if token.revoked_at:
        return Spent.REVOKED
    if token.expires_at <= now:
        return Spent.EXPIRED
    return None if token.user.is_active else Spent.OWNER_LEFT


def token_of(key: str, *, now: datetime) -> ApiToken:
    """
    Return the token of a key, and note that it was used.

    :raises TokenRefused: if there is none, or it is revoked or expired, or its person has left
    """
    token = ApiToken.objects.select_related("user").filter(digest=digest_of(key)).first()
    if token is None:
        raise TokenRefused("Такого ключа нет: проверьте, что он скопирован целиком.")
    why = why_spent(token, now=now)
    if why is not None:
        raise TokenRefused(_SPENT[why])
    if token.last_used_at is None or now - token.last_used_at > _NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
        token.last_used_at = now
    return token
