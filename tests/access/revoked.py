"""What was allowed is refused at the next request once its ground is gone, in the same session, with the same key."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import ApiToken, User
from schools.models import Appointment
from tests.access.asking import undone
from tests.access.cases import Case
from tests.access.matrix import put, things_for
from tests.access.people import Who
from tests.access.policy import POLICY
from tests.access.rules import Row
from tests.access.things import Thing

Way = Callable[[Who], Who]


def appointment_ended(who: Who) -> Who:
    """The person's appointments ended yesterday; a key can no more than its person."""
    yesterday = timezone.localdate() - timedelta(days=1)
    Appointment.objects.filter(user=who.user).update(ends_on=yesterday)
    return replace(who, grants=[], roles=[])


def account_closed(who: Who) -> Who:
    """The account was closed: neither sessions nor keys open anything."""
    User.objects.filter(pk=who.user.pk).update(is_active=False)
    return replace(who, grants=[], is_let_in=False)


def key_revoked(who: Who) -> Who:
    """The key was taken back."""
    ApiToken.objects.filter(pk=who.token.pk).update(revoked_at=timezone.now())
    return replace(who, grants=[], is_let_in=False)


def key_over(who: Who) -> Who:
    """The key's time is over."""
    ApiToken.objects.filter(pk=who.token.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    return replace(who, grants=[], is_let_in=False)


def cases(world: Any) -> Iterator[Case]:
    """Everything that somebody was allowed about a thing of one's own place, after each way to lose it."""
    for row in POLICY:
        if row.is_public or row.operation == "POST accounts:sign-out":
            continue
        for who in world.people:
            thing = _allowed(world, row, who)
            if thing is None and row.of or row.expected(world, who, thing)[0] != "allowed":
                continue
            if sum(map(ord, row.label + who.name)) % 2:
                continue  # every second one, whichever it is
            ways = (key_revoked, key_over, account_closed) if who.is_key else (appointment_ended, account_closed)
            number = sum(map(ord, row.label + who.name))
            yield _case(world, row, who, thing, ways[number % len(ways)])


def _allowed(world: Any, row: Row, who: Who) -> Thing | None:
    if not row.of:
        return None
    found = (thing for _relation, thing in things_for(world, who, row.of))
    return next((one for one in found if row.expected(world, who, one)[0] == "allowed"), None)


def _case(world: Any, row: Row, who: Who, thing: Thing | None, way: Way) -> Case:
    return Case(f"{row.label} as {who}, {way.__name__}", lambda: _asked(world, row, who, thing, way))


def _asked(world: Any, row: Row, who: Who, thing: Thing | None, way: Way) -> str:
    with undone():
        now = way(who)
        word, statuses = row.expected(world, now, thing)
        answer = put(world, row, now, thing)
        if answer.status not in statuses:
            return f"must be {word} {statuses}, is {answer.status}"
        changed = answer.changes if word != "allowed" else {}
        return f"{word}, and yet there was written to {changed}" if changed else ""
