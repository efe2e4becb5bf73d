"""
Proof of what is said about one member: is it a number or a condition, of whose level, and may these two be compared.

Used by `check`, which proves the totals around it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal

from indicators.formula import binding, meaning, nodes
from indicators.formula.above import held_against, refuse_own, refuse_own_beside
from indicators.formula.errors import FormulaError
from indicators.formula.facts import FactSource, Measure
from indicators.formula.kinds import CONDITION, PERCENTS, Kind, Population
from indicators.formula.words import ABOVE, FUNCTION_BY_WORD, IN_TIME, POINTS, POPULATIONS, ROW_FUNCTIONS, TRUTHS

Checked = tuple[meaning.Row, Kind]
TotalReader = Callable[[nodes.Node, Population], tuple[meaning.Total, Kind]]


class Moved:
    """How far back what is being read stands, and whether it stands inside a change."""

    def __init__(self) -> None:
        self.years = 0
        self.changes = 0

    @contextmanager
    def to(self, function: str, years: int, node: nodes.Node) -> Iterator[None]:
        """Read what is inside «прежде» or «изменение». :raises FormulaError: if that is too far, or is said twice."""
        change = function == "изменение"
        if change and self.changes:
            raise FormulaError("изменение изменения не считают: оставьте одно.", node.at)
        if self.years + years > binding.MAX_YEARS:
            raise FormulaError(f"дальше {binding.MAX_YEARS} лет назад не смотрят.", node.at)
        self.years, self.changes = self.years + years, self.changes + change
        try:
            yield
        finally:
            self.years, self.changes = self.years - years, self.changes - change


class RowChecker:
    """Proves expressions about one member of a population."""

    def __init__(self, facts: FactSource, read_total: TotalReader) -> None:
        self.facts = facts
        self.read_total = read_total
        self.moved = Moved()

    def condition(self, node: nodes.Node, population: Population) -> meaning.Row:
        """Prove that this is a yes or a no."""
        row, kind = self.row(node, population)
        if kind.measure is not Measure.FLAG:
            said = spoken(node)
            raise FormulaError(
                f"здесь нужно условие (да или нет), а {said} — число.",
                node.at,
                hint="Сравните его с числом, например «… > 0».",
            )
        return row

    def number(self, node: nodes.Node, population: Population) -> Checked:
        """Prove that this is a number."""
        row, kind = self.row(node, population)
        if kind.measure is Measure.FLAG:
            raise FormulaError(
                f"здесь нужно число, а {spoken(node)} — условие (да или нет).",
                node.at,
                hint="Посчитайте, для скольких оно верно: «количество(…, где …)».",
            )
        return row, kind

    def row(self, node: nodes.Node, population: Population) -> Checked:
        """Prove whatever stands here."""
        match node:
            case nodes.Number(value=value):
                return meaning.Known(value), Kind(Measure.NUMBER)
            case nodes.Text():
                raise FormulaError(
                    "текст в кавычках бывает только в скобках показателя.",
                    node.at,
                    hint="Слова, числа, «да» и «нет» пишут без кавычек.",
                )
            case nodes.Name(word=word):
                return self._name(word, node, population)
            case nodes.Call(word=word):
                return self._call(word, node, population)
            case nodes.Negative(operand=operand):
                row, kind = self.number(operand, population)
                _measured(kind, operand)
                return meaning.Opposite(row), kind
            case nodes.Chain():
                return self._chain(node, population)
            case nodes.Comparison():
                return self._comparison(node, population)
            case nodes.Not(operand=operand):
                return meaning.Denied(self.condition(operand, population)), CONDITION
            case nodes.Logic(operator=operator, operands=operands):
                rows = tuple(self.condition(operand, population) for operand in operands)
                return meaning.Joined(operator, rows), CONDITION
            case _:
                raise FormulaError("здесь это не читается.", node.at)

    def _name(self, word: str, node: nodes.Name, population: Population) -> Checked:
        if word in TRUTHS:
            return meaning.Truth(TRUTHS[word]), CONDITION
        if word in POPULATIONS:
            raise FormulaError(
                f"«{word}» говорит, кого считать, и стоит первым в скобках.",
                node.at,
                hint=f"Например: «количество({word}, где …)».",
            )
        return self._fact(word, (), node, population)

    def _call(self, word: str, node: nodes.Call, population: Population) -> Checked:
        function = FUNCTION_BY_WORD.get(word)
        if function is None:
            return self._fact(word, node.arguments, node, population)
        if function in IN_TIME:
            return self._in_time(node, function, population)
        if function in ABOVE:
            return held_against(self.row, self.read_total, node, function, population)
        if function not in ROW_FUNCTIONS:
            return self._rolled(node, population)
        values = binding.plain(node, function)
        if function == "пусто":
            binding.exactly(values, 1, node, function)
            return meaning.IsMissing(self.row(values[0], population)[0]), CONDITION
        if function == "если":
            return self._choice(values, node, population)
        return self._first_known(values, node, population)

    def _in_time(self, node: nodes.Call, function: str, population: Population) -> Checked:
        """What the member itself had years ago, or how much more it has now."""
        inner, years = binding.years(node, function)
        if function == "изменение" and _is_total(inner):
            return self._rolled(node, population)
        with self.moved.to(function, years, node):
            row, kind = self.row(inner, population) if function == "прежде" else self.number(inner, population)
        before = meaning.Before(row, years)
        if function == "прежде":
            return before, kind
        changed = changed_kind(kind, inner)
        # What the same member has more may be added up, unlike the difference of two shares.
        return meaning.Arithmetic(("-",), (row, before)), kind if kind.measure is Measure.NUMBER else changed

    def _choice(self, values: list[nodes.Node], node: nodes.Call, population: Population) -> Checked:
        binding.exactly(values, 3, node, "если")
        condition = self.condition(values[0], population)
        then, kind = self.number(values[1], population)
        otherwise, other = self.number(values[2], population)
        return meaning.Choice(condition, then, otherwise), alike(kind, other, node.at)

    def _first_known(self, values: list[nodes.Node], node: nodes.Call, population: Population) -> Checked:
        if len(values) < 2:
            raise FormulaError("в первое_непустое(…) нужно хотя бы два значения.", node.at)
        rows, kinds = zip(*(self.row(value, population) for value in values), strict=True)
        if len({kind.measure is Measure.FLAG for kind in kinds}) > 1:
            raise FormulaError("в первое_непустое(…) смешаны числа и условия.", node.at)
        kind = kinds[0]
        for other in kinds[1:]:
            kind = alike(kind, other, node.at)
        return meaning.FirstKnown(rows, condition=kind.measure is Measure.FLAG), kind

    def _rolled(self, node: nodes.Call, population: Population) -> Checked:
        inner = Population(None)
        total, kind = self.read_total(node, inner)
        if population.level is None or inner.level is None:
            raise FormulaError(
                "непонятно, по кому считать внешнюю сумму.",
                node.at,
                hint="Назовите, например, муниципалитеты.",
            )
        if inner.level.rank > population.level.rank:
            raise FormulaError(
                f"внутри считаются {inner.level.many}, а снаружи {population.level.many}: "
                f"{inner.level.of_one} внутри {population.level.of_one} не бывает.",
                node.at,
            )
        if kind.measure is Measure.STATE and inner.level is not population.level:
            raise FormulaError(
                f"ступень шкалы есть у {inner.level.of_many}, а здесь считаются {population.level.many}.",
                node.at,
            )
        if inner.level.rank == population.level.rank:
            refuse_own(node, population.level)
        return meaning.Rolled(total), kind

    def _fact(
        self, word: str, arguments: tuple[nodes.Argument, ...], node: nodes.Node, population: Population
    ) -> Checked:
        fact = binding.fact(word, arguments, node, self.facts)
        measure = fact.spec.measure
        population.admit(fact.spec.level, fact.said, node.at, is_flag=measure is Measure.FLAG)
        return fact, CONDITION if measure is Measure.FLAG else Kind(measure, fact.spec.unit or None)

    def _chain(self, node: nodes.Chain, population: Population) -> Checked:
        rows: list[meaning.Row] = []
        kind: Kind | None = None
        for operator, operand in zip(("", *node.operators), node.operands, strict=True):
            row, other = self.number(operand, population)
            _measured(other, operand)
            rows.append(row)
            kind = other if kind is None else _combined(operator, kind, other, rows, node.at)
        assert kind is not None  # noqa: S101 - the grammar gives a chain two operands or more
        return meaning.Arithmetic(node.operators, tuple(rows)), kind

    def _comparison(self, node: nodes.Comparison, population: Population) -> Checked:
        left, left_kind = self.row(node.left, population)
        right, right_kind = self.row(node.right, population)
        flags = [kind.measure is Measure.FLAG for kind in (left_kind, right_kind)]
        if any(flags):
            return _compared_with_truth(node, left, right, flags), CONDITION
        states = [kind.measure is Measure.STATE for kind in (left_kind, right_kind)]
        if states.count(True) == 1 and not isinstance(right if states[0] else left, meaning.Known):
            raise FormulaError("ступень шкалы сравнивают с её номером, например «= 2».", node.at)
        alike(left_kind, right_kind, node.at)
        refuse_own_beside(node, (left, right), population.level)
        return meaning.Compare(node.operator, left, right), CONDITION


def spoken(node: nodes.Node) -> str:
    """Name a piece of the formula in an error."""
    match node:
        case nodes.Name(word=word) | nodes.Call(word=word):
            return f"«{word}»"
        case _:
            return "это"


def _is_total(node: nodes.Node) -> bool:
    """Tell a sum of lower units, whose change is that of the whole, from what one member has."""
    function = FUNCTION_BY_WORD.get(node.word) if isinstance(node, nodes.Call) else None
    return function is not None and function not in ROW_FUNCTIONS and function not in IN_TIME and function not in ABOVE


def changed_kind(kind: Kind, node: nodes.Node) -> Kind:
    """What the difference of two such values is. :raises FormulaError: if they have none."""
    if kind.measure is Measure.CHANGE:
        raise FormulaError("изменение изменения не считают: оставьте одно.", node.at)
    if kind.measure is Measure.STATE:
        raise FormulaError(
            "ступени шкалы не вычитают.",
            node.at,
            hint="Сравните её с прежней: «состояние(…) > прежде(состояние(…))».",
        )
    return Kind(Measure.CHANGE, _points(kind.unit))


def _points(unit: str | None) -> str | None:
    """The unit of a difference of two such shares."""
    return POINTS if unit == "%" else unit


def _measured(kind: Kind, node: nodes.Node) -> None:
    if kind.measure is Measure.STATE:
        raise FormulaError(
            f"{spoken(node)} — ступень шкалы: ступени не складывают и не усредняют.",
            node.at,
            hint="Сравните её с номером ступени, например «= 2».",
        )


def alike(left: Kind, right: Kind, at: int) -> Kind:
    """The common kind of two values put side by side."""
    if left.unit is None and left.measure is Measure.NUMBER:
        return right
    if right.unit is None and right.measure is Measure.NUMBER:
        return left
    if (left.measure in PERCENTS) != (right.measure in PERCENTS):
        raise FormulaError("проценты не складывают и не сравнивают с количествами.", at)
    if left.unit and right.unit and left.unit != right.unit:
        raise FormulaError(f"разные единицы: «{left.unit}» и «{right.unit}».", at)
    return left if left.unit else right


def _combined(operator: str, left: Kind, right: Kind, rows: list[meaning.Row], at: int) -> Kind:
    if operator in "+-":
        common = alike(left, right, at)
        shares = left.measure is Measure.SHARE and right.measure is Measure.SHARE
        return Kind(Measure.CHANGE, _points(common.unit)) if shares and operator == "-" else common
    if isinstance(rows[-1], meaning.Known):
        if operator == "/" and rows[-1].value == Decimal(0):
            raise FormulaError("на ноль не делят.", at)
        return left
    if operator == "*":
        if isinstance(rows[-2], meaning.Known) or left.measure in PERCENTS:
            return right
        if right.measure in PERCENTS:
            return left
        return Kind(Measure.NUMBER, _both(left.unit, right.unit, "·"))
    if left.measure in PERCENTS or right.measure in PERCENTS:
        return Kind(Measure.NUMBER)
    return Kind(Measure.SHARE, _both(left.unit, right.unit, "/"))


def _both(left: str | None, right: str | None, sign: str) -> str | None:
    return f"{left}{sign}{right}" if left and right and left != right else None


def _compared_with_truth(
    node: nodes.Comparison, left: meaning.Row, right: meaning.Row, flags: list[bool]
) -> meaning.Row:
    """A condition may be said to be «да» or «нет», and nothing else."""
    truth, other = (right, left) if isinstance(right, meaning.Truth) else (left, right)
    if not all(flags) or node.operator not in {"=", "<>"} or not isinstance(truth, meaning.Truth):
        flag = node.left if flags[0] else node.right
        raise FormulaError(
            f"{spoken(flag)} — условие (да или нет), его не сравнивают с числом.",
            node.at,
            hint="Пишите просто само условие или «не» перед ним.",
        )
    return other if truth.value == (node.operator == "=") else meaning.Denied(other)
