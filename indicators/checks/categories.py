"""Checks of numbers that are entered by categories: is each entered, and do formulas leave their sum to the portal."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, QuerySet

from indicators.checks.elements import of
from indicators.checks.formulas import about
from indicators.checks.registry import Found, check
from indicators.checks.scene import Scene
from indicators.enums import PeriodKind, Severity
from indicators.formula import meaning as words
from indicators.formula.proof import walk
from indicators.models import DataElement, Observation, Period
from schools.models import Unit

AT_MOST = 500  # places of one question that are told one by one


@check(
    "categories_added_by_hand",
    title="Формула складывает категории, которые складываются сами",
    severity=Severity.WARNING,
    why="Итог считается и без этого, а перечисленное вручную разойдётся с ним при следующем изменении вопроса.",
    mend="Запишите новую редакцию: «значение(«код»)» без категории — сумма всех.",
)
def categories_added_by_hand(scene: Scene) -> Iterator[Found]:
    names = {element.code: set(element.category_names) for element in scene.elements if element.categories}
    for edition in scene.editions:
        proven = scene.meanings.get(edition.pk)
        added = (
            {code for _, node in walk(proven.total) for code in _added(node, names)} if proven is not None else set()
        )
        for code in sorted(added):
            yield about(edition, f"все категории «{code}» сложены одна с другой")


def _added(node: words.Row | words.Total, names: dict[str, set[str]]) -> Iterator[str]:
    """The codes of the questions of which a sum names every category."""
    match node:
        case words.Arithmetic(operators=operators, operands=operands) if set(operators) == {"+"}:
            rows = [one for one in operands if isinstance(one, words.Fact)]
        case words.Combined(operators=operators, operands=operands) if set(operators) == {"+"}:
            sums = [one for one in operands if isinstance(one, words.Tally)]
            rows = [one.part for one in sums if isinstance(one.part, words.Fact)]
        case _:
            return
    said: dict[str, set[str]] = {}
    for code, category in (row.params for row in rows if len(row.params) > 1):
        said.setdefault(str(code), set()).add(str(category))
    yield from (code for code, categories in said.items() if code in names and names[code] <= categories)


@check(
    "category_never_entered",
    title="Категорию никто никогда не внёс",
    severity=Severity.WARNING,
    why="Пока не внесена каждая категория, итога нет: у этого числа его нет нигде.",
    mend="Внесите в ней хотя бы нули или заведите вопрос без неё.",
)
def category_never_entered(scene: Scene) -> Iterator[Found]:
    for element in _broken_down(scene):
        entered = set(_entries(element).order_by().values_list("category", flat=True).distinct())
        for code, name in element.category_names.items():
            if entered and code not in entered:
                yield of(element, f"«{name}»")


@check(
    "categories_half_entered",
    title="Внесены не все категории",
    severity=Severity.WARNING,
    why="Год прошёл, а итога нет: внесённые категории в показатели не вошли.",
    mend="Откройте форму и внесите недостающее; ничего нет — внесите 0.",
)
def categories_half_entered(scene: Scene) -> Iterator[Found]:
    for element in _broken_down(scene):
        rows = _entries(element).filter(period__ends_on__lt=scene.today).order_by().values("unit", "period")
        lacking = rows.annotate(entered=Count("pk")).filter(entered__lt=len(element.cells))
        pairs = list(lacking.order_by("period__starts_on", "unit__sort_key", "unit")[:AT_MOST])
        units = Unit.objects.in_bulk({pair["unit"] for pair in pairs})
        periods = Period.objects.in_bulk({pair["period"] for pair in pairs})
        for pair in pairs:
            unit, period = units[pair["unit"]], periods[pair["period"]]
            yield _half(element, unit, period, pair["entered"])


def _half(element: DataElement, unit: Unit, period: Period, entered: int) -> Found:
    shorter = "" if period.kind == PeriodKind.YEAR else f"&period={period.code}"
    page = ("indicators:entry", f"?unit={unit.pk}&year={period.year}{shorter}")
    title = f"{element.code}: {unit.short_name}, {period.code}"
    return Found(title, f"внесено {entered} из {len(element.cells)}", page, None, unit.pk)


def _broken_down(scene: Scene) -> list[DataElement]:
    return [element for element in scene.elements if element.categories]


def _entries(element: DataElement) -> QuerySet[Observation]:
    return Observation.objects.counted().filter(element=element, category__in=element.cells)
