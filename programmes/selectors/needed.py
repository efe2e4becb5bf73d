"""What is needed to keep a promise of a year: how many more, and which members stand nearest to being counted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from accounts.models import User
from accounts.permissions import Permission
from indicators.facts import Basis, FactsOf
from indicators.formula.check import check
from indicators.formula.errors import FormulaError
from indicators.formula.evaluate import World
from indicators.formula.proof import Meaning
from indicators.selectors.world import world_under
from programmes.enums import Standing
from programmes.models import Programme
from programmes.selectors.indicator_table import Cell, Row, indicator_table
from programmes.selectors.judging import Measured
from programmes.selectors.lacking import Lacking
from programmes.selectors.margins import Members, Near, members_to_move
from schools.models import Ancestry, Unit
from schools.selectors.geography import running_on

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Named:
    """The members that stand nearest and may be named to the reader; the others are a number."""

    near: tuple[Near, ...]
    more: int  # that stand there too: not shown, or not the reader's to see
    unknown: tuple[str, ...]
    unknown_more: int
    is_behind: bool = False  # they stand farthest behind the goal


@dataclass(frozen=True, slots=True)
class Need:
    """What one territory lacks, and who is nearest there; None where the formula compares nothing."""

    unit: Measured
    lacking: Lacking
    members: Named | None


@dataclass(frozen=True, slots=True)
class Needed:
    """What is needed of an indicator in a year."""

    row: Row
    cell: Cell
    needs: tuple[Need, ...]
    more: int = 0  # territories that lack something too

    @property
    def is_kept(self) -> bool:
        """Whether the promise is kept, or nothing is promised."""
        return self.cell.judgement.standing in (Standing.MET, Standing.NOT_SET)

    @property
    def is_kept_so_far(self) -> bool:
        """Whether a running year's value keeps the promise now, and may yet lose it."""
        judgement = self.cell.judgement
        return bool(judgement.asked) and not (self.needs or judgement.failing or judgement.unknown)

    @property
    def silent(self) -> tuple[Measured, ...]:
        """The first of those who keep a promise of each from being judged: nothing is known of them."""
        judgement = self.cell.judgement
        return () if judgement.failing else judgement.unknown[:SHOWN]

    @property
    def silent_more(self) -> int:
        """How many more there are of them."""
        return len(self.cell.judgement.unknown) - len(self.silent)


def what_is_needed(
    *, user: User, unit: Unit, programme: Programme, indicator_id: int, year: int, today: date
) -> Needed | None:
    """
    Say what a territory that the reader may see needs for the target of a year; None where the row does not concern it.

    A member is named only to who may see it: a school that has since gone elsewhere is counted and not named.
    """
    asked = {"years": [year], "indicators": {indicator_id}, "is_freshness_asked": False}
    table = indicator_table(unit=unit, programme=programme, today=today, **asked)
    row = next(iter(table.rows), None)
    cell = next(iter(row.cells), None) if row is not None else None
    if row is None or cell is None:
        return None
    lacking = cell.lacking
    if not lacking:
        return Needed(row, cell, ())
    shown = lacking[:SHOWN]
    members = _members(cell, unit, {one.unit_id: each for one, each in shown})
    seen = _seen(user, members)
    needs = tuple(Need(one, each, _named(members.get(one.unit_id), seen)) for one, each in shown)
    return Needed(row, cell, needs, len(lacking) - len(shown))


def _members(cell: Cell, unit: Unit, units: dict[int, Lacking]) -> dict[int, Members]:
    """The members that would have to move, for each territory that lacks something."""
    try:
        meaning = check(cell.edition.formula, FactsOf(cell.basis))
    except FormulaError:
        return {}
    world = world_under(unit=unit, meaning=meaning, basis=cell.basis, edition=cell.edition.pk)
    if list(units) != [unit.pk]:
        world = replace(world, ancestors=_standing_under(world, meaning, units, cell.basis))
    return {
        key: members_to_move(meaning, world, key, is_to_leave=one.is_to_leave, goal=_goal(one))
        for key, one in units.items()
    }


def _goal(lacking: Lacking) -> Fraction | None:
    """What n has to be for each one of d, or the number that is needed; None where no number is."""
    if lacking.is_impossible or lacking.whole == 0:
        return None
    return lacking.needed if lacking.whole is None else lacking.needed / lacking.whole


def _standing_under(
    world: World, meaning: Meaning, units: Collection[int], basis: Basis
) -> dict[object, tuple[int, ...]]:
    """Which of the territories each member stood under on the day."""
    above: dict[object, tuple[int, ...]] = {}
    members = [int(str(key)) for key in world.members.get(meaning.level, ())]
    rows = Ancestry.objects.filter(running_on(basis.on), unit__in=members, ancestor__in=units)
    for unit_id, ancestor_id in rows.values_list("unit_id", "ancestor_id"):
        above[unit_id] = (*above.get(unit_id, ()), ancestor_id)
    return above


def _seen(user: User, members: dict[int, Members]) -> dict[int, str]:
    """The members that may be named, each with what it stands in: many schools are called alike."""
    keys = {one.unit for each in members.values() for one in each.near}
    keys |= {key for each in members.values() for key, _ in each.unknown}
    if not keys:
        return {}
    visible = Unit.objects.visible_to(user, Permission.INDICATOR_VIEW).filter(pk__in=keys)
    return dict(visible.values_list("pk", "parent__short_name"))


def _named(members: Members | None, seen: dict[int, str]) -> Named | None:
    if members is None or not (members.near or members.unknown):
        return None
    near = tuple(replace(one, place=seen[one.unit] or "") for one in members.near if one.unit in seen)[:SHOWN]
    unknown = tuple(name for key, name in members.unknown if key in seen)[:SHOWN]
    hidden = (len(members.near) - len(near), len(members.unknown) - len(unknown))
    return Named(near, hidden[0], unknown, hidden[1], members.is_behind)
