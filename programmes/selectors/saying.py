"""Values and targets in the words in which people read them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from common.numbers import NBSP, NOTHING, format_number
from common.numerals import figures_in
from indicators.enums import IndicatorKind, PeriodKind
from indicators.formula.evaluate import decimal
from indicators.formula.words import POINTS
from indicators.models import IndicatorEdition
from programmes.enums import TargetOperator, TargetScope
from programmes.models import Direction, ProgrammeIndicator, Target
from programmes.selectors.judging import SIGNS, Measured, Outlook

ANSWERS = (IndicatorKind.YES_NO, IndicatorKind.THREE_STATE)
NO_PERCENT = (IndicatorKind.COUNT, IndicatorKind.RATIO, IndicatorKind.DISTRIBUTION)
IN_EACH = {
    TargetScope.EACH_DISTRICT: "в каждом округе",
    TargetScope.EACH_MUNICIPALITY: "в каждом муниципалитете",
    TargetScope.EACH_SCHOOL: "в каждой школе списка",
    TargetScope.EACH_EXTRACURRICULAR: "в каждом УДО",
}


def group_title(direction: Direction | None, *, is_headline: bool) -> str:
    """What stands over the indicators of a direction; over those outside directions, what they are."""
    if direction is not None:
        return str(direction)
    return "Целевой показатель края" if is_headline else "Ожидаемые результаты и показатели вне направлений"


def said_counted(counted: dict[str, str]) -> str:
    """What is counted: «педагог; классы: 5–11; вне знаменателя: …»; empty where the programme does not say."""
    if not counted:
        return ""
    said = [counted["what"]]
    for key, title in (("subjects", "предметы"), ("grades", "классы")):
        if counted[key] != NOTHING:
            said.append(f"{title}: {counted[key]}")
    has_whole = not counted["out"].startswith("знаменателя нет")
    return "; ".join([*said, f"вне знаменателя: {counted['out']}" if has_whole else counted["out"]])


def is_answer(edition: IndicatorEdition, value: Measured) -> bool:
    """Whether the value is a single «да» or «нет» and not a share of them."""
    return edition.kind in ANSWERS and value.d == 1 and value.left_out == 0


def said_value(edition: IndicatorEdition, value: Measured | None) -> str:
    """The value as it is read: «42,9 %», «да», «12»; «—» where it is unknown."""
    if value is None or value.shown is None:
        return NOTHING
    if edition.kind == IndicatorKind.DISTRIBUTION:
        return value.spread.said if value.spread is not None else NOTHING
    if is_answer(edition, value):
        return "да" if value.n else "нет"
    return said_number(edition, value.shown)


def said_number(edition: IndicatorEdition, shown: object, places: int | None = None) -> str:
    """A number in the unit of an indicator; the unit of a count stands in the heading."""
    if places is None and edition.kind != IndicatorKind.COUNT:
        places = edition.precision
    number = format_number(shown, places)  # type: ignore[arg-type]  # Decimal or None
    if edition.kind == IndicatorKind.CHANGE:
        sign = "+" if isinstance(shown, Decimal) and shown > 0 else ""
        return f"{sign}{number}{unit_beside(edition)}"
    return f"{number}{unit_beside(edition)}"


def unit_beside(edition: IndicatorEdition) -> str:
    """The unit that stands beside a number: percent or percentage points; any other stands in the heading."""
    if edition.kind == IndicatorKind.CHANGE:
        return f"{NBSP}{POINTS}" if edition.unit_of_measure == POINTS else ""
    return "" if edition.kind in NO_PERCENT else f"{NBSP}%"


def said_forecast(edition: IndicatorEdition, outlook: Outlook) -> str:
    """What a year may end with: «прогноз на конец года 17,2 % (от 15,0 до 20,0)»; or why nothing is said."""
    expected = outlook.forecast
    if expected is None:
        return outlook.why_none
    places = 0 if edition.kind == IndicatorKind.COUNT else edition.precision
    low, high = (format_number(decimal(one, 6), places) for one in (expected.low, expected.high))
    return f"прогноз на конец года {said_number(edition, decimal(expected.value, 6), places)} (от {low} до {high})"


def said_target(target: Target | None, edition: IndicatorEdition) -> str:
    """The target as it is read: «≥ 20 %», «да, в каждом муниципалитете», a compound one as the document words it."""
    if target is None or target.operator == TargetOperator.NOT_APPLICABLE:
        return NOTHING
    place = IN_EACH.get(TargetScope(target.scope), "")
    if target.operator == TargetOperator.YES:
        return f"да, {place}" if place else "да"
    if target.operator == TargetOperator.GROWTH:
        return f"рост к {target.base_year} году"
    if target.operator == TargetOperator.POSITIVE_DYNAMICS:
        return "положительная динамика"
    if target.operator == TargetOperator.UNSPECIFIED and target.value is None:
        return target.verbatim or NOTHING
    percent = unit_beside(edition)
    if target.operator == TargetOperator.BETWEEN:
        said = f"от {format_number(target.value)} до {format_number(target.upper)}{percent}"
    elif target.operator == TargetOperator.UNSPECIFIED:
        said = f"{format_number(target.value)}{percent}, сравнение не указано"
    else:
        said = f"{SIGNS[TargetOperator(target.operator)]}{NBSP}{format_number(target.value)}{percent}"
    if target.also and _are_of_document(target):
        return target.verbatim
    return f"{said} {place}".strip() + said_also(target)


def _are_of_document(target: Target) -> bool:
    """Whether both halves of a compound target still are what its document says: people may have changed them."""
    figures = iter(figures_in(target.verbatim))  # one after the other: «4 из 4» is not said by «1 из 4»
    return all(Decimal(str(each)) in figures for each in (target.value, target.also["value"]))


def said_also(target: Target) -> str:
    """The other half of a compound target: « и ≥ 4 («регионы участники»)»; empty of a plain one."""
    if not target.also:
        return ""
    sign, figure = SIGNS[TargetOperator(target.also["operator"])], format_number(Decimal(str(target.also["value"])))
    return f" и {sign}{NBSP}{figure} («{target.also['element'].replace('_', ' ')}»)"


def said_kept(kept: dict[str, Any], scope: str, edition: IndicatorEdition) -> str:
    """What a change keeps of a target, as it is read."""
    figures = {name: None if kept[name] is None else Decimal(kept[name]) for name in ("value", "upper")}
    also_kept = {name: kept[name] for name in ("also", "verbatim") if name in kept}  # older changes keep neither
    scope = kept.get("scope", scope)
    promised = Target(operator=kept["operator"], base_year=kept["base_year"], scope=scope, **figures, **also_kept)
    return said_target(promised, edition)


def said_last_change(last: dict[str, Any] | None, scope: str, edition: IndicatorEdition) -> str:
    """That a target was changed: «изменена 12.03.2022: было ≥ 20 %, стало ≥ 25 %»; empty if it never was."""
    if not last:
        return ""
    was, became = (said_kept(last[name], scope, edition) for name in ("was", "became"))
    word = "сравнение определено" if last["is_settling"] else "изменена"
    day = timezone.localtime(datetime.fromisoformat(last["changed_at"]))
    return f"{word} {day:%d.%m.%Y}: было {was}, стало {became}"


def said_whose(target: Target) -> str:
    """Whose a target is and of when, beside the programme's of the year: «Кежемский район, 1-е полугодие 2021 года»."""
    said = [target.period.in_words] if target.period.kind != PeriodKind.YEAR else []
    return ", ".join([*([target.unit.short_name] if target.unit else []), *said])


def said_end(place: ProgrammeIndicator, edition: IndicatorEdition) -> str:
    """What is promised by the end of the programme; empty where nothing is."""
    if place.end_value is None:
        return ""
    return said_target(Target(operator=place.end_operator, value=place.end_value), edition)
