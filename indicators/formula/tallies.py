"""
Proof of one sum over members: who is counted, «где» and «среди», what is added up and what over what.

Used by `check`, which proves what is made of such sums.
"""

from __future__ import annotations

from decimal import Decimal

from indicators.formula import binding, meaning, nodes
from indicators.formula.errors import FormulaError, meant
from indicators.formula.facts import Measure
from indicators.formula.kinds import PERCENTS, Kind, Population
from indicators.formula.rows import RowChecker, spoken
from indicators.formula.words import POINTS, POPULATIONS, Level

PERCENT = Decimal(100)

Read = tuple[meaning.Total, Kind]


class TallyChecker:
    """Proves sums, counts, shares and means over the members of a population."""

    def __init__(self, rows: RowChecker) -> None:
        self.rows = rows

    def counted(self, node: nodes.Call, function: str, population: Population) -> Read:
        values, roles = binding.clauses(node)
        if len(values) > 1:
            raise FormulaError(
                f"лишнее в скобках «{function}».",
                values[1].at,
                hint="Условие пишут после «где», а два условия соединяют словом «и».",
            )
        binding.exactly(values, 1, node, function)
        level = self._population(values[0], function)
        settle(population, level)
        inner = Population(level)
        among = self.rows.condition(roles["среди"], inner) if "среди" in roles else None
        where = self.rows.condition(roles["где"], inner) if "где" in roles else None
        if function == "количество":
            part = meaning.ONE if where is None else meaning.Choice(where, meaning.ONE, meaning.NONE)
            return meaning.Tally(level, part, None, among), Kind(Measure.NUMBER, level.of_many)
        if where is None:
            raise FormulaError("у доли не сказано «где».", node.at, hint=f"Пишется: доля({level.many}, где условие).")
        tally = meaning.Tally(level, meaning.Choice(where, meaning.ONE, meaning.NONE), meaning.ONE, among, PERCENT)
        return tally, Kind(Measure.SHARE, "%")

    def summed(self, node: nodes.Call, population: Population) -> Read:
        values, roles = binding.clauses(node)
        inner, (value,) = self._members(values, 1, node, "сумма")
        part, kind = self.addable(value, inner)
        tally = self._tally(inner, roles, part, None, node)
        settle(population, tally.level)
        return tally, Kind(Measure.NUMBER, kind.unit)

    def paired(self, node: nodes.Call, function: str, population: Population) -> Read:
        values, roles = binding.clauses(node)
        explicit = bool(values) and isinstance(values[0], nodes.Name) and values[0].word in POPULATIONS
        unweighted = function == "среднее" and len(values) - explicit == 1
        inner, given = self._members(values, 1 if unweighted else 2, node, function)
        if function == "отношение":
            (part, _), (whole, _) = self.addable(given[0], inner), self.addable(given[1], inner)
            kind = Kind(Measure.SHARE)
        else:
            part, whole, kind = self._averaged(given, inner)
        tally = self._tally(inner, roles, part, whole, node)
        settle(population, tally.level)
        return tally, kind

    def _averaged(self, given: list[nodes.Node], inner: Population) -> tuple[meaning.Row, meaning.Row, Kind]:
        part, kind = self.rows.number(given[0], inner)
        if kind.measure is Measure.STATE:
            raise FormulaError(
                "ступени шкалы не усредняют.", given[0].at, hint="Посчитайте долю тех, кто на нужной ступени."
            )
        if len(given) == 1:
            if kind.measure in PERCENTS:
                raise FormulaError(
                    f"{_called(kind)} без веса не усредняют: маленькая школа весила бы как большая.",
                    given[0].at,
                    hint="Напишите «среднее(что, вес)», например с числом участников.",
                )
            counted = meaning.Choice(meaning.IsMissing(part), meaning.NONE, meaning.ONE)
            return part, counted, Kind(Measure.SHARE, kind.unit)
        weight, _ = self.addable(given[1], inner)
        return meaning.Arithmetic(("*",), (part, weight)), weight, Kind(Measure.SHARE, kind.unit)

    def _population(self, node: nodes.Node, function: str) -> Level:
        if isinstance(node, nodes.Name) and node.word in POPULATIONS:
            return POPULATIONS[node.word]
        hint = "Бывает: школы, организации, муниципалитеты, округа, регион."
        if isinstance(node, nodes.Name):
            hint = meant(node.word) or self._of_fact(node, function) or hint
        raise FormulaError(f"не сказано, кого считать: {spoken(node)} не подходит.", node.at, hint=hint)

    def _of_fact(self, node: nodes.Name, function: str) -> str:
        """What to write where a fact stands instead of those whose it is."""
        spec = self.rows.facts.find(node.word)
        if spec is None or spec.level is None:
            return ""
        if spec.measure is Measure.FLAG:
            return f"Это условие: «{function}({spec.level.many}, где {node.word})»."
        whole = "сумма({})" if function == "количество" else "отношение(часть, {})"
        return f"Это число каждого: «{whole.format(node.word)}»."

    def _members(
        self, values: list[nodes.Node], count: int, node: nodes.Call, function: str
    ) -> tuple[Population, list[nodes.Node]]:
        """The population, if it is named, and the other arguments."""
        named = values[0] if values else None
        if isinstance(named, nodes.Name) and named.word in POPULATIONS:
            values = values[1:]
            population = Population(POPULATIONS[named.word])
        else:
            population = Population(None)
        if not values and population.level is not None:
            hint = f"Сколько их — «количество({population.level.many})»."
            raise FormulaError("не сказано, что складывать.", node.at, hint=hint)
        binding.exactly(values, count, node, function)
        return population, values

    def addable(self, node: nodes.Node, population: Population) -> tuple[meaning.Row, Kind]:
        """Prove that this is a number that may be added up."""
        row, kind = self.rows.number(node, population)
        if kind.measure is Measure.STATE:
            raise FormulaError("ступени шкалы не складывают.", node.at, hint="Посчитайте тех, кто на ней стоит.")
        if kind.measure in PERCENTS:
            raise FormulaError(
                f"{_called(kind)} не складывают, а {spoken(node)} — {_called(kind)} или отношение.",
                node.at,
                hint="Возьмите «среднее(что, вес)» или «отношение(часть, целое)».",
            )
        return row, kind

    def _tally(
        self,
        inner: Population,
        roles: dict[str, nodes.Node],
        part: meaning.Row,
        whole: meaning.Row | None,
        node: nodes.Node,
    ) -> meaning.Tally:
        where = self.rows.condition(roles["где"], inner) if "где" in roles else None
        among = self.rows.condition(roles["среди"], inner) if "среди" in roles else None
        if inner.level is None:
            raise FormulaError("непонятно, по кому считать.", node.at, hint="Назовите первым, например, «школы».")
        if where is not None:
            part = meaning.Choice(where, part, meaning.NONE)
            whole = None if whole is None else meaning.Choice(where, whole, meaning.NONE)
        return meaning.Tally(inner.level, part, whole, among)


def _called(kind: Kind) -> str:
    """Percents, or means of something else: marks, points."""
    return "проценты" if kind.unit in (None, "%", POINTS) else "средние"


def settle(population: Population, level: Level) -> None:
    """Keep the highest level of the members: below it the total has no meaning."""
    if population.level is None or level.rank > population.level.rank:
        population.level = level
