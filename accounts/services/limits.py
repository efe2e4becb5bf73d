"""
How often somebody may try: per login, per address and per person's codes, in the database that all workers share.

An attempt is counted before it is heard and forgotten when it succeeds. So attempts made at once cannot pass the limit
together, and nothing depends on whether the login exists.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.db import connection
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Greatest
from django.utils.crypto import salted_hmac

from accounts.enums import Counted
from accounts.models import SignInLimit
from common.sql import named_sql

A_DAY = timedelta(days=1)
IPV6_NETWORK = 64  # what one customer is given: its addresses are counted as one


@dataclass(frozen=True)
class Standing:
    """Where an attempt stands: how many are left after it, and until when none is heard."""

    left: int
    locked_until: datetime | None


def count_attempt(*, kind: Counted, value: str, now: datetime) -> Standing:
    """Count an attempt. Where `locked_until` is given, it must not be heard."""
    attempts = _attempts(kind)
    parameters = {
        "kind": kind.value,
        "digest": _digest(kind, value),
        "now": now,
        "window": _window(kind).total_seconds(),
        "attempts": attempts,
        "lock_until": now + _lock(),
    }
    with connection.cursor() as cursor:
        cursor.execute(named_sql("accounts", "attempt_counted"), parameters)
        failures, locked_until = cursor.fetchone()
    return Standing(left=max(attempts - failures, 0), locked_until=locked_until)


def close_if_spent(*, kind: Counted, value: str, standing: Standing, now: datetime) -> datetime | None:
    """After an attempt that failed: lock if it was the last one, and return until when."""
    if standing.left:
        return None
    until = now + _lock()
    return until if _rows(kind, value).update(locked_until=until) else None


def forget_attempts(*, kind: Counted, value: str) -> bool:
    """Begin to count anew, and open what was locked; say whether there was anything."""
    return bool(_rows(kind, value).delete()[0])


def take_back_attempt(*, kind: Counted, value: str) -> None:
    """
    Count one attempt less: it succeeded, but says nothing of the others, as with an address that many share.

    It may have been one too many for a moment; what that locked is opened.
    """
    _rows(kind, value).update(failures=Greatest(F("failures") - 1, 0), locked_until=None)


def locked_until(*, kind: Counted, value: str, now: datetime) -> datetime | None:
    """Return until when no attempts are heard, or None if they are."""
    return _rows(kind, value).filter(locked_until__gt=now).values_list("locked_until", flat=True).first()


def sweep_limits(*, now: datetime) -> None:
    """Delete what counts no more."""
    SignInLimit.objects.filter(Q(locked_until=None) | Q(locked_until__lte=now), since__lte=now - A_DAY).delete()


def _rows(kind: Counted, value: str) -> QuerySet[SignInLimit]:
    return SignInLimit.objects.filter(kind=kind, digest=_digest(kind, value))


def _digest(kind: Counted, value: str) -> str:
    told = _network(value) if kind == Counted.ADDRESS else value.strip().casefold()
    return salted_hmac(f"accounts.limits.{kind.value}", told, algorithm="sha256").hexdigest()


def _network(address: str) -> str:
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(int(found) >> (128 - IPV6_NETWORK)) if isinstance(found, IPv6Address) else str(found)


def _attempts(kind: Counted) -> int:
    return settings.SIGN_IN_ADDRESS_ATTEMPTS if kind == Counted.ADDRESS else settings.SIGN_IN_ATTEMPTS


def _window(kind: Counted) -> timedelta:
    """For how long an attempt counts: an address is shared, so its slips of one day are not summed up."""
    return _lock() if kind == Counted.ADDRESS else A_DAY


def _lock() -> timedelta:
    return timedelta(minutes=settings.SIGN_IN_LOCK_MINUTES)
