"""Querysets as pieces of SQL for the formula language, and who stands where on a day."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet

from indicators.formula.facts import Fragment
from indicators.formula.words import Level
from schools.enums import ORGANISATIONS
from schools.models import Unit


def members_with(units: Fragment, ancestry: Fragment) -> Fragment:
    """Give units with the keys of those above each, null for none; who stands nowhere is no member."""
    sql = (
        f"SELECT m.unit_id, a.above FROM ({units.sql}) AS m"  # noqa: S608 - fragments of this module
        " JOIN (SELECT unit_id, array_agg(ancestor_id ORDER BY ancestor_id) FILTER (WHERE ancestor_id <> unit_id)"
        f" AS above FROM ({ancestry.sql}) AS ancestry GROUP BY unit_id) AS a ON a.unit_id = m.unit_id"
    )
    return Fragment(sql, units.params + ancestry.params)


def members_on(level: Level, day: date) -> QuerySet[Unit]:
    """Return the units of a level that exist on a day."""
    kinds = ORGANISATIONS if level is Level.ORGANISATION else [level.value]
    return Unit.objects.open_on(day).of_kind_on(day, *kinds)


def sql_of(queryset: QuerySet, columns: str = "") -> Fragment:
    """Take a queryset's SQL and parameters apart; one that can match nothing becomes an empty table."""
    try:
        sql, params = queryset.order_by().query.sql_with_params()
    except EmptyResultSet:
        names = columns or "unit_id, value"
        nulls = ", ".join(f"NULL::bigint AS {name.strip()}" for name in names.split(","))
        return Fragment(f"SELECT {nulls} WHERE FALSE")
    if columns:
        sql = f"SELECT {columns} FROM ({sql}) AS given({columns})"  # noqa: S608 - the queryset's own SQL
    return Fragment(sql, tuple(params))
