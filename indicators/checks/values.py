"""Checks of what feeds the years and of what was computed."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection
from django.db.models import F, Q, QuerySet

from common.sql import named_sql
from indicators.checks.formulas import about
from indicators.checks.registry import Found, check
from indicators.checks.scene import Scene
from indicators.enums import IndicatorKind, Severity, ValueStatus
from indicators.models import IndicatorEdition, IndicatorValue, RecalculationRequest
from indicators.selectors.staleness import EVERY_FACT, indicator_key

MOST_LEFT_OUT = 0.5
AT_MOST = 500  # values of one kind that are told one by one
LONG_WAIT = 3600  # seconds after which a note that nobody fulfils is told


@check(
    "year_without_basis",
    title="Не сказано, по каким данным считается год программы",
    severity=Severity.ERROR,
    why="Берётся обычное правило, и никто не проверил, что оно верно для этого года.",
    mend="Откройте «По каким данным считается год» и запишите правило.",
)
def year_without_basis(scene: Scene) -> Iterator[Found]:
    fed = {basis.period_id for basis in scene.bases if basis.indicator_id is None}
    for period in scene.periods:
        if period.pk not in fed:
            yield Found(f"{period.code} год", "", ("indicators:bases",))


@check(
    "basis_ahead",
    title="Год считается по данным, которые будут позже его самого",
    severity=Severity.ERROR,
    why="Показатель года считается по результатам, которых в этом году ещё не было.",
    mend="Исправьте учебный год или осень списка на странице «По каким данным считается год».",
)
def basis_ahead(scene: Scene) -> Iterator[Found]:
    for basis in scene.bases:
        if max(basis.academic_year, basis.cohort_year) > int(basis.period.code[:4]):
            whose = f"{basis.indicator.code}: " if basis.indicator else ""
            yield Found(f"{whose}{basis.period.code} год", str(basis), ("indicators:bases",), basis.indicator_id)


@check(
    "exception_idle",
    title="Своё правило показателя ничем не отличается от общего",
    severity=Severity.NOTE,
    why="Общее правило поправят, а показатель останется при старом.",
    mend="Снимите исключение.",
)
def exception_idle(scene: Scene) -> Iterator[Found]:
    rules = {basis.period_id: basis for basis in scene.bases if basis.indicator_id is None}
    for basis in scene.bases:
        usual = rules.get(basis.period_id)
        if basis.indicator is None or usual is None:
            continue
        same = ("academic_year", "cohort_year", "wave")
        if all(getattr(basis, name) == getattr(usual, name) for name in same):
            title = f"{basis.indicator.code}, {basis.period.code} год"
            yield Found(title, str(basis), ("indicators:bases",), basis.indicator_id)


def _values(*kinds: IndicatorKind) -> QuerySet[IndicatorValue]:
    rows = IndicatorValue.objects.filter(edition__is_current=True, edition__kind__in=kinds, status=ValueStatus.KNOWN)
    return rows.select_related("edition__indicator", "unit", "period").order_by("edition", "period", "unit__sort_key")


def _of_value(value: IndicatorValue) -> Found:
    indicator = value.edition.indicator
    title = f"{indicator.code}: {value.unit.short_name}, {value.period.code}"
    page = ("indicators:indicator", indicator.pk)
    n, d = (f"{part.normalize():f}" if part is not None else "—" for part in (value.n, value.d))
    return Found(title, f"{n} из {d}", page, indicator.pk, value.unit_id)


@check(
    "share_outside",
    title="Доля меньше 0 % или больше 100 %",
    severity=Severity.ERROR,
    why="Часть больше целого: считаются разные множества или внесено неверное число.",
    mend="Откройте значение: какая школа внесла часть больше целого.",
)
def share_outside(scene: Scene) -> Iterator[Found]:
    outside = Q(n__lt=0) | Q(n__gt=F("d"))
    for value in _values(IndicatorKind.SHARE).filter(outside)[:AT_MOST]:
        yield _of_value(value)


@check(
    "part_over_whole",
    title="Ответивших «да» больше, чем спрошенных",
    severity=Severity.ERROR,
    why="Показатель «да/нет» считает кого-то дважды.",
    mend="Проверьте «где» и «среди» формулы.",
)
def part_over_whole(scene: Scene) -> Iterator[Found]:
    outside = Q(d__isnull=False) & (Q(n__lt=0) | Q(n__gt=F("d")))
    for value in _values(IndicatorKind.YES_NO, IndicatorKind.THREE_STATE).filter(outside)[:AT_MOST]:
        yield _of_value(value)


@check(
    "mostly_left_out",
    title="Больше половины не учтено",
    severity=Severity.WARNING,
    why="Число края сложено из меньшинства, и выводы по нему не о крае.",
    mend="Посмотрите, кто не внёс данные: их называет страница «Внести значения».",
)
def mostly_left_out(scene: Scene) -> Iterator[Found]:
    editions = {edition.pk: edition for edition in scene.editions}
    with connection.cursor() as cursor:
        cursor.execute(named_sql("indicators", "left_out_by_leaf"), {"most": MOST_LEFT_OUT})
        rows = cursor.fetchall()
    for edition_id, code, left_out, asked in rows:
        yield about(editions[edition_id], f"{code} год: не учтено {left_out} из {asked}")


@check(
    "values_stale",
    title="Данные изменились, а показатель ещё не пересчитан",
    severity=Severity.WARNING,
    why="На страницах стоит вчерашнее число.",
    mend="Подождите минуту. Не помогло — администратор портала проверит очередь заданий и пересчитает: "
    "manage.py recalculate_indicators.",
)
def values_stale(scene: Scene) -> Iterator[Found]:
    notes = [
        (frozenset(note.facts), note)
        for note in RecalculationRequest.objects.filter(fulfilled_at=None).order_by("requested_at")
        if (scene.now - note.requested_at).total_seconds() > LONG_WAIT
    ]
    for edition in scene.editions:
        for facts, note in notes:
            if facts & _names(edition):
                yield about(edition, f"с {note.requested_at:%d.%m.%Y}: {note.reason}")
                break


def _names(edition: IndicatorEdition) -> set[str]:
    return {EVERY_FACT, indicator_key(edition.indicator.code), *(edition.depends_on or ())}
