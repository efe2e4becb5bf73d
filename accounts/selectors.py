"""What a person sees of the browsers in which they have signed in, and of their second factor."""

from datetime import datetime

from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import OpenSession, RecoveryCode, SecondFactor, User


def open_sessions(*, user: User, now: datetime) -> QuerySet[OpenSession]:
    """Return the browsers in which a person is signed in now, the one seen last first."""
    alive = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=now)
    return OpenSession.objects.filter(Exists(alive), user=user).order_by("-last_seen_at", "-pk")


def second_factor_of(*, user: User) -> SecondFactor | None:
    """Return a person's second factor, if it is on."""
    return SecondFactor.objects.filter(user=user).first()


def unused_recovery_codes(*, user: User) -> int:
    """Return how many codes on paper a person has left."""
    return RecoveryCode.objects.filter(user=user, used_at=None).count()
