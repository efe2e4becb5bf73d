"""Checks of what stands round a formula: by which document it is, who keeps it, when it is looked at again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from indicators.checks.formulas import about
from indicators.checks.registry import Found, check
from indicators.checks.scene import Scene
from indicators.enums import Severity
from indicators.models import IndicatorEdition


@check(
    "no_document",
    title="Не сказано, по какому документу показатель",
    severity=Severity.WARNING,
    why="Проверяющему нечем подтвердить, что считают именно это.",
    mend="Внесите документ в реестр и укажите его в новой редакции.",
)
def no_document(scene: Scene) -> Iterator[Found]:
    for edition in scene.editions:
        if edition.document_id is None:
            yield about(edition, edition.source)


@check(
    "no_place_in_document",
    title="Не сказано, в каком месте документа показатель",
    severity=Severity.WARNING,
    why="В документе на сто страниц строку не найти.",
    mend="Укажите раздел или страницу в новой редакции.",
)
def no_place_in_document(scene: Scene) -> Iterator[Found]:
    for edition in scene.editions:
        if not edition.source and not edition.page:
            yield about(edition)


@check(
    "review_overdue",
    title="Пересмотр определения просрочен",
    severity=Severity.WARNING,
    why="Документ мог смениться, а показатель считается по-старому.",
    mend="Сверьте с документом и запишите новую редакцию с новым днём пересмотра.",
)
def review_overdue(scene: Scene) -> Iterator[Found]:
    for edition in scene.editions:
        if edition.next_review_on is not None and edition.next_review_on < scene.today:
            yield about(edition, f"пересмотреть до {edition.next_review_on:%d.%m.%Y}")


@check(
    "nobody_keeps",
    title="Определение никто не ведёт",
    severity=Severity.WARNING,
    why="Спросить, что имелось в виду, не у кого.",
    mend="Назначьте в новой редакции человека, роль или учреждение.",
)
def nobody_keeps(scene: Scene) -> Iterator[Found]:
    for edition in scene.editions:
        keeper, named = edition.methodologist, edition.methodologist_named
        if keeper is None and not named:
            yield about(edition)
        elif keeper is not None and not keeper.is_active and not named:
            yield about(edition, f"{keeper}: запись закрыта")


@check(
    "no_purpose",
    title="Не сказано, зачем показатель",
    severity=Severity.NOTE,
    why="Показатель без решения, которое по нему принимают, собирают впустую.",
    mend="Напишите в новой редакции, какое решение по нему принимают.",
)
def no_purpose(scene: Scene) -> Iterator[Found]:
    for edition in scene.editions:
        if not edition.purpose:
            yield about(edition)


@check(
    "names_alike",
    title="У нескольких показателей одно наименование",
    severity=Severity.WARNING,
    why="В списке, отчёте и поиске их не различить.",
    mend="Уточните наименования: чей показатель, чей уровень, какой год.",
)
def names_alike(scene: Scene) -> Iterator[Found]:
    alike: dict[tuple[str, int | None], list[IndicatorEdition]] = defaultdict(list)
    for edition in scene.editions:
        alike[edition.indicator.sort_key, edition.indicator.owner_id].append(edition)
    for editions in alike.values():
        for edition in editions[1:]:
            yield about(edition, f"так же называется {editions[0].indicator.code}")
