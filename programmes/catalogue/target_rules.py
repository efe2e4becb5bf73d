"""What a target may ask at all, said once: a page refuses by it what is typed, a package what is written in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from indicators.enums import IndicatorKind
from programmes.enums import CHANGES, TargetOperator, TargetScope
from programmes.models import WITHOUT_VALUE

HALVES = (TargetOperator.AT_LEAST, TargetOperator.AT_MOST, TargetOperator.EQUALS)  # comparisons of a compound target
MOST = Decimal(10) ** 10  # a column of targets holds ten digits before the comma and four after it
FIRST_YEAR = 2000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a target is to ask: the comparison, its figures, and the band of its own if it has one."""

    operator: str
    value: Decimal | None = None
    upper: Decimal | None = None
    base_year: int | None = None
    band: Decimal | None = None
    also: dict[str, str] | None = None  # the other half: {"element", "operator", "value"}


def refusals_of(wanted: Wanted, *, kind: str, scope: str, year: int) -> Iterator[str]:
    """Say everything that a target of an indicator of a kind cannot ask, one sentence each; nothing if it can."""
    operator = TargetOperator(wanted.operator)
    if operator in CHANGES and scope != TargetScope.WHOLE:
        yield (
            f"Цель спрашивается с {TargetScope(scope).label}, а рост судят только в целом. Выберите другое сравнение."
        )
    if operator in WITHOUT_VALUE and wanted.value is not None:
        yield f"При сравнении «{operator.label}» числа нет. Уберите его или выберите другое сравнение."
    if operator not in (*WITHOUT_VALUE, TargetOperator.UNSPECIFIED) and wanted.value is None:
        yield f"При сравнении «{operator.label}» нужно число. Впишите его."
    too_long = [name for name in ("value", "upper", "band") if not _is_kept(getattr(wanted, name), name)]
    if too_long:
        yield "Число слишком длинное: до запятой бывает десять знаков, после неё четыре, у допуска — восемь и два."
        return
    yield from _figures(operator, wanted, year)
    yield from _other_half(operator, wanted, scope)
    yield from _of_kind(operator, wanted, kind)


def _figures(operator: TargetOperator, wanted: Wanted, year: int) -> Iterator[str]:
    if (operator == TargetOperator.BETWEEN) != (wanted.upper is not None):
        yield "«От и до» — это два числа; при других сравнениях второго числа нет. Исправьте «до»."
    if wanted.upper is not None and wanted.value is not None and wanted.upper < wanted.value:
        yield "«До» меньше, чем «от». Поменяйте числа местами."
    if (operator == TargetOperator.GROWTH) != (wanted.base_year is not None):
        yield "Рост считают к базовому году; при других сравнениях его нет. Исправьте базовый год."
    if wanted.base_year is not None and not FIRST_YEAR <= wanted.base_year < year:
        yield f"Базовый год {wanted.base_year} должен быть раньше года цели и не раньше {FIRST_YEAR}-го."


def _other_half(operator: TargetOperator, wanted: Wanted, scope: str) -> Iterator[str]:
    if wanted.also is None:
        return
    if operator not in HALVES or wanted.also["operator"] not in HALVES or scope != TargetScope.WHOLE:
        yield "Две половины бывают у цели «не менее», «не более», «равно» и только в целом. Исправьте сравнение."
    figure = Decimal(wanted.also["value"])
    if not _is_kept(figure, "value") or figure < 0:
        yield "Число второй половины цели — не меньше нуля и не длиннее десяти знаков. Исправьте его."


def _of_kind(operator: TargetOperator, wanted: Wanted, kind: str) -> Iterator[str]:
    if kind == IndicatorKind.DISTRIBUTION and operator != TargetOperator.NOT_APPLICABLE:
        yield (
            "У распределения нет одного числа, и цель на него не ставят. Заведите показатель-долю — "
            "«доля_в(распределение(…), часть)» — и поставьте цель на неё."
        )
    figures = [wanted.value, wanted.upper] if kind != IndicatorKind.CHANGE else []
    if any(figure is not None and figure < 0 for figure in (*figures, wanted.band)):
        yield "Числа цели не бывают меньше нуля. Исправьте число."
    if kind == IndicatorKind.SHARE and any(each is not None and each > 100 for each in (wanted.value, wanted.upper)):
        yield "Доля не бывает больше 100 %. Исправьте число."


def _is_kept(figure: Decimal | None, name: str) -> bool:
    """Whether the column holds a figure as it is written."""
    if figure is None:
        return True
    places, most = (2, MOST / 100) if name == "band" else (4, MOST)
    exact = Decimal(figure)
    return exact.is_finite() and abs(exact) < most and exact == round(exact, places)
