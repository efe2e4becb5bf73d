"""
Proof of what a member is held against: a number of the territory above it, a sum over all of it or what it has itself.

Used by `rows`; a sum of the member itself, where that of the territory is surely meant, is refused here too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from indicators.formula import binding, meaning, nodes, proof
from indicators.formula.errors import FormulaError
from indicators.formula.facts import Measure
from indicators.formula.kinds import CONDITION, Kind, Population
from indicators.formula.words import ABOVE, FUNCTION_BY_WORD, IN_TIME, POPULATIONS, ROW_FUNCTIONS, Level
from indicators.formula.written import written

Checked = tuple[meaning.Row, Kind]
OF_OTHERS = {"среднее", "доля", "количество"}  # of one member they say nothing that the member does not say itself


def held_against(
    read_row: Callable[[nodes.Node, Population], Checked],
    read_total: Callable[[nodes.Node, Population], tuple[meaning.Total, Kind]],
    node: nodes.Call,
    function: str,
    population: Population,
) -> Checked:
    """Prove a number of the territory above the member."""
    values = binding.plain(node, function)
    binding.exactly(values, 1, node, function)
    level, stated = ABOVE[function], values[0]
    if population.level is None:
        raise FormulaError("непонятно, кого сравнивать.", node.at, hint="Назовите первым, например, «школы».")
    if population.level.rank >= level.rank:
        raise FormulaError(f"«{function}» говорят о тех, кто ниже, а здесь считаются {population.level.many}.", node.at)
    if is_total(stated):
        inner = Population(None)
        total, kind = read_total(stated, inner)
        if inner.level is not None and inner.level.rank > level.rank:
            raise FormulaError(f"внутри считаются {inner.level.many}: они крупнее, чем {level.of_one}.", stated.at)
        kind = _of_mean(stated, kind, read_row)
    else:
        row, kind = read_row(stated, Population(level))
        part = meaning.Choice(row, meaning.ONE, meaning.NONE) if kind is CONDITION else row
        total = meaning.Tally(level, part, None, None)
    above = meaning.Above(level, total, written(node), kind.unit or "")
    return (meaning.Compare("=", above, meaning.ONE), CONDITION) if kind is CONDITION else (above, kind)


def _of_mean(node: nodes.Node, kind: Kind, read_row: Callable[[nodes.Node, Population], Checked]) -> Kind:
    """A mean of numbers is held against such numbers, though it is a ratio."""
    if not isinstance(node, nodes.Call) or FUNCTION_BY_WORD.get(node.word) != "среднее":
        return kind
    plain = [one.value for one in node.arguments if not one.role]
    averaged = next(one for one in plain if not (isinstance(one, nodes.Name) and one.word in POPULATIONS))
    _, of_one = read_row(averaged, Population(None))
    return of_one if of_one.measure is Measure.NUMBER else kind


def is_total(node: nodes.Node) -> bool:
    """Tell one number of a territory from what one of its units has."""
    match node:
        case nodes.Chain(operands=operands):
            return any(is_total(one) for one in operands)
        case nodes.Negative(operand=operand):
            return is_total(operand)
        case nodes.Call(word=word, arguments=arguments):
            function = FUNCTION_BY_WORD.get(word)
            if function in IN_TIME:
                return bool(arguments) and is_total(arguments[0].value)
            return function is not None and function not in ROW_FUNCTIONS and function not in ABOVE
        case _:
            return False


def refuse_own(node: nodes.Call, level: Level) -> None:
    """Refuse a mean, a share or a count of the member itself: it is of one, and surely that of all is meant."""
    inner: nodes.Node = node
    while isinstance(inner, nodes.Call) and FUNCTION_BY_WORD.get(inner.word) in IN_TIME and inner.arguments:
        inner = inner.arguments[0].value
    if isinstance(inner, nodes.Call) and FUNCTION_BY_WORD.get(inner.word) in OF_OTHERS and level is not Level.REGION:
        raise _of_one(inner, level)


def refuse_own_beside(node: nodes.Comparison, sides: tuple[meaning.Row, meaning.Row], level: Level | None) -> None:
    """Refuse to hold what a member has against a sum of the same member: surely that of all is meant."""
    if level is None or level is Level.REGION:
        return
    own = [any(_own_sums(row, level)) for row in sides]
    if own.count(True) != 1:
        return
    other = sides[own.index(False)]
    if proof.walk_facts(other):
        side = (node.left, node.right)[own.index(True)]
        raise _of_one(side, level)


def _own_sums(row: meaning.Row, level: Level) -> Iterator[bool]:
    for _, node in proof.walk(row):
        if isinstance(node, meaning.Rolled) and not isinstance(node.total, meaning.Referred):
            yield node.total.level_of_members.rank == level.rank


def _of_one(node: nodes.Node, level: Level) -> FormulaError:
    said = written(node)
    whose = f"{'этой самой' if level.rank == 0 else 'этого самого'} {level.of_one}"
    above = [word for word, one in ABOVE.items() if one.rank > level.rank]
    return FormulaError(
        f"здесь «{said}» — по одному участнику, по данным {whose}.",
        node.at,
        hint=f"Если нужно по всем, напишите «{above[0]}({said})»; ещё бывает: {', '.join(above[1:])}."
        if len(above) > 1
        else f"Если нужно по всем, напишите «{above[0]}({said})».",
    )
