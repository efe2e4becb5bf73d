"""Everything that is known below one unit, as the plain-Python twin of the formula language asks for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from django.db import connection
from django.db.models import Q

from indicators.facts import Basis, FactsOf, find_fact, level_of_kind
from indicators.formula.evaluate import World
from indicators.formula.explain import Explanation, explain
from indicators.formula.facts import Parameters
from indicators.formula.meaning import Extreme, Meaning, Rolled, Row, StateOf, Tally, Total, children
from indicators.formula.words import Level
from indicators.models import IndicatorValue
from schools.models import Ancestry, Unit

FactKey = tuple[str, Parameters]


def explained(*, value: IndicatorValue, meaning: Meaning, basis: Basis) -> Explanation:
    """Say why a value is what it is, with every member behind it; `meaning` is its edition's formula, proven."""
    world = world_under(unit=value.unit, meaning=meaning, basis=basis)
    return explain(meaning, world, value.unit_id, places=value.edition.precision)


def world_under(*, unit: Unit, meaning: Meaning, basis: Basis) -> World:
    """Read the members under a unit in the geography of the basis's day, and the facts that a formula asks of them."""
    levels, is_nested = set(), False
    for node in _walk(meaning.total):
        match node:
            case Tally(level=level) | Extreme(level=level):
                levels.add(level)
            case StateOf():
                levels.add(node.level_of_members)
        is_nested = is_nested or isinstance(node, Rolled | Extreme)
    units = _members(unit, basis)
    members: dict[Level, list[int]] = defaultdict(list)
    for key, _, kind in units:
        if level_of_kind(kind) in levels:
            members[level_of_kind(kind)].append(key)
    chosen = [key for keys in members.values() for key in keys]
    above = _above(chosen, basis) if is_nested else {key: tuple({key, unit.pk}) for key in chosen}
    source = FactsOf(basis)
    facts = _values(source, sorted(meaning.facts, key=str), chosen)
    return World(
        members=members,
        ancestors=above,
        facts=facts,
        names={key: name for key, name, _ in units},
        causes={key: _cause(source, key, is_known=bool(known)) for key, known in facts.items()},
    )


def _walk(node: Row | Total) -> list[Row | Total]:
    return [node, *(below for child in children(node) for below in _walk(child))]


def _members(unit: Unit, basis: Basis) -> list[tuple[int, str, str]]:
    """Units that stood under a unit on the day, itself included, in the order of their names."""
    rows = Ancestry.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=basis.on), ancestor=unit, valid_from__lte=basis.on
    ).values("unit")
    units = Unit.objects.open_on(basis.on).filter(pk__in=rows).in_order()
    return list(units.values_list("pk", "short_name", "kind"))


def _above(keys: list[int], basis: Basis) -> dict[int, tuple[int, ...]]:
    above: dict[int, list[int]] = defaultdict(list)
    rows = Ancestry.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=basis.on), unit__in=keys, valid_from__lte=basis.on
    )
    for unit_id, ancestor_id in rows.values_list("unit_id", "ancestor_id"):
        above[unit_id].append(ancestor_id)
    return {key: tuple(found) for key, found in above.items()}


def _values(source: FactsOf, keys: Sequence[FactKey], units: list[int]) -> dict[FactKey, dict[int, Decimal]]:
    """Read the values of all facts in one statement, each with its place among the keys."""
    found: dict[FactKey, dict[int, Decimal]] = {key: {} for key in keys}
    parts, params = [], []
    for place, key in enumerate(keys):
        fragment = source.fragment(*key)
        parts.append(f"SELECT {place} AS place, unit_id, value FROM ({fragment.sql}) AS known_{place}")  # noqa: S608 - the fact's own SQL, its values are parameters
        params += fragment.params
    if not parts:
        return found
    sql = f"SELECT place, unit_id, value FROM ({' UNION ALL '.join(parts)}) AS known"  # noqa: S608 - the parts are above
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} WHERE value IS NOT NULL AND unit_id = ANY(%s)", [*params, units])
        for place, unit_id, value in cursor.fetchall():
            found[keys[place]][unit_id] = value
    return found


def _cause(source: FactsOf, key: FactKey, *, is_known: bool) -> str:
    """Why nobody has the fact, or else, where somebody does, why a single unit may lack it."""
    cause = None if is_known else source.cause(*key)
    if cause is not None:
        return cause.text
    return source.missing(*key).text if find_fact(key[0]) is not None else ""
