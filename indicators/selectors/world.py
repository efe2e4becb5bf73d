"""Everything that is known below one unit, as the plain-Python twin of the formula language asks for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.db import connection

from indicators.facts import Basis, FactsOf, find_fact, level_of_kind
from indicators.formula.evaluate import World
from indicators.formula.explain import Explanation, explain
from indicators.formula.facts import HERE
from indicators.formula.meaning import Distribution, Extreme, Fact, FactKey, Rolled, Row, StateOf, Tally, Total
from indicators.formula.proof import Meaning, walk
from indicators.formula.words import Level
from indicators.models import HeldAgainst, IndicatorValue
from schools.enums import ORGANISATIONS
from schools.models import Ancestry, Unit
from schools.selectors.geography import running_on


def explained(*, value: IndicatorValue, meaning: Meaning, basis: Basis) -> Explanation:
    """Say why a value is what it is, with every member behind it; `meaning` is its edition's formula, proven."""
    world = world_under(unit=value.unit, meaning=meaning, basis=basis, edition=value.edition_id)
    return explain(meaning, world, value.unit_id, places=value.edition.precision)


def world_under(*, unit: Unit, meaning: Meaning, basis: Basis, edition: int | None = None) -> World:
    """
    Read the members under a unit in the geography of the basis's day, and the facts that a formula asks of them.

    The years to which the formula looks back are read likewise, each with its own members and geography. Numbers of
    the territories above, with which members are compared, are those that the computation of the `edition` has kept.
    """
    nodes = list(walk(meaning.total))
    views = {HERE: _View(basis)}
    for standpoint, node in nodes:
        if standpoint not in views:
            views[standpoint] = _View(basis.seen_from(standpoint))
        views[standpoint].look_for(node)
    chosen = sorted({key for view in views.values() for key in view.read_members(unit)})
    is_nested = len(views) > 1 or any(isinstance(node, Rolled | Extreme) for _, node in nodes)
    worlds = {standpoint: view.world(unit, chosen, is_nested=is_nested) for standpoint, view in views.items()}
    if meaning.held_against:
        held = _held_against(edition, basis)
        over = {standpoint: _above(chosen, views[standpoint].basis) for standpoint, _ in meaning.held_against}
        for place, (standpoint, node) in enumerate(meaning.held_against):
            kept = {key: _first(held.get(place, {}), over[standpoint].get(key, ())) for key in chosen}
            worlds[standpoint] = replace(
                worlds[standpoint], held_against={**worlds[standpoint].held_against, id(node): kept}
            )
    return replace(worlds.pop(HERE), others=worlds)


def _held_against(edition: int | None, basis: Basis) -> dict[int, dict[int, Decimal | None]]:
    """The kept numbers of territories, by their place in the formula."""
    found: dict[int, dict[int, Decimal | None]] = defaultdict(dict)
    rows = HeldAgainst.objects.filter(edition=edition, period=basis.period)
    for place, unit_id, value in rows.values_list("place", "unit_id", "value"):
        found[place][unit_id] = value
    return found


def _first(held: dict[int, Decimal | None], above: Sequence[int]) -> Decimal | None:
    return next((held[one] for one in above if one in held), None)


@dataclass(slots=True)
class _View:
    """What a formula asks of one year."""

    basis: Basis
    levels: set[Level] = field(default_factory=set)
    asked: set[FactKey] = field(default_factory=set)
    members: dict[Level, list[int]] = field(default_factory=lambda: defaultdict(list))
    names: dict[int, str] = field(default_factory=dict)

    def look_for(self, node: Row | Total) -> None:
        """Take down which members and which facts a piece of the formula needs."""
        match node:
            case Tally(level=level) | Distribution(level=level) | Extreme(level=level):
                self.levels.add(level)
            case StateOf():
                self.levels.add(node.level_of_members)
            case Fact():
                self.asked.add(node.key)
                self.asked.update((node.spec.name, params) for params, _ in node.spec.made_of)  # shown, not counted

    def read_members(self, unit: Unit) -> list[int]:
        """Read the members under a unit, in the order of their names."""
        for key, name, kind in _members(unit, self.basis):
            self.names[key] = name
            for level in self.levels & _levels_of(kind):
                self.members[level].append(key)
        return [key for keys in self.members.values() for key in keys]

    def world(self, unit: Unit, units: list[int], *, is_nested: bool) -> World:
        """Read the facts of units, whether they are members in this year or in another."""
        above = _above(units, self.basis) if is_nested else {key: tuple({key, unit.pk}) for key in units}
        source = FactsOf(self.basis)
        facts = _values(source, sorted(self.asked, key=str), units)
        return World(
            members=self.members,
            ancestors=above,
            facts=facts,
            names=self.names,
            causes={key: _cause(source, key, is_known=bool(known)) for key, known in facts.items()},
        )


def _levels_of(kind: str) -> set[Level]:
    """The populations to which a unit belongs: a school is an organisation too."""
    level = level_of_kind(kind)
    return {level, Level.ORGANISATION} if kind in ORGANISATIONS else {level}


def _members(unit: Unit, basis: Basis) -> list[tuple[int, str, str]]:
    """Units that stood under a unit on the day, itself included, in the order of their names."""
    units = Unit.objects.open_on(basis.on).standing_under(unit, basis.on).in_order()
    return list(units.values_list("pk", "short_name", "kind"))


def _above(keys: list[int], basis: Basis) -> dict[int, tuple[int, ...]]:
    above: dict[int, list[int]] = defaultdict(list)
    rows = Ancestry.objects.filter(running_on(basis.on), unit__in=keys)
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
