"""Browsers in which a person has signed in: noted, ended from elsewhere, and ended by themselves after a while."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.enums import Way
from accounts.models import OpenSession, User
from accounts.services.audit import record
from common.addresses import address_of

# What a session knows: since when and when last, how its person came in, and whether a second factor was shown.
STARTED, SEEN, WAY, PASSED = "signed_in_at", "seen_at", "way", "second_factor_passed"
FRESH = timedelta(minutes=15)
NOTED_EVERY = timedelta(minutes=5)  # so that looking round writes nothing


def note_session(*, request: HttpRequest, user: User, **_signal: Any) -> None:
    """Remember the browser in which somebody has just signed in; for `user_logged_in`."""
    now = timezone.now()
    request.session[STARTED] = request.session[SEEN] = now.timestamp()
    if not request.session.session_key:
        request.session.create()
    OpenSession.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={
            "user": user,
            "started_at": now,
            "last_seen_at": now,
            "address": address_of(request) or None,
            "browser": request.META.get("HTTP_USER_AGENT", "")[:300],
            "way": request.session.get(WAY, Way.PASSWORD),
        },
    )


def is_fresh(*, session: SessionBase, now: datetime) -> bool:
    """Say whether somebody has signed in so lately that the password need not be asked again."""
    return now.timestamp() - session.get(STARTED, 0) < FRESH.total_seconds()


def is_over(*, session: SessionBase, now: datetime) -> bool:
    """Say whether a session has lasted too long, or was left too long."""
    if STARTED not in session:
        return False
    started, seen = (datetime.fromtimestamp(session[name], UTC) for name in (STARTED, SEEN))
    longest = timedelta(hours=settings.SESSION_HOURS)
    return now - started >= longest or now - seen >= timedelta(minutes=settings.SESSION_IDLE_MINUTES)


def note_activity(*, session: SessionBase, address: str, now: datetime) -> None:
    """Remember that a session is in use, once in a while."""
    if STARTED in session and now.timestamp() - session[SEEN] >= NOTED_EVERY.total_seconds():
        session[SEEN] = now.timestamp()
        OpenSession.objects.filter(session_key=session.session_key).update(last_seen_at=now, address=address or None)


def follow_session(*, old_key: str, new_key: str) -> None:
    """Keep a browser's place in the list when its session is given another key."""
    OpenSession.objects.filter(session_key=old_key).update(session_key=new_key)


@transaction.atomic
def end_session(*, opened: OpenSession, actor: User, now: datetime) -> None:
    """Sign a browser out; its next request comes from a stranger."""
    _end(OpenSession.objects.filter(pk=opened.pk))
    record(actor=actor, action="session.ended", target=opened.user, now=now, before={"address": opened.address})


@transaction.atomic
def end_sessions(*, user: User, actor: User, now: datetime, keep: str | None = None, reason: str = "") -> int:
    """Sign a person out everywhere but in one browser, and return in how many."""
    count = _end(OpenSession.objects.filter(user=user).exclude(session_key=keep or ""))
    if count:
        record(actor=actor, action="sessions.ended", target=user, now=now, reason=reason, before={"count": count})
    return count


def forget_session(*, request: HttpRequest, **_signal: Any) -> None:
    """Take a browser that signs out by itself, or whose session is over, from the list; for `user_logged_out`."""
    OpenSession.objects.filter(session_key=request.session.session_key).delete()


def sweep_sessions(*, now: datetime) -> None:
    """Delete what is over, ours and Django's."""
    Session.objects.filter(expire_date__lte=now).delete()
    OpenSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()


def _end(opened: QuerySet[OpenSession]) -> int:
    keys = list(opened.values_list("session_key", flat=True))
    alive = Session.objects.filter(session_key__in=keys).delete()[0]
    opened.delete()
    return alive
