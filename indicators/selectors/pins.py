"""Which editions are official in closed periods, as a recalculation has to know before it writes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import connection

from indicators.models import Period, PinnedEdition
from indicators.models.measures import shown_scale

PERIOD_LOCKS = 4_102  # of advisory locks: runs share a period, whoever closes or opens it has it alone


@dataclass(frozen=True, slots=True)
class Pin:
    """The edition by which an indicator's values of a closed period are official, and its scale."""

    edition_id: int
    scale: int


Pins = Mapping[tuple[int, int], Pin]  # by period and indicator
NOTHING_PINNED: Pins = {}


def pins_held(periods: Collection[Period]) -> Pins:
    """
    Return what is pinned in some periods, and keep them from being closed or opened until the transaction ends.

    An indicator that came after its period was closed is pinned in none: nothing of it was approved.
    """
    keys = sorted(period.pk for period in periods if period.pk)
    if not keys:
        return NOTHING_PINNED
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock_shared(%s, key) FROM unnest(%s::int[]) AS held(key)", [PERIOD_LOCKS, keys]
        )
    rows = PinnedEdition.objects.filter(closing__closes__in=keys).values_list(
        "closing__period_id", "indicator_id", "edition_id", "edition__kind", "edition__unit_of_measure"
    )
    return {
        (period, indicator): Pin(edition, shown_scale(kind, unit)) for period, indicator, edition, kind, unit in rows
    }


def is_period_free(period: Period) -> bool:
    """Take a period alone until the transaction ends, unless a recalculation is at it just now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [PERIOD_LOCKS, period.pk])
        return cursor.fetchone()[0]
