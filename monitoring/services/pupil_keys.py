"""The keys by which codes of pupils are hashed. None is ever in the database; only the mark of one is."""

import hmac

from django.conf import settings

from monitoring.models import Procedure


def pupil_key(holder: Procedure) -> bytes:
    """Return the key that hashes the codes which a procedure holds."""
    return hmac.digest(settings.PUPIL_KEY.encode(), f"pupil:{holder.code}".encode(), "sha256")


def codes_mark(holder: Procedure) -> str:
    """Return what tells the key from others without telling it: hashes of another key are joined with none of these."""
    return hmac.digest(pupil_key(holder), b"mark", "sha256").hex()[:16]
