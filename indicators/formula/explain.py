"""
Why a number is what it is: «42,9 % = 6 из 14 школ», with the members counted, not counted and left out.

Made by the plain-Python twin, so the explanation cannot differ from the value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from common.numbers import NBSP, format_number
from common.parting import percents_of
from common.russian import plural
from indicators.formula import meaning, proof
from indicators.formula.arithmetic import Member, Unit
from indicators.formula.evaluate import Counted, Evaluator, Value, World, decimal
from indicators.formula.facts import Measure, Standpoint
from indicators.formula.words import POINTS, Level

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
    asked: frozenset[tuple[Standpoint, meaning.FactKey]] = frozenset()  # facts of the members, and seen from where


@dataclass(frozen=True, slots=True)
class Explanation:
    """A value in a sentence, and everything it is made of."""

    headline: str
    value: Decimal | None
    n: Fraction | None
    d: Fraction | None
    parts: tuple[Part, ...] = field(default=())
    cells: tuple[Fraction, ...] = ()  # of a distribution


def explain(proven: proof.Meaning, world: World, unit: Unit, *, places: int = 1) -> Explanation:
    """Explain the value of one unit."""
    evaluator = Evaluator(world)
    pair = evaluator.pairs(proven.total).get(unit)
    shown = evaluator.shown(proven.total, unit) if pair is not None else None
    value = decimal(shown, 6)
    parts = _parts(proven.total, "", evaluator, unit)
    n, d = (pair.n, pair.d) if pair is not None else (None, None)
    left_out = sum(len(part.left_out) for part in parts)
    cells = pair.cells or () if pair is not None else ()
    if proven.root is proof.Root.CHANGE:
        said = _change(proven, evaluator, unit, value, left_out, places)
    elif proven.root is proof.Root.DISTRIBUTION:
        said = spread_headline(proven, cells, left_out, places)
    else:
        said = headline(proven, value, n, d, left_out, places)
    return Explanation(said, value, n, d, parts, cells)


def _parts(total: meaning.Total, title: str, evaluator: Evaluator, unit: Unit) -> tuple[Part, ...]:
    """The members behind every sum of the formula, with a word on its place in it."""
    match total:
        case meaning.Tally() | meaning.Distribution():
            return (_part(title, total, evaluator, unit),)
        case meaning.Quotient(part=part, whole=whole):
            return (
                *_parts(part, _titled(title, "часть"), evaluator, unit),
                *_parts(whole, _titled(title, "целое"), evaluator, unit),
            )
        case meaning.Combined(operands=operands):
            many = [_parts(one, f"{title} {number}".strip(), evaluator, unit) for number, one in enumerate(operands, 1)]
            return tuple(part for parts in many for part in parts)
        case meaning.Scaled(total=inner) | meaning.Extreme(total=inner):
            return _parts(inner, title, evaluator, unit)
        case meaning.Earlier(total=inner, years=years):
            return _parts(inner, _titled(title, ago(years)), evaluator.inside(total), unit)
        case meaning.Referred(total=inner, code=code):
            return _parts(inner, _titled(title, f"показатель «{code}»"), evaluator.inside(total), unit)
        case meaning.Change(total=inner, years=years):
            return (
                *_parts(inner, _titled(title, "теперь"), evaluator, unit),
                *_parts(inner, _titled(title, ago(years)), evaluator.back(years), unit),
            )
        case _:
            return ()


def _titled(title: str, word: str) -> str:
    return f"{title}, {word}" if title else f"{word[0].upper()}{word[1:]}"


def ago(years: int) -> str:
    """Say how long ago in words."""
    return "годом раньше" if years == 1 else f"{years}{NBSP}{plural(years, 'годом', 'годами', 'годами')} раньше"


def _part(title: str, tally: Counted, evaluator: Evaluator, unit: Unit) -> Part:
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
    here = evaluator.standpoint
    asked = {
        (here.back(years), row.key)
        for stated in (*_brought(tally), tally.among)
        if stated is not None
        for years, row in _seen_of_member(stated)
        if isinstance(row, meaning.Fact)
    }
    return Part(title, tally.level, tuple(counted), tuple(not_counted), tuple(left_out), frozenset(asked))


def _brought(tally: Counted) -> list[meaning.Row]:
    """What a member brings: a part and a whole, or its parts."""
    if isinstance(tally, meaning.Distribution):
        return list(tally.parts)
    return [row for row in (tally.part, tally.whole) if row is not None]


Seen = meaning.Fact | meaning.Rolled | meaning.Above


def _line(tally: Counted, member: Member, evaluator: Evaluator) -> Line:
    unit, world = member.unit, evaluator.world
    rows = _brought(tally)
    seen: dict[str, str] = {}
    unknown: list[str] = []
    asked = rows if not member.absent or tally.among is None else [*rows, tally.among]
    for years, row in (found for stated in asked for found in _seen_of_member(stated)):
        then = evaluator.back(years) if years else evaluator
        value = then.row(row, unit)
        said = _then(_referred(row) if isinstance(row, meaning.Rolled) else row.said, years)
        parts = _parts_of_fact(row, unit, then.world)
        seen[said] = _said(row, value) if value is None else f"{_said(row, value)}{_in_parts(parts)}"
        if value is None:
            unknown.append(f"{said}: {_why_unknown(row, parts, then.world)}")
    cause = ("; ".join(dict.fromkeys(unknown)) or _negative(rows, unit, evaluator)) if member.absent else ""
    if isinstance(tally, meaning.Distribution) and member.taken:
        seen = _cells_of_member(tally, member, seen)
    return Line(unit, world.name(unit), member.part, member.whole, tuple(seen.items()), cause)


PartsOfFact = list[tuple[str, Decimal | None]]


def _parts_of_fact(row: Seen, unit: Unit, world: World) -> PartsOfFact:
    """What a member has in each part of a number that is their sum, by the names of the parts."""
    if not isinstance(row, meaning.Fact):
        return []
    name = row.spec.name
    return [(label, world.facts.get((name, params), {}).get(unit)) for params, label in row.spec.made_of]


def _in_parts(parts: PartsOfFact) -> str:
    """« = 30 (учителя) + 18 (психологи)»."""
    said = " + ".join(f"{format_number(value)}{NBSP}({label})" for label, value in parts if value is not None)
    return f" = {said}" if said else ""


def _why_unknown(row: Seen, parts: PartsOfFact, world: World) -> str:
    """Why a member lacks a number: which of its parts, where others are there."""
    lacking = [label for label, value in parts if value is None]
    if lacking and len(lacking) < len(parts):
        return f"не внесено: {', '.join(lacking)}"
    return world.causes.get(row.key, "данные не внесены") if isinstance(row, meaning.Fact) else NOTHING_KNOWN


def _negative(rows: Sequence[meaning.Row], unit: Unit, evaluator: Evaluator) -> str:
    """Say of whom everything is known and who is left out all the same: less than nought is no part of a whole."""
    for row in rows:
        for part in _parts_of_whole(row):
            value = evaluator.row(part.operand, unit)
            if value is not None and value < 0:
                return f"в одной из частей получается меньше нуля: {_number(Fraction(value))}"
    return "внутри нет данных"


def _parts_of_whole(row: meaning.Row) -> list[meaning.AtLeastNought]:
    if isinstance(row, meaning.AtLeastNought):
        return [row]
    return [
        part for child in meaning.children(row) if isinstance(child, meaning.Row) for part in _parts_of_whole(child)
    ]


def _cells_of_member(total: meaning.Distribution, member: Member, seen: dict[str, str]) -> dict[str, str]:
    """What a member has in each part; one that is counted by conditions stands in one part, for what is seen of it."""
    cells = dict(zip(total.labels, member.cells, strict=True))
    if not all(_is_whether(part) for part in total.parts):
        return {label: _number(cell) for label, cell in cells.items()}
    return {"часть": next((label for label, cell in cells.items() if cell), "никакая"), **seen}


def _is_whether(part: meaning.Row) -> bool:
    """Whether a part only says that a member is in it, by one or nought, and not how much it has there."""
    if isinstance(part, meaning.Choice):
        return _is_whether(part.then) and _is_whether(part.otherwise)
    return isinstance(part, meaning.Known) and part.value in (0, 1)


def _seen_of_member(row: meaning.Row, years: int = 0) -> list[tuple[int, Seen]]:
    """What is known of the member itself and not of units below it, each with how many years ago it was."""
    match row:
        case meaning.Fact() | meaning.Above():
            return [(years, row)]
        case meaning.Rolled(total=total):
            return [(years, row)] if isinstance(total, meaning.Referred) else []
        case meaning.Before(operand=inner, years=more):
            return _seen_of_member(inner, years + more)
        case _:
            return [
                found
                for child in meaning.children(row)
                if isinstance(child, meaning.Row)
                for found in _seen_of_member(child, years)
            ]


def _then(said: str, years: int) -> str:
    return said if not years else f"прежде({said})" if years == 1 else f"прежде({said}, {years})"


def _referred(row: meaning.Rolled) -> str:
    return f"показатель(«{row.total.code}»)" if isinstance(row.total, meaning.Referred) else ""


def _said(row: Seen, value: Value) -> str:
    if value is None:
        return "—"
    number = format_number(decimal(Fraction(value), 2))
    if isinstance(row, meaning.Rolled):
        return f"{number}{NBSP}%" if row.total.shown_times == 100 else number
    if isinstance(row, meaning.Above):
        return f"{number}{NBSP}{row.unit}" if row.unit in {"%", POINTS} else number
    if row.spec.measure is Measure.FLAG:
        return "да" if value else "нет"
    if row.spec.measure is Measure.CHANGE and value > 0:
        number = f"+{number}"
    return f"{number}{NBSP}{row.spec.unit}" if row.spec.unit in {"%", POINTS} else number


def headline(
    proven: proof.Meaning,
    value: Decimal | None,
    n: Fraction | None,
    d: Fraction | None,
    left_out: int,
    places: int,
) -> str:
    """Say a value in a sentence: what it is made of, and how many were left out."""
    if value is None or n is None:
        return f"{NOTHING_KNOWN}{_aside(left_out)}."
    if proven.root is proof.Root.STATE:
        return f"Ступень {format_number(value, 0)}."
    if proven.root is proof.Root.COUNT:
        return f"{_number(n)}{NBSP}{_unit_of(proven, n)}{_aside(left_out)}.".replace(f"{NBSP}.", ".")
    assert d is not None  # noqa: S101 - a ratio with a value has a whole
    whole = f"{_number(d)}{_whole_word(proven, d)}"
    said = f"{_number(n)} из {whole}"
    if (times := _times(proven.total)) is not None:
        said = f"{_number(times)} × {_number(n / times)} из {whole}"
    return f"{format_number(value, places)}{_percent(proven)} = {said}{_aside(left_out)}."


def spread_headline(proven: proof.Meaning, cells: Sequence[Fraction], left_out: int, places: int) -> str:
    """Say a distribution in a sentence: «2: 6,1 % (14 из 230) · 3: 40,0 % (92 из 230)»."""
    percents = percents_of(cells, places)
    if percents is None:
        return f"{NOTHING_KNOWN}{_aside(left_out)}."
    whole = _number(sum(cells, Fraction(0)))
    said = [
        f"{label}: {format_number(percent, places)}{NBSP}% ({_number(cell)} из {whole})"
        for label, percent, cell in zip(proven.labels, percents, cells, strict=True)
    ]
    return f"{' · '.join(said)}{_aside(left_out)}."


def _unit_of(proven: proof.Meaning, n: Fraction) -> str:
    """Members after their number: «1 школа», «5 школ»; any other unit as it is."""
    if proven.unit != proven.level.of_many:
        return proven.unit
    level = proven.level
    return plural(int(n), level.one, level.of_one, level.of_many) if n.denominator == 1 else level.of_one


def _times(total: meaning.Total) -> Fraction | None:
    """By what the part of a ratio is multiplied before it is divided: «100 * a / b»."""
    while isinstance(total, meaning.Within):
        total = total.total
    match total:
        case meaning.Quotient(part=meaning.Scaled(operator="*", factor=factor)) if factor:
            return Fraction(factor)
        case _:
            return None


def _percent(proven: proof.Meaning) -> str:
    return f"{NBSP}%" if proven.scale == 100 else f"{NBSP}{proven.unit}" if proven.unit else ""


def _change(
    proven: proof.Meaning,
    evaluator: Evaluator,
    unit: Unit,
    value: Decimal | None,
    left_out: int,
    places: int,
) -> str:
    """Say a change by its halves: «+11,9 п. п.: 42,9 % (6 из 14) против 31,0 % (4 из 13) годом раньше»."""
    if value is None:
        return f"{NOTHING_KNOWN}{_aside(left_out)}."
    total = proven.total
    sign, digits = "+" if value > 0 else "", places if total.is_ratio else 2
    said = f"{sign}{format_number(value, digits)}{NBSP}{proven.unit}".rstrip(NBSP)
    while isinstance(total, meaning.Within):
        evaluator, total = evaluator.inside(total), total.total
    if not isinstance(total, meaning.Change):  # the least or the greatest of several changes
        return f"{said}{_aside(left_out)}."
    now = _half(total.total, evaluator, unit, places)
    before = _half(total.total, evaluator.back(total.years), unit, places)
    return f"{said}: {now} против {before} {ago(total.years)}{_aside(left_out)}."


def _half(total: meaning.Total, evaluator: Evaluator, unit: Unit, places: int) -> str:
    """One year's side of a change: «42,9 % (6 из 14)», or a count."""
    pair = evaluator.pairs(total)[unit]
    assert pair.n is not None  # noqa: S101 - a change that is known has both halves
    if not total.is_ratio or pair.d is None:
        return _number(pair.n)
    shown = format_number(decimal(evaluator.shown(total, unit), 6), places)
    percent = f"{NBSP}%" if total.shown_times == 100 else ""
    return f"{shown}{percent} ({_number(pair.n)} из {_number(pair.d)})"


def _whole_word(proven: proof.Meaning, d: Fraction) -> str:
    """Name the members where the whole is their number."""
    total = proven.total
    while isinstance(total, meaning.Within):
        total = total.total
    if isinstance(total, meaning.Tally) and total.whole == meaning.ONE:
        return f"{NBSP}{plural(int(d), proven.level.of_one, proven.level.of_many, proven.level.of_many)}"
    return ""


def _aside(left_out: int) -> str:
    return f"; не учтено: {left_out}" if left_out else ""


def _number(value: Fraction) -> str:
    return format_number(decimal(value, 2))
