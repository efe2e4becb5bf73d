"""
How near to being counted each member of a share or a count stands, where its condition compares numbers.

«Динамика (огэ, математика) −0,4 п.п., нужно больше 0»: the gap is 0.4. Of two conditions that must both hold both gaps
are told; of two either of which is enough, the smaller. What is no comparison (an answer «да») has no gap. Made by the
plain-Python twin of the formula, so it cannot differ from the value.
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


def members_to_move(proven: proof.Meaning, world: World, unit: int, *, is_to_leave: bool = False) -> Members:
    """
    Return the members below a unit that are not counted and would have to be, or the counted ones, to leave.

    Nothing where the formula counts no members by a condition.
    """
    tally = _tally(proven.total)
    if tally is None or not isinstance(tally.part, meaning.Choice):
        return Members()
    evaluator = Evaluator(world)
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


def _tally(total: meaning.Total) -> meaning.Tally | None:
    """The one count of members that a share or a count is."""
    match total:
        case meaning.Tally():
            return total
        case meaning.Scaled(total=inner):
            return _tally(inner)
        case _:
            return None


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
