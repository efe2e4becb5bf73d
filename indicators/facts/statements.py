"""Querysets as pieces of SQL for the formula language, and who stands where on a day."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet

from indicators.formula.facts import Fragment
from indicators.formula.words import Level
from schools.enums import ORGANISATIONS
from schools.models import Unit


def held_by(members: Fragment, ancestry: Fragment) -> Fragment:
    """Give the units that stand above any of the members, which are not above themselves."""
    sql = (
        f"SELECT DISTINCT a.ancestor_id AS unit_id FROM ({members.sql}) AS m"  # noqa: S608 - fragments of this module
        f" JOIN ({ancestry.sql}) AS a ON a.unit_id = m.unit_id AND a.ancestor_id <> a.unit_id"
    )
    return Fragment(sql, members.params + ancestry.params)


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
