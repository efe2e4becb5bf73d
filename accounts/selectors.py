"""By which key somebody acts; what a person sees of the browsers where they signed in, and of their second factor."""

from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import ApiToken, OpenSession, RecoveryCode, SecondFactor, User


def acting_token(user: User | AnonymousUser) -> ApiToken | None:
    """Return the key that somebody's request is signed with, if it came over the API."""
    return getattr(user, "acting_token", None)


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
