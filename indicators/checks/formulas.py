"""Checks of formulas: do they still mean something, do they say what their edition promises, are they alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from indicators.checks.registry import Found, check
from indicators.checks.scene import ASKED, Scene
from indicators.enums import ElementType, IndicatorKind, Severity
from indicators.facts import Measure
from indicators.formula import meaning as words
from indicators.formula.meaning import children
from indicators.formula.proof import Root
from indicators.models import IndicatorEdition, IndicatorValue, shown_scale
from indicators.selectors.staleness import indicators_among

NOT_ADDED = ("%", "п.п.", "п. п.", "балл", "баллов", "баллы", "ступень")
MOST_DECIMALS = {IndicatorKind.SHARE: 2, IndicatorKind.RATIO: 3}


def about(edition: IndicatorEdition, said: str = "") -> Found:
    """A finding about the definition of an indicator."""
    indicator = edition.indicator
    page = ("indicators:indicator", indicator.pk)
    return Found(f"{indicator.code}: {indicator.name}", said, page, indicator.pk, indicator.owner_id)


@check(
    "formula_unprovable",
    title="Формула больше ничего не значит",
    severity=Severity.ERROR,
    why="Показатель не считается: прежние значения остались, новых не будет.",
    mend="Запишите новую редакцию: подсказка говорит, какое слово потеряно.",
)
def formula_unprovable(scene: Scene) -> Iterator[Found]:
    for edition in scene.editions:
        if edition.pk in scene.problems:
            yield about(edition, str(scene.problems[edition.pk]))


@check(
    "kind_disagrees",
    title="Вид показателя не тот, что даёт формула",
    severity=Severity.ERROR,
    why="Число показывается не в том виде: количество как доля или наоборот.",
    mend="Запишите новую редакцию с верным видом.",
)
def kind_disagrees(scene: Scene) -> Iterator[Found]:
    for edition in scene.editions:
        proven = scene.meanings.get(edition.pk)
        if proven is not None and (said := scene.disagrees(edition, proven)):
            yield about(edition, said)


@check(
    "formulas_alike",
    title="Одна и та же формула у нескольких показателей",
    severity=Severity.NOTE,
    why="Одно число живёт под двумя именами: поправят одно — разойдутся.",
    mend="Если это один показатель двух документов, оставьте один и поставьте его в обе программы.",
)
def formulas_alike(scene: Scene) -> Iterator[Found]:
    alike: dict[Hashable, list[IndicatorEdition]] = defaultdict(list)
    for edition in scene.editions:
        if edition.pk in scene.meanings:
            owner = edition.indicator.owner_id
            alike[owner, edition.kind, written(scene.meanings[edition.pk].total)].append(edition)
    for editions in alike.values():
        for edition in editions[1:]:
            first = editions[0].indicator
            yield about(edition, f"та же формула, что у {first.code} «{first.name}»: {edition.formula}")


def written(node: Any) -> Hashable:
    """Write what a formula means so that two ways of saying it are one: words by their facts, «и» in any order."""
    match node:
        case words.Fact():
            return ("fact", *node.key)
        case words.Joined(operator=operator, operands=operands):
            return ("joined", operator, tuple(sorted((written(one) for one in operands), key=repr)))
        case tuple():
            return tuple(written(one) for one in node)
        case _ if is_dataclass(node):
            return (type(node).__name__, *(written(getattr(node, each.name)) for each in fields(node)))
        case _:
            return node


@check(
    "dependencies_stale",
    title="Записано не то, от чего зависит формула",
    severity=Severity.ERROR,
    why="Данные изменятся, а показатель об этом не узнает и не пересчитается.",
    mend="Запишите новую редакцию с той же формулой. Не помогло — администратор портала пересчитает всё: "
    "manage.py recalculate_indicators --all.",
)
def dependencies_stale(scene: Scene) -> Iterator[Found]:
    for edition in scene.editions:
        proven = scene.meanings.get(edition.pk)
        if proven is None or edition.depends_on is None:
            continue
        lost = sorted(set(scene.depends(proven)) ^ set(edition.depends_on))
        if lost:
            yield about(edition, f"расходится: {', '.join(lost)}")


@check(
    "references_circular",
    title="Показатели ссылаются друг на друга по кругу или на показатель, которого нет",
    severity=Severity.ERROR,
    why="По кругу посчитать нельзя, а показателя, которого нет, — тем более.",
    mend="Разорвите круг: в одной из формул напишите сами данные вместо ссылки.",
)
def references_circular(scene: Scene) -> Iterator[Found]:
    asked = {edition.indicator.code: _references(edition) for edition in scene.editions}
    for edition in scene.editions:
        code = edition.indicator.code
        unknown = sorted(asked[code] - asked.keys())
        if unknown:
            yield about(edition, f"показателя нет: {', '.join(unknown)}")
        elif circle := _circle(code, asked):
            yield about(edition, f"круг: {' → '.join(circle)}")


def _references(edition: IndicatorEdition) -> set[str]:
    return set(indicators_among(edition.depends_on or ()))


def _circle(start: str, asked: dict[str, set[str]]) -> list[str]:
    """Return the way from a code back to itself, if there is one."""
    ways = [[start]]
    seen = {start}
    while ways:
        way = ways.pop()
        for following in sorted(asked.get(way[-1], ())):
            if following == start:
                return [*way, start]
            if following not in seen:
                seen.add(following)
                ways.append([*way, following])
    return []


@check(
    "sum_meaningless",
    title="Складывается то, что не складывают",
    severity=Severity.ERROR,
    why="Сумма процентов, баллов или ступеней ничего не значит: у большой территории она просто больше.",
    mend="Усредните с весом — «среднее(что, вес)» — или посчитайте тех, у кого значение нужное.",
)
def sum_meaningless(scene: Scene) -> Iterator[Found]:
    percents = {one.code: one.unit_of_measure for one in scene.elements if one.unit_of_measure in NOT_ADDED}
    for edition in scene.editions:
        proven = scene.meanings.get(edition.pk)
        if proven is None:
            continue
        for fact in _summed(proven.total):
            code = str(fact.params[0]) if fact.spec.name in ASKED else ""
            unit = percents.get(code, fact.spec.unit if fact.spec.unit in NOT_ADDED else "")
            if unit or fact.spec.measure in (Measure.STATE, Measure.SHARE, Measure.CHANGE):
                yield about(edition, f"складывается «{fact.said}» ({unit or fact.spec.measure.value})")
                break


def _summed(node: words.Row | words.Total) -> Iterator[words.Fact]:
    """The facts whose values are added up as they are, without a weight and outside any condition."""
    match node:
        case words.Tally(part=part, whole=None):
            yield from _terms(part)
            for row in (part, node.among):
                yield from _below(row)
        case _:
            yield from _below(node)


def _below(node: words.Row | words.Total | None) -> Iterator[words.Fact]:
    for child in children(node) if node is not None else ():
        yield from _summed(child)


def _terms(row: words.Row) -> Iterator[words.Fact]:
    match row:
        case words.Fact():
            if row.spec.measure is not Measure.FLAG:
                yield row
        case words.Choice(then=then, otherwise=otherwise):
            yield from _terms(then)
            yield from _terms(otherwise)
        case words.FirstKnown(options=options):
            for option in options:
                yield from _terms(option)
        case words.Opposite(operand=operand):
            yield from _terms(operand)


@check(
    "unit_contradicts",
    title="Единица спорит с формулой",
    severity=Severity.ERROR,
    why="Число показывают не в той единице: «на 1000» вместо процентов или количество со знаком «%».",
    mend="Запишите новую редакцию с верной единицей.",
)
def unit_contradicts(scene: Scene) -> Iterator[Found]:
    for edition in scene.editions:
        unit, kind = edition.unit_of_measure.strip(), edition.kind
        if kind == IndicatorKind.SHARE and unit != "%":
            yield about(edition, f"доля, а единица «{unit}»")
        elif kind == IndicatorKind.COUNT and unit in ("%", "п.п.", "п. п."):
            yield about(edition, f"количество, а единица «{unit}»")
        elif kind == IndicatorKind.RATIO and edition.pk in scene.meanings:
            scale = scene.meanings[edition.pk].scale
            if scale != shown_scale(kind, unit):
                yield about(edition, f"формула умножает на {scale.normalize():f}, а единица «{unit}» показывает иначе")


@check(
    "precision_odd",
    title="Знаков после запятой больше, чем имеет смысл",
    severity=Severity.WARNING,
    why="Дробная школа или четыре знака у доли обещают точность, которой нет.",
    mend="Запишите новую редакцию: у количества штук — 0 знаков, у доли — не больше двух.",
)
def precision_odd(scene: Scene) -> Iterator[Found]:
    amounts = {element.code for element in scene.elements if element.type == ElementType.AMOUNT}
    for edition in scene.editions:
        proven = scene.meanings.get(edition.pk)
        most = MOST_DECIMALS.get(IndicatorKind(edition.kind))
        if most is not None and edition.precision > most:
            yield about(edition, f"{edition.get_kind_display()}, знаков после запятой: {edition.precision}")
        elif edition.kind == IndicatorKind.COUNT and edition.precision and proven is not None and _is_whole(
            proven, amounts
        ):  # fmt: skip
            yield about(edition, f"считаются целые, а знаков после запятой: {edition.precision}")


def _is_whole(proven: words.Meaning, amounts: set[str]) -> bool:
    """Whether a count can only be a whole number: members or whole entries are added, and nothing is divided."""
    if proven.root is not Root.COUNT or any(isinstance(node, words.Scaled) for node in _nodes(proven.total)):
        return False
    divided = any(isinstance(node, words.Arithmetic) and "/" in node.operators for node in _nodes(proven.total))
    return not divided and not any(name in ASKED and str(params[0]) in amounts for name, params in proven.facts)


def _nodes(node: words.Row | words.Total) -> Iterator[words.Row | words.Total]:
    yield node
    for child in children(node):
        yield from _nodes(child)


@check(
    "edition_of_the_future",
    title="Действует редакция, срок которой ещё не наступил",
    severity=Severity.WARNING,
    why="Значения уже посчитаны по определению, которое по документу ещё не действует.",
    mend="Исправьте день «действует с» новой редакцией или дождитесь его.",
)
def edition_of_the_future(scene: Scene) -> Iterator[Found]:
    for edition in scene.editions:
        if edition.valid_from > scene.today:
            yield about(edition, f"действует с {edition.valid_from:%d.%m.%Y}")


@check(
    "values_of_closed_edition",
    title="Значения есть только у прежней редакции",
    severity=Severity.WARNING,
    why="По действующему определению не посчитано ничего: страницы пусты, хотя данные были.",
    mend="Откройте показатель: формула скажет почему. С ней всё в порядке — администратор портала пересчитает его: "
    "manage.py recalculate_indicators.",
)
def values_of_closed_edition(scene: Scene) -> Iterator[Found]:
    computed, before = _computed()
    for edition in scene.editions:
        if edition.pk not in computed and edition.indicator_id in before:
            yield about(edition, f"редакция № {edition.number} не посчитана")


@check(
    "never_computed",
    title="Показатель ни разу не посчитан",
    severity=Severity.WARNING,
    why="Об этом показателе нет ни значения, ни причины, почему его нет.",
    mend="Попросите администратора портала пересчитать всё: manage.py recalculate_indicators --all.",
)
def never_computed(scene: Scene) -> Iterator[Found]:
    computed, before = _computed()
    if scene.periods:
        for edition in scene.editions:
            if edition.pk not in computed and edition.indicator_id not in before and edition.pk in scene.meanings:
                yield about(edition)


def _computed() -> tuple[set[int], set[int]]:
    """Editions that have values, and indicators whose former editions have."""
    rows = IndicatorEdition.objects.filter(pk__in=IndicatorValue.objects.order_by().values("edition").distinct())
    found = list(rows.values_list("pk", "indicator", "is_current"))
    return {pk for pk, _, _ in found}, {indicator for _, indicator, is_current in found if not is_current}
