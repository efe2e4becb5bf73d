"""Rows of a programme that its owner adds here and takes back; those of a document come and go with its package."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max, Q

from accounts.models import User
from accounts.permissions import Permission
from accounts.services.audit import record
from common.numbers import NOTHING
from common.versions import refuse_if_changed
from indicators.facts import level_of_kind
from indicators.models import Indicator
from programmes.enums import ProgrammeStatus, RowChoice
from programmes.models import Direction, Programme, ProgrammeIndicator, TargetChange
from programmes.selectors.targets import direction_of, shown_of_row_to_remove
from programmes.services.drafting import SomebodySavedFirst
from programmes.services.targets import TargetRefused, hold_programme, refuse_unexplained
from schools.access import require

LONGEST = 20  # of a number; the column has room for what is added to it when the row is closed


class RowRefused(TargetRefused):
    """The row cannot stand in the programme so; the message is for the person."""


@dataclass(frozen=True, slots=True)
class NewRow:
    """An indicator that is put into a programme: where, and what is counted."""

    indicator: Indicator
    number: str  # such as 5.4.2, as the order has it
    what: str  # is counted: pupil, work, school
    out: str  # who leaves the denominator
    subjects: str = NOTHING
    grades: str = NOTHING
    direction: Direction | None = None
    part_of: str = ""  # number of the row that it is a part of
    is_optional: bool = False


@transaction.atomic
def add_row(*, programme: Programme, row: NewRow, actor: User, now: datetime, reason: str = "") -> ProgrammeIndicator:
    """
    Put an indicator into a programme; its targets are set after it, one by one.

    :raises RowRefused: if it stands there already, its number is taken, it is computed where the programme's own unit
        has no value, or nobody says what is counted
    :raises NoReason: if the programme is approved and no reason is given
    :raises TargetRefused: while the programme is being considered
    """
    direction = row.direction.number if row.direction is not None else None
    require(actor, Permission.PROGRAMME_EDIT, at=programme.unit, direction=direction)
    programme = hold_programme(programme)
    _check(programme, row)
    refuse_unexplained(programme, reason, "зачем нужен этот показатель")
    rows = programme.programme_indicators
    place = ProgrammeIndicator.objects.create(
        programme=programme,
        direction=row.direction,
        indicator=row.indicator,
        number=row.number.strip(),
        sort_order=(rows.aggregate(last=Max("sort_order"))["last"] or 0) + 1,
        part_of=row.part_of,
        choice=RowChoice.OPTIONAL if row.is_optional else RowChoice.COMPULSORY,
        counted={
            "what": row.what.strip(),
            "subjects": row.subjects.strip() or NOTHING,
            "grades": row.grades.strip() or NOTHING,
            "out": row.out.strip(),
        },
        is_added=True,
    )
    record(
        actor=actor,
        action="programme.row_added",
        target=programme,
        now=now,
        before={"row": ""},
        after={"row": str(place)},
        reason=reason.strip(),
    )
    return place


@transaction.atomic
def take_row_back(*, place: ProgrammeIndicator, actor: User, now: datetime, reason: str = "", seen: str = "") -> None:
    """
    Take a row that was added here out of its programme, with its targets. The indicator and its values stay.

    `seen` is the mark of what the person was shown (`selectors.targets.shown_of_row_to_remove`).

    :raises SomebodySavedFirst: if its rules or targets have been changed since the person looked
    :raises RowRefused: if a document has it, other rows are parts of it, its targets were changed by decisions, or
        somebody has taken it out already
    :raises NoReason: if the programme is approved and no reason is given
    """
    require(actor, Permission.PROGRAMME_EDIT, at=place.programme.unit, direction=direction_of(place))
    programme = hold_programme(place.programme)
    locked = ProgrammeIndicator.objects.select_for_update(of=("self",)).filter(pk=place.pk).first()
    if locked is None:
        raise RowRefused("Эту строку кто-то уже убрал. Вернитесь к программе.")
    refuse_if_changed(seen=seen, shown=shown_of_row_to_remove(locked), refusal=SomebodySavedFirst)
    if not locked.is_added:
        raise RowRefused("Эта строка стоит в документе программы: убрать её можно только с новой редакцией документа.")
    parts = programme.programme_indicators.filter(part_of=locked.number).values_list("number", flat=True)
    if parts:
        raise RowRefused(f"Её частью названы строки: {', '.join(sorted(parts))}. Сначала уберите их.")
    _check_decisions(programme, locked)
    refuse_unexplained(programme, reason, "почему строка убирается")
    record(
        actor=actor,
        action="programme.row_removed",
        target=programme,
        now=now,
        before={"row": str(locked)},
        after={"row": ""},
        reason=reason.strip(),
    )
    locked.delete()


def _check_decisions(programme: Programme, place: ProgrammeIndicator) -> None:
    """How targets were changed stands with their row: what was approved, or done by a document, goes with no row."""
    changes = TargetChange.objects.filter(Q(target__programme_indicator=place) | Q(withdrawn_from=place))
    if programme.status != ProgrammeStatus.APPROVED:
        changes = changes.exclude(document=None)
    if changes.exists():
        raise RowRefused(
            "Цели этой строки меняли, и с нею пропало бы, кто, почему и по какому документу. Строку оставьте, а цели, "
            "которые больше не нужны, снимите."
        )


def _check(programme: Programme, row: NewRow) -> None:
    number, rows = row.number.strip(), programme.programme_indicators
    if not number or len(number) > LONGEST:
        raise RowRefused(
            f"У строки нет номера или он длиннее {LONGEST} знаков. Впишите его как в приказе, например 5.4.2."
        )
    if not row.what.strip() or not row.out.strip():
        raise RowRefused(
            "Не сказано, что считается и кто не входит в знаменатель. Впишите оба: без этого число нельзя проверить."
        )
    if row.direction is not None and row.direction.programme_id != programme.pk:
        raise RowRefused("Такого направления в этой программе нет. Выберите из её направлений.")
    same = rows.filter(indicator=row.indicator).first()
    if same is not None:
        raise RowRefused(f"Этот показатель уже стоит в программе: строка {same.number}. Поставьте цель ей.")
    if rows.filter(number=number).exists():
        raise RowRefused(f"Номер {number} в программе занят. Впишите свободный.")
    if row.part_of:
        whole = rows.filter(number=row.part_of).first()
        if whole is None:
            raise RowRefused(f"Строки {row.part_of} в программе нет: её частью показатель не бывает.")
        if whole.closed_from is not None:
            raise RowRefused(
                f"Строка {row.part_of} закрыта с {whole.closed_from} года: её частью показатель не бывает. "
                "Выберите другую или никакую."
            )
    _check_level(programme, row.indicator)


def _check_level(programme: Programme, indicator: Indicator) -> None:
    edition = indicator.editions.filter(is_current=True).first()
    if edition is None:
        raise RowRefused("У показателя нет действующей редакции: считать нечего. Сначала опишите его.")
    if level_of_kind(edition.level).rank > level_of_kind(programme.unit.kind).rank:
        raise RowRefused(
            f"Показатель собирают на уровне «{edition.get_level_display()}», выше, чем у этой программы "
            f"({programme.unit.get_kind_display()}): значений у неё не будет. Выберите другой показатель."
        )
    owner = indicator.owner
    if owner is not None and not programme.unit.path.startswith(owner.path):
        raise RowRefused(f"Показатель ведёт {owner.short_name} для себя, и здесь его не считают. Выберите другой.")
