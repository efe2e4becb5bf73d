"""The numbers of territories with which members are compared, kept beside the values that rest on them."""

from __future__ import annotations

from django.db import connection

from indicators.facts import FactsOf
from indicators.formula.compile import compile_held_against
from indicators.formula.proof import Meaning
from indicators.models import HeldAgainst, IndicatorEdition

WRITING = """
    WITH held AS MATERIALIZED ({stated}), removed AS (
        DELETE FROM {table} AS kept WHERE edition_id = %s AND period_id = %s
            AND NOT EXISTS (SELECT FROM held WHERE held.place = kept.place AND held.unit_id = kept.unit_id)
    )
    INSERT INTO {table} AS kept (edition_id, period_id, place, unit_id, value)
    SELECT %s, %s, place, unit_id, round(value, 12) FROM held
    ON CONFLICT (edition_id, period_id, place, unit_id) DO UPDATE SET value = excluded.value
    WHERE kept.value IS DISTINCT FROM excluded.value
"""


def keep_held_against(*, edition: IndicatorEdition, meaning: Meaning, facts: FactsOf) -> None:
    """Write the numbers that members are held against in a period, where they differ from those that are kept."""
    stated = compile_held_against(meaning, facts)
    keys = (edition.pk, facts.known_basis.period.pk)
    with connection.cursor() as cursor:
        cursor.execute(
            WRITING.format(stated=stated.sql, table=HeldAgainst._meta.db_table), (*stated.params, *keys, *keys)
        )
