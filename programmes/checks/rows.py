"""Checks of the rows of programmes and of their targets, for `indicators.checks`."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BigIntegerField,
    CharField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce

from indicators.checks.formulas import about
from indicators.checks.registry import Found, check
from indicators.checks.scene import Scene
from indicators.enums import Better, IndicatorKind, Severity, ValueStatus
from indicators.models import IndicatorEdition, IndicatorValue
from indicators.selectors.closings import OFFICIAL
from programmes.enums import CHANGES, NOT_ASKED, TargetOperator, TargetScope
from programmes.models import Direction, ProgrammeIndicator, Target
from programmes.selectors.reading import base_of

SHARES = (IndicatorKind.SHARE, IndicatorKind.YES_NO)
ANSWERS = (IndicatorKind.YES_NO, IndicatorKind.THREE_STATE)
HELD = (TargetOperator.AT_LEAST, TargetOperator.AT_MOST, TargetOperator.EQUALS, TargetOperator.BETWEEN)


def asked_by_targets() -> set[str]:
    """Return the codes of the data elements that the second halves of targets ask for."""
    return {also["element"] for also in Target.objects.exclude(also=None).values_list("also", flat=True)}


def _row(place: ProgrammeIndicator, said: str = "") -> Found:
    title = f"{place.programme}: {place.number} {place.indicator.name}"
    return Found(title, said, ("programmes:programme", place.programme_id), place.indicator_id, place.programme.unit_id)


def _target(target: Target, said: str) -> Found:
    return _row(target.programme_indicator, f"{target.period.in_words}: {said}")


def _targets() -> QuerySet[Target]:
    """Targets that are asked, each with `kind` and `better` of the edition in force."""
    current = IndicatorEdition.objects.filter(indicator=OuterRef("programme_indicator__indicator"), is_current=True)
    said = {name: Subquery(current.values(name)[:1]) for name in ("kind", "better")}
    asked = Target.objects.exclude(programme_indicator__choice__in=NOT_ASKED)
    rows = asked.exclude(programme_indicator__closed_from__lte=F("period__starts_on__year")).annotate(**said)
    beside = ("programme_indicator__programme", "programme_indicator__indicator", "period")
    return rows.select_related(*beside).order_by(
        "programme_indicator__programme", "programme_indicator__sort_order", "period__starts_on"
    )


def _known_where_asked() -> QuerySet[IndicatorValue]:
    """Known values of a target's indicator at whom it is asked: one unit, or any of those below where each is."""
    owner = "programme_indicator__programme__unit"
    of_one = Q(scope=TargetScope.WHOLE) | Q(own__isnull=False)
    one = Q(unit=Coalesce(F("own"), OuterRef(owner)))
    below = Q(unit__path__startswith=OuterRef(f"{owner}__path")) & ~Q(unit=OuterRef(owner))
    return (
        IndicatorValue.objects.alias(
            scope=ExpressionWrapper(OuterRef("scope"), CharField()),
            own=ExpressionWrapper(OuterRef("unit"), BigIntegerField()),
        )
        .filter(OFFICIAL, of_one & one | ~of_one & below, status=ValueStatus.KNOWN)
        .filter(edition__indicator=OuterRef("programme_indicator__indicator"))
        .order_by()
    )


@check(
    "target_without_sign",
    title="У цели не сказано, не менее или ровно",
    severity=Severity.WARNING,
    why="Достигнута ли цель, сказать нельзя.",
    mend="Владелец программы решает, что имел в виду документ, и записывает решение.",
)
def target_without_sign(scene: Scene) -> Iterator[Found]:
    for target in _targets().filter(operator=TargetOperator.UNSPECIFIED):
        yield _target(target, target.verbatim or "—")


@check(
    "target_out_of_range",
    title="Цель, которой показатель не может достичь",
    severity=Severity.ERROR,
    why="Доля не бывает больше 100 % и меньше нуля: цель не будет достигнута никогда или достигнута сразу.",
    mend="Исправьте цель или вид показателя.",
)
def target_out_of_range(scene: Scene) -> Iterator[Found]:
    beyond = Q(value__gt=100) | Q(value__lt=0) | Q(upper__gt=100)
    shares = Q(kind__in=SHARES) & beyond
    counts = Q(kind=IndicatorKind.COUNT, value__lt=0)
    for target in _targets().filter(shares | counts):
        yield _target(target, f"цель {(target.value or Decimal(0)).normalize():f}")


@check(
    "target_of_another_kind",
    title="Сравнение цели не подходит виду показателя",
    severity=Severity.ERROR,
    why="«Да» ждут от числа, число — от ответа «да/нет» или что угодно — от распределения: судить нечего.",
    mend="Исправьте сравнение цели.",
)
def target_of_another_kind(scene: Scene) -> Iterator[Found]:
    yes = Q(operator=TargetOperator.YES) & ~Q(kind__in=ANSWERS)
    number = Q(operator__in=HELD, kind__in=ANSWERS)
    parts = Q(kind=IndicatorKind.DISTRIBUTION) & ~Q(operator=TargetOperator.NOT_APPLICABLE)
    for target in _targets().filter(kind__isnull=False).filter(yes | number | parts):
        yield _target(target, target.get_operator_display())


@check(
    "target_against_direction",
    title="Цель тянет не в ту сторону",
    severity=Severity.WARNING,
    why="«Не менее» у показателя, который должен уменьшаться, хвалит за ухудшение.",
    mend="Исправьте сравнение цели или то, что для показателя лучше.",
)
def target_against_direction(scene: Scene) -> Iterator[Found]:
    less = Q(better=Better.LESS, operator=TargetOperator.AT_LEAST)
    more = Q(better=Better.MORE, operator=TargetOperator.AT_MOST)
    for target in _targets().filter(less | more):
        better = Better(target.better).label  # type: ignore[attr-defined]  # annotated above
        yield _target(target, f"{target.get_operator_display()}, а {better}")


@check(
    "target_without_data",
    title="Год кончился, а данных для цели нет",
    severity=Severity.WARNING,
    why="О достижении цели сказать нечего.",
    mend="Внесите данные или скажите, почему их не будет.",
)
def target_without_data(scene: Scene) -> Iterator[Found]:
    asked = _targets().exclude(operator=TargetOperator.NOT_APPLICABLE).filter(period__ends_on__lt=scene.today)
    known = _known_where_asked().filter(period=OuterRef("period"))
    for target in asked.exclude(Exists(known)):
        yield _target(target, target.verbatim or target.get_operator_display())


@check(
    "growth_without_base",
    title="Рост не с чем сравнить",
    severity=Severity.WARNING,
    why="Нет значения базового года — нет и роста.",
    mend="Внесите данные базового года или смените базовый год цели.",
)
def growth_without_base(scene: Scene) -> Iterator[Found]:
    known = _known_where_asked().values("period__code")
    asked = _targets().filter(operator__in=CHANGES, period__ends_on__lt=scene.today)
    for target in asked.annotate(known=ArraySubquery(known)):
        if str(base_of(target)) not in target.known:
            yield _target(target, f"нет значения {base_of(target)} года")


@check(
    "other_half_unknown",
    title="Вторая половина цели спрашивает то, чего нет",
    severity=Severity.ERROR,
    why="Составная цель не будет достигнута никогда.",
    mend="Опишите вопрос в каталоге или исправьте цель.",
)
def other_half_unknown(scene: Scene) -> Iterator[Found]:
    codes = {element.code for element in scene.elements}
    for target in _targets().exclude(also=None):
        if target.also["element"] not in codes:
            yield _target(target, f"вопроса «{target.also['element']}» нет")


@check(
    "row_without_edition",
    title="Строка программы без показателя",
    severity=Severity.ERROR,
    why="Программа обещает то, чего никто не считает.",
    mend="Запишите определение показателя этой строки.",
)
def row_without_edition(scene: Scene) -> Iterator[Found]:
    current = IndicatorEdition.objects.filter(indicator=OuterRef("indicator"), is_current=True)
    for place in _rows().exclude(Exists(current)):
        yield _row(place)


@check(
    "row_without_targets",
    title="У строки программы нет ни одной цели",
    severity=Severity.NOTE,
    why="Показатель считают, а хорошо это или плохо, не сказано.",
    mend="Поставьте цель или отметьте строку как строку по выбору.",
)
def row_without_targets(scene: Scene) -> Iterator[Found]:
    said = Target.objects.filter(programme_indicator=OuterRef("pk")).exclude(operator=TargetOperator.NOT_APPLICABLE)
    for place in _rows().exclude(choice__in=NOT_ASKED).exclude(Exists(said)):
        yield _row(place)


@check(
    "direction_without_rows",
    title="У направления программы нет показателей",
    severity=Severity.NOTE,
    why="Выполняется ли направление, портал не знает.",
    mend="Поставьте показатель в направление.",
)
def direction_without_rows(scene: Scene) -> Iterator[Found]:
    rows = Direction.objects.select_related("programme").annotate(rows=Count("programme_indicators")).filter(rows=0)
    measured = rows.filter(Exists(ProgrammeIndicator.objects.filter(programme=OuterRef("programme"))))
    for direction in measured.order_by("programme", "number"):
        programme = direction.programme
        yield Found(f"{programme}: {direction}", "", ("programmes:programme", programme.pk), None, programme.unit_id)


@check(
    "in_no_programme",
    title="Показателя нет ни в одной программе",
    severity=Severity.NOTE,
    why="Его считают, но ни одна цель на него не опирается.",
    mend="Поставьте его в программу; если он не нужен, оставьте как есть.",
)
def in_no_programme(scene: Scene) -> Iterator[Found]:
    placed = set(ProgrammeIndicator.objects.values_list("indicator", flat=True))
    for edition in scene.editions:
        if edition.indicator_id not in placed:
            yield about(edition)


@check(
    "scope_below_level",
    title="Цель поставлена тем, у кого показателя не бывает",
    severity=Severity.ERROR,
    why="«Каждой школе» по показателю, который собирают с муниципалитетов: спросить не с кого.",
    mend="Исправьте, чего цель, или уровень показателя.",
)
def scope_below_level(scene: Scene) -> Iterator[Found]:
    levels = {edition.indicator_id: edition.level for edition in scene.editions}
    asked = {
        TargetScope.EACH_SCHOOL: ("municipality", "district", "region"),
        TargetScope.EACH_EXTRACURRICULAR: ("municipality", "district", "region"),
        TargetScope.EACH_MUNICIPALITY: ("district", "region"),
        TargetScope.EACH_DISTRICT: ("region",),
    }
    for target in _targets().filter(scope__in=asked):
        level = levels.get(target.programme_indicator.indicator_id, "")
        if level in asked[TargetScope(target.scope)]:
            yield _target(target, target.get_scope_display())


def _rows() -> QuerySet[ProgrammeIndicator]:
    rows = ProgrammeIndicator.objects.filter(closed_from=None)
    return rows.select_related("programme", "indicator").order_by("programme", "sort_order")
