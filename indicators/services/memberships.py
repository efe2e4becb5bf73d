"""Memberships of one organisation by hand: written below, and a note is left for formulas that ask for them."""

from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from indicators.facts.projects import IN_PROJECT
from indicators.services.recalculation import request_recalculation
from schools.models import Membership, Unit
from schools.services import projects
from schools.services.projects import Stay


@transaction.atomic
def begin_membership(*, stay: Stay, actor: User, now: datetime) -> Membership:
    """Write a membership. :raises MembershipRefused: as `projects.begin_membership` does."""
    membership = projects.begin_membership(stay=stay, actor=actor, now=now)
    _leave_note(stay.unit, actor, now)
    return membership


@transaction.atomic
def end_membership(*, membership: Membership, until: date, order: str, actor: User, now: datetime) -> Membership:
    """Write the last day of a membership. :raises MembershipRefused: as `projects.end_membership` does."""
    ended = projects.end_membership(membership=membership, until=until, order=order, actor=actor, now=now)
    _leave_note(ended.unit, actor, now)
    return ended


@transaction.atomic
def drop_membership(*, membership: Membership, reason: str, actor: User, now: datetime) -> None:
    """Take a mistaken membership away. :raises MembershipRefused: as `projects.drop_membership` does."""
    unit = membership.unit
    projects.drop_membership(membership=membership, reason=reason, actor=actor, now=now)
    _leave_note(unit, actor, now)


def _leave_note(unit: Unit, actor: User, now: datetime) -> None:
    reason = f"участие в проектах: {unit.short_name}"
    request_recalculation(facts={IN_PROJECT}, unit_ids=[unit.pk], actor=actor, now=now, reason=reason)
