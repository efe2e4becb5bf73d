"""What lies in the database but is no use to who copies it: encrypted, or kept as a keyed hash."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.utils.crypto import salted_hmac


def encrypted(text: str) -> str:
    """Return the text encrypted with SECOND_FACTOR_KEY; the moment of it is inside."""
    return _cipher().encrypt(text.encode()).decode()


def decrypted(token: str) -> str:
    """Return what was encrypted. :raises InvalidToken: if the key is another one."""
    return _cipher().decrypt(token.encode()).decode()


def decrypted_within(token: str, *, seconds: int) -> str | None:
    """Return what was encrypted not longer ago than that, or None."""
    try:
        return _cipher().decrypt(token.encode(), ttl=seconds).decode()
    except InvalidToken:
        return None


def keyed_hash(purpose: str, text: str) -> str:
    """Return a hash that nobody can compute without SECOND_FACTOR_KEY."""
    return salted_hmac(f"accounts.{purpose}", text, secret=settings.SECOND_FACTOR_KEY, algorithm="sha256").hexdigest()


def _cipher() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(settings.SECOND_FACTOR_KEY.encode()).digest()))
