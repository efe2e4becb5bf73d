"""Checks of what is asked and what was answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import CharField, Count, Exists, ExpressionWrapper, F, Max, OuterRef, Q, QuerySet, Sum

from common.russian import sort_key
from indicators.checks.registry import Found, check
from indicators.checks.scene import Scene
from indicators.enums import NUMBERS, ElementType, Severity
from indicators.facts import registered
from indicators.formula.words import FUNCTION_BY_WORD, KEYWORDS, LEVELS, POPULATIONS, TRUTHS, normal
from indicators.models import DataElement, Observation
from schools.models import Unit, UnitVersion

MOST_STEP = 2


def of(element: DataElement, said: str = "") -> Found:
    """A finding about a question."""
    page = ("indicators:words", f"?q={element.code}")
    return Found(f"{element.code}: {element.name}", said, page, None, element.asked_under_id)


@check(
    "element_unused",
    title="Вопрос задаётся, а ответ никому не нужен",
    severity=Severity.WARNING,
    why="Люди вносят то, что ни один показатель не считает.",
    mend="Включите вопрос в формулу или уберите его из каталога.",
)
def element_unused(scene: Scene) -> Iterator[Found]:
    for element in scene.elements:
        if element.code not in scene.asked_codes:
            yield of(element)


@check(
    "fact_unused",
    title="Данные в портале есть, а показателя по ним нет",
    severity=Severity.NOTE,
    why="Это не ошибка: слово языка формул, которым пока никто не пользуется.",
    mend="Ничего не нужно; если такой показатель ждут, заведите его.",
)
def fact_unused(scene: Scene) -> Iterator[Found]:
    used = {name for name, _ in scene.facts}
    for fact in registered():
        if fact.name not in used:
            yield Found(fact.name, fact.title, ("indicators:words",))


@check(
    "element_at_two_levels",
    title="Одно и то же спрашивают на двух уровнях",
    severity=Severity.ERROR,
    why="Муниципалитет вносит то, что уже внесли школы, и числа расходятся.",
    mend="Оставьте вопрос нижнему уровню, а верхний посчитайте суммой.",
)
def element_at_two_levels(scene: Scene) -> Iterator[Found]:
    for elements in _alike(scene):
        first = elements[0]
        for element in elements[1:]:
            if element.level != first.level:
                yield of(
                    element, f"{element.get_level_display()}; а {first.code} спрашивает {first.get_level_display()}"
                )


@check(
    "elements_alike",
    title="Два одинаковых вопроса одному уровню",
    severity=Severity.WARNING,
    why="Люди дважды вносят одно и то же.",
    mend="Оставьте один вопрос и поправьте формулы, которые спрашивают другой.",
)
def elements_alike(scene: Scene) -> Iterator[Found]:
    for elements in _alike(scene):
        first = elements[0]
        for element in elements[1:]:
            if element.level == first.level:
                yield of(element, f"так же назван {first.code}")


def _alike(scene: Scene) -> list[list[DataElement]]:
    """Questions of one wording, one type and to the same places."""
    alike: dict[tuple[str, str, int | None], list[DataElement]] = defaultdict(list)
    for element in scene.elements:
        alike[sort_key(element.name), element.type, element.asked_under_id].append(element)
    return [elements for elements in alike.values() if len(elements) > 1]


@check(
    "element_without_hint",
    title="У вопроса нет подсказки, что вносить",
    severity=Severity.NOTE,
    why="Каждый понимает по-своему, и складывается разное.",
    mend="Напишите в каталоге, кого считать, на какой день и откуда взять.",
)
def element_without_hint(scene: Scene) -> Iterator[Found]:
    for element in scene.elements:
        if not element.hint and element.type in NUMBERS:
            yield of(element)


@check(
    "element_without_deadline",
    title="У вопроса нет срока",
    severity=Severity.NOTE,
    why="Никого нельзя спросить, почему не внесено, и напоминать не о чем.",
    mend="Укажите срок в каталоге: день года или сколько дней после него.",
)
def element_without_deadline(scene: Scene) -> Iterator[Found]:
    for element in scene.elements:
        if element.due_after is None and element.due_day is None:
            yield of(element)


@check(
    "word_taken_twice",
    title="Слово значит в формуле две разные вещи",
    severity=Severity.ERROR,
    why="Формула читается не так, как её понимает человек.",
    mend="Переименуйте факт или вопрос.",
)
def word_taken_twice(scene: Scene) -> Iterator[Found]:
    own = {normal(word) for word in (*FUNCTION_BY_WORD, *POPULATIONS, *LEVELS, *TRUTHS, *KEYWORDS)}
    for fact in registered():
        for word in (fact.name, *fact.aliases):
            if normal(word) in own:
                yield Found(word, f"и слово языка, и данные «{fact.title}»", ("indicators:words",))
    codes: dict[str, DataElement] = {}
    for element in scene.elements:
        other = codes.setdefault(normal(element.code), element)
        if other is not element:
            yield of(element, f"код отличается от {other.code} только буквой ё или размером букв")


def _entry(row: Observation, said: str = "") -> Found:
    category = f", {row.category_name}" if row.category else ""
    title = f"{row.element.code}{category}: {row.unit.short_name}, {row.period.code}"
    return Found(title, said, ("indicators:history", row.pk), None, row.unit_id)


def _entries() -> QuerySet[Observation]:
    rows = Observation.objects.counted().select_related("element", "unit", "period")
    return rows.order_by("element__code", "period__starts_on", "unit__sort_key", "pk")


@check(
    "entry_not_asked",
    title="Ответ дан там, где не спрашивали",
    severity=Severity.ERROR,
    why="Формула такого ответа не увидит, а человек думает, что внёс.",
    mend="Внесите ответ тем, кого спрашивают, или поправьте уровень вопроса.",
)
def entry_not_asked(scene: Scene) -> Iterator[Found]:
    then = UnitVersion.objects.filter(
        unit=OuterRef("unit"), valid_from__lte=OuterRef("period__ends_on"), valid_to__gte=OuterRef("period__ends_on")
    )
    path = ExpressionWrapper(OuterRef("unit__path"), output_field=CharField())
    place = Unit.objects.filter(pk=OuterRef("element__asked_under")).alias(path_of_entry=path)
    was_asked = Exists(then.filter(kind=OuterRef("element__level")))
    is_asked = Q(unit__kind=F("element__level"))
    for row in _entries().exclude(is_asked).exclude(was_asked):
        said = f"спрашивают {row.element.get_level_display()}, ответил {row.unit.get_kind_display()}"
        yield _entry(row, said)
    elsewhere = _entries().filter(is_asked, element__asked_under__isnull=False)
    for row in elsewhere.exclude(Exists(place.filter(path_of_entry__startswith=F("path")))):
        yield _entry(row, "вопрос другой территории")
    for row in _entries().filter(element__categories=[]).exclude(category=""):
        yield _entry(row, f"вносят одним числом, а внесена категория «{row.category}»")
    for element in scene.elements:
        if element.categories:
            for row in _entries().filter(element=element).exclude(category__in=element.cells):
                yield _entry(row, f"вносят {element.breakdown}, а внесено иначе")


@check(
    "entry_without_evidence",
    title="Ответ «да» без документа, хотя он обязателен",
    severity=Severity.ERROR,
    why="Показатель засчитан, а подтвердить нечем.",
    mend="Приложите документ или внесите «нет».",
)
def entry_without_evidence(scene: Scene) -> Iterator[Found]:
    for row in _entries().filter(element__needs_evidence=True, document=None, value__gt=0):
        yield _entry(row)


@check(
    "entry_impossible",
    title="Такого ответа быть не может",
    severity=Severity.ERROR,
    why="Отрицательное количество или третья ступень из двух искажают всё, что выше.",
    mend="Откройте значение и внесите верное.",
)
def entry_impossible(scene: Scene) -> Iterator[Found]:
    yes_no = Q(element__type=ElementType.YES_NO) & ~Q(value__in=[0, 1])
    step = Q(element__type=ElementType.THREE_STATE) & ~Q(value__in=range(MOST_STEP + 1))
    whole = Q(element__type=ElementType.COUNT) & (Q(value__lt=0) | ~Q(rest=0))
    rows = _entries().annotate(rest=F("value") % 1)
    for row in rows.filter(yes_no | step | whole):
        yield _entry(row, f"внесено {row.value.normalize():f}, а это {row.element.get_type_display()}")


@check(
    "entry_against_rules",
    title="Ответ против правил вопроса",
    severity=Severity.ERROR,
    why="Правило записали после того, как внесли, или внесли мимо формы: часть больше целого, число за границами.",
    mend="Откройте значение и внесите верное или поправьте правило в каталоге.",
)
def entry_against_rules(scene: Scene) -> Iterator[Found]:
    beyond = Q(value__lt=F("element__least")) | Q(value__gt=F("element__most")) | Q(element__is_whole=True) & ~Q(rest=0)
    cell = {name: OuterRef(name) for name in ("unit", "period", "category")}
    whole = Observation.objects.counted().filter(element=OuterRef("element__not_above"), **cell)
    rows = _entries().annotate(rest=F("value") % 1)
    for row in rows.filter(beyond):
        yield _entry(row, f"внесено {row.value.normalize():f}")
    for row in rows.filter(Exists(whole.filter(value__lt=OuterRef("value")))):
        yield _entry(row, f"внесено {row.value.normalize():f}, а это больше целого")
    yield from _totals_above(scene)


def _totals_above(scene: Scene) -> Iterator[Found]:
    """Parts that are entered by other categories than their wholes, so that only totals can be compared."""
    by_key = {element.pk: element for element in scene.elements}
    for part in scene.elements:
        whole = by_key.get(part.not_above_id or 0)
        if whole is None or part.category_names.keys() == whole.category_names.keys():
            continue
        limits = {(unit, period): total for unit, period, total, _ in _totals(whole)}
        for unit, period, total, key in _totals(part):
            limit = limits.get((unit, period))
            if limit is not None and total > limit:
                yield _entry(_entries().get(pk=key), f"всего внесено {total.normalize():f}, а это больше целого")


def _totals(element: DataElement) -> QuerySet:
    """Unit, period, total and the last key of those of which each category is there."""
    rows = Observation.objects.counted().filter(element=element).order_by().values("unit", "period")
    known = rows.annotate(total=Sum("value"), parts=Count("pk"), last=Max("pk")).filter(parts=len(element.cells))
    return known.order_by("period__starts_on", "unit").values_list("unit", "period", "total", "last")
