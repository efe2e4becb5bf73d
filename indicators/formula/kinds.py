"""What kind of value a piece of a formula has, and whose values are spoken of. Used by all that proves formulas."""

from __future__ import annotations

from dataclasses import dataclass

from indicators.formula.errors import FormulaError
from indicators.formula.facts import Measure
from indicators.formula.words import WORD_OF_ABOVE, Level

PERCENTS = {Measure.SHARE, Measure.CHANGE}


@dataclass(frozen=True, slots=True)
class Kind:
    """What kind of value an expression has; a unit of None goes with any other."""

    measure: Measure
    unit: str | None = None


CONDITION = Kind(Measure.FLAG)


@dataclass(slots=True)
class Population:
    """Whose values are spoken of; unknown until the first fact tells."""

    level: Level | None

    def admit(self, level: Level | None, said: str, at: int, *, is_flag: bool = False) -> None:
        """Settle the level by its first fact. :raises FormulaError: if another level speaks."""
        if level is None or level == self.level:
            return
        if self.level is None:
            self.level = level
        elif not (self.level is Level.ORGANISATION and level is Level.SCHOOL):
            raise FormulaError(
                f"«{said}» — показатель {level.of_one}, а здесь считаются {self.level.many}.",
                at,
                hint=f"Возьмите число самого края: «{WORD_OF_ABOVE[level]}({said})»."
                if level is Level.REGION
                else f"Соберите его с нижнего уровня, например «{_summed(level, said, is_flag)}»."
                if level.rank < self.level.rank
                else f"Считайте «{level.many}» или возьмите у того, кто выше: «{WORD_OF_ABOVE[level]}({said})».",
            )


def _summed(level: Level, said: str, is_flag: bool) -> str:
    return f"количество({level.many}, где {said}) > 0" if is_flag else f"сумма({said})"
