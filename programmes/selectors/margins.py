"""
Who keeps a promise from being kept: members near to being counted, or those that stand farthest behind the goal.

How near to being counted each member of a share or a count stands, where its condition compares numbers:

«Динамика (огэ, математика) −0,4 п.п., нужно больше 0»: the gap is 0.4. Of two conditions that must both hold both gaps
are told; of two either of which is enough, the smaller. What is no comparison (an answer «да») has no gap.

Of a ratio of sums, a mean, or a minimum over territories nobody is counted or not: there whoever stands behind the goal
is told with what it lacks to reach it, who lacks most first: «12 из 40, не хватает 12». All of it is made by the plain
twin of the formula, so it cannot differ from the value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from common.numbers import NBSP, format_number
from indicators.formula import meaning, proof
from indicators.formula.evaluate import Evaluator, Unit, World, decimal
from indicators.formula.facts import Measure

OPPOSITE = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
WORDS = {"=": "ровно", "<>": "не", "<": "меньше", "<=": "не больше", ">": "больше", ">=": "не меньше"}


@dataclass(frozen=True, slots=True)
class Gap:
    """One condition that a member does not meet: what it has, what is needed, how far that is (None: not a number)."""

    said: str
    size: Fraction | None

    @property
    def size_said(self) -> str:
        """The distance as it is read."""
        return format_number(decimal(self.size, 2))


@dataclass(frozen=True, slots=True)
class Near:
    """A member on the other side of the condition, and everything that keeps it there."""

    unit: int
    name: str
    gaps: tuple[Gap, ...]
    place: str = ""  # where it stands, for many are called alike

    @property
    def order(self) -> tuple[bool, int, Fraction]:
        """Who comes first: who can be measured, then who lacks fewer conditions, then whose largest gap is smaller."""
        sizes = [gap.size for gap in self.gaps if gap.size is not None]
        return len(sizes) < len(self.gaps), len(self.gaps), max(sizes, default=Fraction(0))


@dataclass(frozen=True, slots=True)
class Members:
    """Members that are on the other side of a condition, the nearest first, and those of whom it is not known."""

    near: tuple[Near, ...] = ()
    unknown: tuple[tuple[int, str], ...] = ()
    is_behind: bool = False  # the farthest behind the goal, and not the nearest to being counted


def members_to_move(
    proven: proof.Meaning, world: World, unit: int, *, is_to_leave: bool = False, goal: Fraction | None = None
) -> Members:
    """
    Return the members below a unit that are not counted and would have to be, or the counted ones, to leave.

    Where nobody is counted by a condition: those behind the `goal`, which is what the n of a ratio has to be for each
    one of its d, or what the whole number has to be. Nothing where a sum is made of several.
    """
    total, evaluator = _unscaled(proven.total), Evaluator(world)
    match total:
        case meaning.Tally(part=meaning.Choice()):
            return _to_move(total, evaluator, unit, is_to_leave)
        case meaning.Extreme() if goal is not None:
            return _behind_of_extreme(total, evaluator, unit, goal, is_to_leave)
        case meaning.Tally(whole=meaning.Row()) | meaning.Quotient() if goal is not None:
            return _behind_of_ratio(total, evaluator, unit, goal, is_to_leave)
        case _:
            return Members()


def _to_move(tally: meaning.Tally, evaluator: Evaluator, unit: int, is_to_leave: bool) -> Members:
    assert isinstance(tally.part, meaning.Choice)  # noqa: S101 - the caller has looked
    world = evaluator.world
    near: list[Near] = []
    unknown: list[tuple[int, str]] = []
    for member in evaluator.members(tally):
        if unit not in world.ancestors.get(member.unit, ()):
            continue
        key, name = int(str(member.unit)), world.name(member.unit)
        if member.absent:
            unknown.append((key, name))
        elif member.taken and bool(member.part) == is_to_leave:
            near.append(Near(key, name, tuple(_gaps(tally.part.condition, member.unit, evaluator, not is_to_leave))))
    return Members(tuple(sorted(near, key=lambda one: one.order)), tuple(unknown))


def _behind_of_ratio(
    total: meaning.Tally | meaning.Quotient, evaluator: Evaluator, unit: int, goal: Fraction, leaves: bool
) -> Members:
    """Whoever has less of the part than the goal asks of its own whole, or more where less is better."""
    world, pairs = evaluator.world, _pairs(total, evaluator)
    found: list[tuple[Fraction, Near]] = []
    unknown: list[tuple[int, str]] = []
    for key, (part, whole) in pairs.items():
        if unit not in world.ancestors.get(key, ()):
            continue
        name = world.name(key)
        if part is None or whole is None:
            unknown.append((int(str(key)), name))
            continue
        lacks = part - goal * whole if leaves else goal * whole - part
        if lacks > 0:
            found.append((lacks, Near(int(str(key)), name, (_gap_of_ratio(total, part, whole, lacks),))))
    return _farthest_first(found, unknown)


def _behind_of_extreme(
    total: meaning.Extreme, evaluator: Evaluator, unit: int, goal: Fraction, leaves: bool
) -> Members:
    """Every territory whose own value is behind: the smallest is as the goal asks once all of them are."""
    if total.least is leaves:  # to make the smallest smaller one is enough, and which one is nobody's to say
        return Members()
    world = evaluator.world
    asked = goal * Fraction(total.shown_times) if total.is_ratio else goal
    found: list[tuple[Fraction, Near]] = []
    unknown: list[tuple[int, str]] = []
    for key in world.members.get(total.level, ()):
        if key == unit or unit not in world.ancestors.get(key, ()):
            continue
        name, value = world.name(key), evaluator.shown(total.total, key)
        if value is None:
            unknown.append((int(str(key)), name))
            continue
        lacks = value - asked if leaves else asked - value
        if lacks > 0:
            found.append((lacks, Near(int(str(key)), name, (Gap(_plain(value), lacks),))))
    return _farthest_first(found, unknown)


def _farthest_first(found: list[tuple[Fraction, Near]], unknown: list[tuple[int, str]]) -> Members:
    found.sort(key=lambda one: -one[0])
    return Members(tuple(near for _, near in found), tuple(unknown), is_behind=True)


Parts = dict[Unit, tuple[Fraction | None, Fraction | None]]


def _pairs(total: meaning.Tally | meaning.Quotient, evaluator: Evaluator) -> Parts:
    """What each member brings to both sums; None for what is not known of one. Nothing where they are of two levels."""
    if isinstance(total, meaning.Tally):
        members = [one for one in evaluator.members(total) if one.taken or one.absent]
        return {one.unit: (None, None) if one.absent else (one.part, one.whole) for one in members}
    part, whole = _unscaled(total.part), _unscaled(total.whole)
    match part, whole:
        case meaning.Tally(whole=None), meaning.Tally(whole=None) if part.level == whole.level:
            parts, wholes = ({one.unit: one for one in evaluator.members(each)} for each in (part, whole))
        case _:
            return {}
    times = _times(total.part) / _times(total.whole)
    found: Parts = {}
    for key, one in wholes.items():
        other = parts.get(key)
        if other is None or not (one.taken or one.absent):
            continue
        known = not (one.absent or other.absent)
        counted = (other.part or Fraction(0)) * times if other.taken else Fraction(0)
        found[key] = (counted, one.part) if known else (None, None)
    return found


def _unscaled(total: meaning.Total) -> meaning.Total:
    """The count within a number that it is multiplied by."""
    while isinstance(total, meaning.Scaled):
        total = total.total
    return total


def _times(total: meaning.Total) -> Fraction:
    """By what a count is multiplied."""
    times = Fraction(1)
    while isinstance(total, meaning.Scaled):
        times = times * Fraction(total.factor) if total.operator == "*" else times / Fraction(total.factor)
        total = total.total
    return times


def _is_counted(part: Fraction, whole: Fraction) -> bool:
    """Whether both are numbers of something, and not sums that serve to divide."""
    return part.denominator == 1 and whole.denominator == 1 and 0 <= part <= whole


def _gap_of_ratio(total: meaning.Tally | meaning.Quotient, part: Fraction, whole: Fraction, lacks: Fraction) -> Gap:
    """How many of the part a member lacks; of a mean, how far its own one is."""
    if _is_counted(part, whole):
        return Gap(f"{_plain(part)} из {_plain(whole)}", lacks)
    times = Fraction(total.shown_times) / (whole or 1)
    return Gap(_plain(times * part), times * lacks)


def _plain(value: Fraction) -> str:
    return format_number(decimal(value, 2))


def _gaps(condition: meaning.Row, unit: Unit, evaluator: Evaluator, wanted: bool) -> Iterator[Gap]:
    """What keeps a condition from being as wanted."""
    if evaluator.row(condition, unit) is wanted:
        return
    match condition:
        case meaning.Denied(operand=inner):
            yield from _gaps(inner, unit, evaluator, not wanted)
        case meaning.Joined(operator=operator, operands=operands):
            each = [list(_gaps(operand, unit, evaluator, wanted)) for operand in operands]
            if (operator == "and") is wanted:
                yield from (gap for gaps in each for gap in gaps)
            else:
                yield from min(filter(None, each), key=lambda gaps: Near(0, "", tuple(gaps)).order)
        case meaning.Compare(operator=operator, left=left, right=right):
            yield _gap(operator if wanted else OPPOSITE[operator], left, right, unit, evaluator)
        case _:
            yield Gap(f"нужно «{'да' if wanted else 'нет'}»: {_words(condition)}", None)


def _gap(operator: str, left: meaning.Row, right: meaning.Row, unit: Unit, evaluator: Evaluator) -> Gap:
    has, goal = (evaluator.row(side, unit) for side in (left, right))
    if has is None or goal is None:
        return Gap(f"данных нет: {_words(left)}", None)
    one, other = Fraction(has), Fraction(goal)
    measure = _measure(left)
    said = f"{_words(left)}: {_number(one, left)}{measure}, нужно {WORDS[operator]} {_number(other, right)}{measure}"
    if isinstance(right, meaning.Above):
        said += f", как {right.said}"
    size = None if operator in ("=", "<>") and _is_step(left) else abs(one - other)
    return Gap(said, size)


def _words(row: meaning.Row) -> str:
    """The facts of a side, as their reader knows them."""
    if isinstance(row, meaning.Above):
        return row.said
    found = dict.fromkeys(fact.said for fact in proof.walk_facts(row))
    return ", ".join(found) or "условие"


def _measure(row: meaning.Row) -> str:
    unit = row.spec.unit if isinstance(row, meaning.Fact) else ""
    return f"{NBSP}{unit}" if unit else ""


def _is_step(row: meaning.Row) -> bool:
    """A step of a scale is no distance."""
    return isinstance(row, meaning.Fact) and row.spec.measure is Measure.STATE


def _number(value: Fraction, row: meaning.Row) -> str:
    said = format_number(decimal(value, 2))
    is_change = isinstance(row, meaning.Fact) and row.spec.measure is Measure.CHANGE
    return f"+{said}" if is_change and value > 0 else said
