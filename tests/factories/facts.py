"""What one fact gives, as a formula asks for it."""

from decimal import Decimal

from django.db import connection

from indicators.facts import Basis, FactsOf
from indicators.formula.check import check


def values(basis: Basis, fact: str, *, of: str = "школы") -> dict[int, Decimal | None]:
    """Return the value of a fact for every unit that has a row, by the unit's key."""
    facts = FactsOf(basis)
    ((name, params),) = {
        (name, params) for name, params, *_ in check(f"количество({of}, где пусто({fact}))", facts).facts
    }
    fragment = facts.fragment(name, params)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT unit_id, value FROM ({fragment.sql}) AS known", fragment.params)  # noqa: S608 - the fact's own SQL
        return {unit: None if value is None else round(value, 4) for unit, value in cursor.fetchall()}
