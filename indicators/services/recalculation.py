"""Keeping values true: a change below leaves a note, a worker fulfils the notes."""

from collections.abc import Collection
from datetime import datetime

from accounts.models import User
from indicators.models import RecalculationRequest


def request_recalculation(
    *,
    facts: Collection[str],
    actor: User,
    now: datetime,
    reason: str,
    unit_ids: Collection[int] | None = None,
    years: Collection[int] | None = None,
) -> RecalculationRequest:
    """
    Leave a note, in the caller's transaction, that facts have changed for units in programme years.

    `unit_ids` and `years` None mean all of them; facts `{"*"}` means every fact.
    """
    return RecalculationRequest.objects.create(
        facts=sorted(facts),
        unit_ids=None if unit_ids is None else sorted(unit_ids),
        years=None if years is None else sorted(years),
        reason=reason[:300],
        requested_by=actor,
        requested_at=now,
    )
