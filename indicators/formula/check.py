"""
Surface nodes to proven meaning: levels, kinds and units agree, and the whole gives a ratio, a count or a state.

What cannot be proven is refused with the letter where it went wrong and with what to write instead.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from indicators.formula import binding, meaning, nodes, proof
from indicators.formula.errors import FormulaError, did_you_mean
from indicators.formula.facts import FactSource, Measure, UnknownValue
from indicators.formula.kinds import CONDITION, PERCENTS, Kind, Population
from indicators.formula.parse import parse
from indicators.formula.parts import NOT_ONE, PartChecker, share_in
from indicators.formula.rows import RowChecker, changed_kind
from indicators.formula.tallies import PERCENT, Read, TallyChecker, settle
from indicators.formula.words import FUNCTION_BY_WORD, LEVELS, POPULATIONS, Level

MAX_FACTS = 40
MAX_TOTALS = 40  # those of the indicators that are referred to included
MAX_REFERENCES = 8  # one behind the other
TWO_YEARS = "Разницу двух лет даёт «изменение(…)»."
ROOTS = {
    Measure.NUMBER: proof.Root.COUNT,
    Measure.SHARE: proof.Root.RATIO,
    Measure.CHANGE: proof.Root.CHANGE,
    Measure.STATE: proof.Root.STATE,
    Measure.DISTRIBUTION: proof.Root.DISTRIBUTION,
}


class Entangled(FormulaError):
    """References that lead back, or too far; said as it is, however deep it was found."""


def check(source: str, facts: FactSource, *, code: str = "") -> proof.Meaning:
    """
    Parse and prove a formula; `code` is that of its own indicator, to which nothing that it refers to may lead back.

    :raises FormulaError: if it makes no sense, pointing at the letter
    """
    node = parse(source)
    try:
        return _Checker(facts, code).root(node)
    except FormulaError as error:
        error.source = source
        raise


class _Checker:
    def __init__(self, facts: FactSource, code: str) -> None:
        self.facts = facts
        self.path = [code] if code else []  # the indicators that are being read, each referred to by the one before
        self.rows = RowChecker(facts, self.total)
        self.tallies = TallyChecker(self.rows)
        self.parted = PartChecker(self.rows, self.tallies)
        self.totals = 0

    def root(self, node: nodes.Node) -> proof.Meaning:
        population = Population(None)
        total, kind = self._whole(node, population)
        level = population.level
        if level is None:
            raise FormulaError("непонятно, кого считать.", node.at, hint="Назовите, например, школы.")
        proven = proof.Meaning(total, ROOTS[kind.measure], level, total.shown_times, kind.unit or "")
        if proven.reach > binding.MAX_YEARS:
            raise FormulaError(f"дальше {binding.MAX_YEARS} лет назад не смотрят.", node.at)
        if len(proven.asked) > MAX_FACTS:
            raise FormulaError(f"в формуле больше {MAX_FACTS} разных показателей; разбейте её.", node.at)
        return proven

    def _whole(self, node: nodes.Node, population: Population) -> Read:
        """Prove a whole formula, one's own or another indicator's."""
        return self._state(node, population) or self._spread(node, population) or self.total(node, population)

    def _spread(self, node: nodes.Node, population: Population) -> Read | None:
        """A distribution, or another indicator, which may be one: several numbers, that stand alone."""
        if not isinstance(node, nodes.Call):
            return None
        match FUNCTION_BY_WORD.get(node.word):
            case "распределение":
                return self.parted.spread(node, population)
            case "показатель":
                return self._referred(node, population)
            case _:
                return None

    def _state(self, node: nodes.Node, population: Population) -> Read | None:
        """A bare step of a scale may stand alone: it has a value for each unit of its level."""
        if not isinstance(node, nodes.Name | nodes.Call) or node.word in FUNCTION_BY_WORD:
            return None
        if isinstance(node, nodes.Name) and node.word in POPULATIONS:
            return None
        arguments = node.arguments if isinstance(node, nodes.Call) else ()
        fact = binding.fact(node.word, arguments, node, self.facts)
        if fact.spec.measure is not Measure.STATE:
            return None
        population.admit(fact.spec.level, fact.said, node.at)
        return meaning.StateOf(fact), Kind(Measure.STATE)

    def total(self, node: nodes.Node, population: Population) -> Read:
        """Prove one number per unit of the territory."""
        self.totals += 1
        if self.totals > MAX_TOTALS:
            raise FormulaError(f"в формуле больше {MAX_TOTALS} сумм; разбейте её.", node.at)
        match node:
            case nodes.Chain(operators=operators) if operators[0] in "+-":
                return self._sum(node, population)
            case nodes.Chain():
                return self._product(node, population)
            case nodes.Call(word=word) if word in FUNCTION_BY_WORD:
                return self._function(node, FUNCTION_BY_WORD[word], population)
            case nodes.Name() | nodes.Call():
                raise self._many_numbers(node)
            case nodes.Number():
                raise FormulaError(
                    "одно число не показатель.",
                    node.at,
                    hint="Начните с «доля(…)», «количество(…)» или «сумма(…)».",
                )
            case nodes.Comparison() | nodes.Logic() | nodes.Not():
                raise FormulaError(
                    "это условие о каждом, а показатель — одно число.",
                    node.at,
                    hint="Оберните: «доля(школы, где …)» или «количество(школы, где …)».",
                )
            case _:
                raise FormulaError("здесь нужна доля, количество или сумма.", node.at)

    def _many_numbers(self, node: nodes.Name | nodes.Call) -> FormulaError:
        """A fact where one number is due: say how to make one of it."""
        if node.word in POPULATIONS:
            hint = f"Посчитайте их: «количество({node.word})»."
            return FormulaError(f"«{node.word}» — это кого считать.", node.at, hint=hint)
        row, kind = self.rows.row(node, Population(None))
        assert isinstance(row, meaning.Fact)  # noqa: S101 - functions and populations are handled before
        level = row.spec.level or Level.SCHOOL
        if kind is CONDITION:
            hint = f"Оберните: «доля({level.many}, где {row.said})»."
            return FormulaError(f"«{row.said}» — ответ да или нет по каждому.", node.at, hint=hint)
        verb = f"среднее({row.said}, вес)" if kind.measure in PERCENTS else f"сумма({row.said})"
        if kind.measure is Measure.STATE:
            verb = f"доля({level.many}, где {row.said} = 2)"
        return FormulaError(
            f"«{row.said}» — число каждой {level.of_one}, а здесь нужно одно."
            if level in {Level.SCHOOL, Level.ORGANISATION}
            else f"«{row.said}» — число каждого {level.of_one}, а здесь нужно одно.",
            node.at,
            hint=f"Оберните: «{verb}».",
        )

    # --- functions -----------------------------------------------------------------------------------------------

    def _function(self, node: nodes.Call, function: str, population: Population) -> Read:
        match function:
            case "доля" | "количество":
                return self.tallies.counted(node, function, population)
            case "сумма":
                return self.tallies.summed(node, population)
            case "отношение" | "среднее":
                return self.tallies.paired(node, function, population)
            case "прежде" | "изменение":
                return self._in_time(node, function, population)
            case "показатель" | "распределение":
                read = self._spread(node, population)
                if read is None or read[1].measure is Measure.DISTRIBUTION:
                    raise FormulaError("распределение — не одно число.", node.at, hint=NOT_ONE)
                return read
            case "доля_в":
                return share_in(node, lambda inner: self._spread(inner, population))
            case "на":
                return self._per(node, population)
            case "минимум_по" | "максимум_по":
                return self._extreme(node, function, population)
            case _:
                raise FormulaError(
                    f"«{function}» говорит об одном участнике и стоит внутри суммы или условия.", node.at
                )

    def _per(self, node: nodes.Call, population: Population) -> Read:
        values = binding.plain(node, "на")
        binding.exactly(values, 3, node, "на")
        base = _constant(values[0])
        if base is None or base <= 0:
            raise FormulaError("первым в «на» стоит положительное число, например 1000.", values[0].at)
        quotient = self._divided(
            self._countable(values[1], population), self._countable(values[2], population), values[2].at
        )
        return replace(quotient, scale=base), Kind(Measure.SHARE, f"на {_integer(base)}")

    def _referred(self, node: nodes.Call, population: Population) -> Read:
        """Another indicator: the meaning of its formula in the place of its code."""
        values = binding.plain(node, "показатель")
        binding.exactly(values, 1, node, "показатель")
        if not isinstance(values[0], nodes.Text):
            raise FormulaError("код показателя пишется в кавычках.", values[0].at, hint="Например: показатель(«код»).")
        code, at = values[0].value, values[0].at
        if code in self.path:
            raise Entangled(f"показатель ссылается сам на себя: {' → '.join([*self.path, code])}.", at)
        if len(self.path) > MAX_REFERENCES:
            raise Entangled(f"ссылок друг за другом больше {MAX_REFERENCES}: {' → '.join([*self.path, code])}.", at)
        try:
            definition = self.facts.indicator(code)
        except UnknownValue as unknown:
            raise FormulaError(unknown.message, at, hint=did_you_mean(code, unknown.known)) from None
        inner = Population(None)
        self.path.append(code)
        try:
            total, kind = self._whole(parse(definition.formula), inner)
        except Entangled as error:
            raise Entangled(error.message, at) from None
        except FormulaError as error:
            raise FormulaError(f"показатель «{code}» не читается: {error.message}", at) from None
        finally:
            self.path.pop()
        if inner.level is not None:
            settle(population, inner.level)
        return meaning.Referred(total, code, definition.key), kind

    def _in_time(self, node: nodes.Call, function: str, population: Population) -> Read:
        """A total as it was years ago, or how much more it is now."""
        inner, years = binding.years(node, function)
        with self.rows.moved.to(function, years, node):
            total, kind = self.total(inner, population)
        if function == "прежде":
            return meaning.Earlier(total, years), kind
        return meaning.Change(total, years), changed_kind(kind, inner)

    def _extreme(self, node: nodes.Call, function: str, population: Population) -> Read:
        values = binding.plain(node, function)
        binding.exactly(values, 2, node, function)
        level = LEVELS.get(values[0].word) if isinstance(values[0], nodes.Name) else None
        if level is None:
            raise FormulaError("не сказано, по кому искать.", values[0].at, hint="Пишется «округ» или «муниципалитет».")
        total, kind = self._countable(values[1], population)
        if proof.is_extreme(total):
            raise FormulaError("минимум минимума не нужен: оставьте один.", values[1].at)
        if population.level is not None and population.level.rank > level.rank:
            raise FormulaError(
                f"внутри считаются {population.level.many}: они крупнее, чем {level.many}.", values[1].at
            )
        return meaning.Extreme(function == "минимум_по", level, total), kind

    # --- arithmetic of totals ------------------------------------------------------------------------------------

    def _sum(self, node: nodes.Chain, population: Population) -> Read:
        read = [self._term(operand, population) for operand in node.operands]
        unit: str | None = None
        for (total, kind), operand in zip(read, node.operands, strict=True):
            if kind.measure is Measure.CHANGE:
                raise FormulaError("изменения не складывают.", operand.at, hint="Возьмите изменение самой суммы.")
            if kind.measure in PERCENTS:
                raise FormulaError(
                    "доли и проценты не складывают ни между собой, ни с количествами.",
                    operand.at,
                    hint=TWO_YEARS
                    if any(isinstance(one, meaning.Earlier) for one, _ in read)
                    else "Сложите отдельно части и целые, а потом разделите одно на другое.",
                )
            if proof.is_extreme(total):
                raise FormulaError("минимум и максимум не складывают с другими числами.", operand.at)
            if unit and kind.unit and unit != kind.unit:
                raise FormulaError(f"разные единицы: «{unit}» и «{kind.unit}».", operand.at)
            unit = unit or kind.unit
        totals = tuple(total for total, _ in read)
        return meaning.Combined(node.operators, totals), Kind(Measure.NUMBER, unit)

    def _term(self, node: nodes.Node, population: Population) -> Read:
        if _constant(node) is not None:
            raise FormulaError(
                "к количеству прибавляют количество, а не голое число: иначе сумма по школам не сойдётся с итогом.",
                node.at,
            )
        return self._countable(node, population)

    def _countable(self, node: nodes.Node, population: Population) -> Read:
        """A total that may be computed with: a step of a scale, which only a reference can be, may not."""
        read = self.total(node, population)
        if read[1].measure is Measure.STATE:
            raise FormulaError(
                "ступени шкалы не складывают, не делят и не сравнивают между округами.",
                node.at,
                hint="Посчитайте долю тех, кто на нужной ступени.",
            )
        return read

    def _product(self, node: nodes.Chain, population: Population) -> Read:
        factor: Decimal | None = _constant(node.operands[0])
        read: Read | None = None if factor is not None else self._countable(node.operands[0], population)
        for operator, operand in zip(node.operators, node.operands[1:], strict=True):
            number = _constant(operand)
            if number is not None and operator == "/" and number == 0:
                raise FormulaError("на ноль не делят.", operand.at)
            if read is None:
                assert factor is not None  # noqa: S101 - one of the two is always there
                read, factor = self._begun(factor, operator, number, operand, population)
            elif number is not None:
                read = _scaled(read, operator, number, operand.at)
            elif operator == "/":
                other = self._countable(operand, population)
                read = self._divided(read, other, operand.at), Kind(Measure.SHARE)
            else:
                raise FormulaError("количество на количество не умножают.", operand.at)
        if read is None:
            raise FormulaError("одно число не показатель.", node.at)
        return read

    def _begun(
        self,
        factor: Decimal,
        operator: str,
        number: Decimal | None,
        operand: nodes.Node,
        population: Population,
    ) -> tuple[Read | None, Decimal | None]:
        """Carry on a product that began with a bare number."""
        if number is not None:
            return None, factor * number if operator == "*" else _quotient(factor, number)
        if operator == "/":
            raise FormulaError("голое число не делят на количество.", operand.at)
        return _scaled(self._countable(operand, population), "*", factor, operand.at), None

    def _divided(self, left: Read, right: Read, at: int) -> meaning.Quotient:
        for total, kind in (left, right):
            if kind.measure in PERCENTS:
                raise FormulaError("делят количество на количество; доля уже поделена.", at)
            if proof.is_extreme(total):
                raise FormulaError("минимум и максимум не делят.", at)
        return meaning.Quotient(left[0], right[0])


def _constant(node: nodes.Node) -> Decimal | None:
    match node:
        case nodes.Number(value=value):
            return value
        case nodes.Negative(operand=nodes.Number(value=value)):
            return -value
        case _:
            return None


def _scaled(read: Read, operator: str, factor: Decimal, at: int) -> Read:
    total, kind = read
    if kind.measure is Measure.CHANGE:
        raise FormulaError("изменение не умножают и не делят: умножьте то, что меняется.", at)
    if kind.measure not in PERCENTS:
        if proof.is_extreme(total):
            raise FormulaError("минимум и максимум не умножают.", at)
        return meaning.Scaled(total, operator, factor), kind
    if factor <= 0:
        raise FormulaError("долю умножают только на положительное число.", at)
    scale = total.shown_times * factor if operator == "*" else _quotient(total.shown_times, factor)
    return total.rescaled(scale), Kind(Measure.SHARE, _said_scale(scale))


def _said_scale(scale: Decimal) -> str | None:
    """How a ratio in a scale is read: in percent, or so many on a thousand."""
    if scale == PERCENT:
        return "%"
    return f"на {_integer(scale)}" if scale > 1 and scale == scale.to_integral_value() else None


def _quotient(left: Decimal, right: Decimal) -> Decimal:
    return (left / right).quantize(Decimal(1).scaleb(-meaning.DIVISION_DECIMALS))


def _integer(value: Decimal) -> str:
    return format(value.normalize(), "f")
