"""
Why a number is what it is: «42,9 % = 6 из 14 школ», with the members counted, not counted and left out.

Made by the plain-Python twin, so the explanation cannot differ from the value.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from common.numbers import NBSP, format_number
from common.russian import plural
from indicators.formula import meaning
from indicators.formula.evaluate import Evaluator, Member, Unit, Value, World, decimal
from indicators.formula.facts import Measure
from indicators.formula.words import Level

FORMS: dict[Level, tuple[str, str, str]] = {
    Level.SCHOOL: ("школы", "школ", "школ"),
    Level.ORGANISATION: ("организации", "организаций", "организаций"),
    Level.MUNICIPALITY: ("муниципалитета", "муниципалитетов", "муниципалитетов"),
    Level.DISTRICT: ("округа", "округов", "округов"),
    Level.REGION: ("региона", "регионов", "регионов"),
}
NOTHING_KNOWN = "данных нет"


@dataclass(frozen=True, slots=True)
class Line:
    """One member: what it brought, the facts that decided, and if it was left out, why."""

    unit: Unit
    name: str
    part: Fraction | None
    whole: Fraction | None
    seen: tuple[tuple[str, str], ...]  # what the formula says, what the member has
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """The members behind one sum of the formula."""

    title: str
    level: Level
    counted: tuple[Line, ...]
    not_counted: tuple[Line, ...]
    left_out: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A value in a sentence, and everything it is made of."""

    headline: str
    value: Decimal | None
    n: Fraction | None
    d: Fraction | None
    parts: tuple[Part, ...] = field(default=())


def explain(proven: meaning.Meaning, world: World, unit: Unit, *, places: int = 1) -> Explanation:
    """Explain the value of one unit."""
    evaluator = Evaluator(world)
    pair = evaluator.pairs(proven.total).get(unit)
    shown = evaluator.shown(proven.total, unit) if pair is not None else None
    value = decimal(shown, 6)
    parts = tuple(_part(title, tally, evaluator, unit) for title, tally in _tallies(proven.total, ""))
    if isinstance(proven.total, meaning.StateOf):
        parts = ()
    n, d = (pair.n, pair.d) if pair is not None else (None, None)
    return Explanation(_headline(proven, value, n, d, parts, places), value, n, d, parts)


def _tallies(total: meaning.Total, title: str) -> list[tuple[str, meaning.Tally]]:
    """Every sum of the formula with a word on its place in it."""
    match total:
        case meaning.Tally():
            return [(title, total)]
        case meaning.Quotient(part=part, whole=whole):
            return [*_tallies(part, "Часть"), *_tallies(whole, "Целое")]
        case meaning.Combined(operands=operands):
            many = [_tallies(operand, f"{title} {number}".strip()) for number, operand in enumerate(operands, 1)]
            return [pair for pairs in many for pair in pairs]
        case meaning.Scaled(total=inner) | meaning.Extreme(total=inner):
            return _tallies(inner, title)
        case _:
            return []


def _part(title: str, tally: meaning.Tally, evaluator: Evaluator, unit: Unit) -> Part:
    counted: list[Line] = []
    not_counted: list[Line] = []
    left_out: list[Line] = []
    for member in evaluator.members(tally):
        if unit not in evaluator.world.ancestors.get(member.unit, ()):
            continue
        if member.absent:
            left_out.append(_line(tally, member, evaluator))
        elif member.taken:
            (counted if member.part else not_counted).append(_line(tally, member, evaluator))
    return Part(title, tally.level, tuple(counted), tuple(not_counted), tuple(left_out))


def _line(tally: meaning.Tally, member: Member, evaluator: Evaluator) -> Line:
    unit, world = member.unit, evaluator.world
    rows = [row for row in (tally.part, tally.whole) if row is not None]
    seen: dict[str, str] = {}
    unknown: list[str] = []
    asked = rows if not member.absent or tally.among is None else [*rows, tally.among]
    for fact in (fact for row in asked for fact in _facts_of_member(row)):
        value = evaluator.row(fact, unit)
        seen[fact.said] = _said(fact, value)
        if value is None:
            unknown.append(f"{fact.said}: {world.causes.get(fact.key, 'данные не внесены')}")
    cause = ("; ".join(dict.fromkeys(unknown)) or "внутри нет данных") if member.absent else ""
    return Line(unit, world.name(unit), member.part, member.whole, tuple(seen.items()), cause)


def _facts_of_member(row: meaning.Row) -> list[meaning.Fact]:
    """The facts of the member itself, not those of units below it."""
    match row:
        case meaning.Fact():
            return [row]
        case meaning.Rolled():
            return []
        case _:
            return [
                fact
                for child in meaning.children(row)
                if isinstance(child, meaning.Row)
                for fact in _facts_of_member(child)
            ]


def _said(fact: meaning.Fact, value: Value) -> str:
    if value is None:
        return "—"
    if fact.spec.measure is Measure.FLAG:
        return "да" if value else "нет"
    number = format_number(decimal(Fraction(value), 2))
    if fact.spec.measure is Measure.CHANGE and value > 0:
        number = f"+{number}"
    return f"{number}{NBSP}{fact.spec.unit}" if fact.spec.unit in {"%", "п.п."} else number


def _headline(
    proven: meaning.Meaning,
    value: Decimal | None,
    n: Fraction | None,
    d: Fraction | None,
    parts: tuple[Part, ...],
    places: int,
) -> str:
    if value is None or n is None:
        return f"{NOTHING_KNOWN}{_aside(parts)}."
    if proven.root is meaning.Root.STATE:
        return f"Ступень {format_number(value, 0)}."
    if proven.root is meaning.Root.COUNT:
        return f"{_number(n)}{NBSP}{proven.unit}{_aside(parts)}.".replace(f"{NBSP}.", ".")
    percent = f"{NBSP}%" if proven.scale == 100 else f"{NBSP}{proven.unit}" if proven.unit else ""
    assert d is not None  # noqa: S101 - a ratio with a value has a whole
    whole = f"{_number(d)}{_whole_word(proven, d)}"
    return f"{format_number(value, places)}{percent} = {_number(n)} из {whole}{_aside(parts)}."


def _whole_word(proven: meaning.Meaning, d: Fraction) -> str:
    """Name the members where the whole is their number."""
    if isinstance(proven.total, meaning.Tally) and proven.total.whole == meaning.Known(Decimal(1)):
        return f"{NBSP}{plural(int(d), *FORMS[proven.level])}"
    return ""


def _aside(parts: tuple[Part, ...]) -> str:
    count = sum(len(part.left_out) for part in parts)
    return f"; не учтено: {count}" if count else ""


def _number(value: Fraction) -> str:
    return format_number(decimal(value, 2))
