"""
What a programme promises is changed with a reason, and what its document leaves open is settled with the decision.

A target keeps every change: what it was, what it became, who, when, why, by which document. Undoing is a newer change.
A catalogue that is loaded again leaves a target that has been changed here as it is.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission
from accounts.services.audit import record
from common.versions import refuse_if_changed
from documents.models import Document
from indicators.services.documents import Order, file_order
from programmes.catalogue.target_rules import Wanted, refusals_of
from programmes.enums import CAUSES, ChangeCause, ProgrammeStatus, RowChoice, TargetOperator
from programmes.models import Programme, ProgrammeIndicator, Target, TargetChange
from programmes.selectors.targets import (
    FIGURES,
    direction_kept,
    direction_of,
    rows_to_choose,
    said_wanted,
    shown_of_rows,
    shown_of_target,
)
from programmes.services.drafting import ProgrammeRefused, SomebodySavedFirst
from schools.access import require
from schools.services.signing import Signature, signature_of, signed

CHOSEN = {True: RowChoice.CHOSEN, False: RowChoice.OPTIONAL}


class TargetRefused(ProgrammeRefused):
    """The target cannot be written so; the message is for the person."""


class NoReason(TargetRefused):
    """A target of an approved programme is changed with a reason, an open sign is settled with a decision."""


@transaction.atomic
def change_target(
    *,
    target: Target,
    wanted: Wanted,
    actor: User,
    now: datetime,
    cause: str = "",
    reason: str = "",
    order: Order | None = None,
    signatory: User | None = None,
    seen: str = "",
) -> Target:
    """
    Change a target, or say which sign a figure of the document has.

    `seen` is the mark of what the person was shown (`selectors.targets.shown_of_target`).

    :raises SomebodySavedFirst: if it has been changed since the person looked
    :raises NoReason: if the programme is approved and no reason is given, or an open sign is settled without a decision
    :raises TargetRefused: if nothing is changed, the figures do not suit, or the programme is being considered
    """
    place = target.programme_indicator
    programme, direction = place.programme, direction_of(place)
    require(actor, Permission.PROGRAMME_EDIT, at=programme.unit, direction=direction)
    programme = hold_programme(programme)
    locked = hold_target(target)
    locked.programme_indicator = place
    refuse_if_changed(seen=seen, shown=shown_of_target(locked), refusal=SomebodySavedFirst)
    is_settling = locked.operator == TargetOperator.UNSPECIFIED
    check_wanted(place, locked, wanted)
    _check_reason(programme, cause, reason, order, is_settling=is_settling)
    permission = Permission.PROGRAMME_SIGN
    signature = signature_of(permission=permission, at=programme.unit, actor=actor, chosen=signatory)
    change = TargetChange(
        target=locked,
        is_settling=is_settling,
        was=_kept(locked),
        cause=cause,
        reason=reason.strip(),
        document=order and _document(programme, place, order, actor, now, direction),
        changed_by=actor,
        changed_at=now,
        signatory=signature.user,
        signed_as=signature.words,
    )
    with signed(signature):
        _write(locked, wanted, change, signature)
    return locked


@transaction.atomic
def choose_rows(
    *, programme: Programme, chosen: Collection[int], actor: User, now: datetime, seen: str = ""
) -> list[ProgrammeIndicator]:
    """
    Say which of a programme's optional rows its owner has taken, by their keys; return those that have changed.

    `seen` is the mark of what the person was shown (`selectors.targets.shown_of_rows`). Rows of a direction that the
    actor does not keep must stay as they are.

    :raises SomebodySavedFirst: if they have been changed since the person looked
    :raises TargetRefused: if nothing is changed
    """
    some = direction_kept(actor, programme, rows_to_choose(programme))
    require(actor, Permission.PROGRAMME_EDIT, at=programme.unit, direction=some)
    rows = ProgrammeIndicator.objects.select_for_update(of=("self",)).filter(
        programme=hold_programme(programme), choice__in=CHOSEN.values(), closed_from=None
    )
    locked = list(rows.select_related("direction", "indicator").order_by("pk"))
    refuse_if_changed(seen=seen, shown=shown_of_rows(locked), refusal=SomebodySavedFirst)
    changed = [row for row in locked if row.choice != CHOSEN[row.pk in chosen]]
    if not changed:
        raise TargetRefused("Ничего не изменено: выбраны те же строки. Отметьте то, что меняется.")
    for direction in {direction_of(row) for row in changed}:
        require(actor, Permission.PROGRAMME_EDIT, at=programme.unit, direction=direction)
    for row in changed:
        before, row.choice = row.get_choice_display(), CHOSEN[row.pk in chosen]
        row.save(update_fields=["choice"])
        record(
            actor=actor,
            action="programme.row_chosen" if row.choice == RowChoice.CHOSEN else "programme.row_left",
            target=programme,
            now=now,
            before={"row": f"{row}: {before}"},
            after={"row": f"{row}: {row.get_choice_display()}"},
        )
    return changed


def _write(target: Target, wanted: Wanted, change: TargetChange, signature: Signature) -> None:
    """Write the figures, the change beside them and the event of the programme."""
    place = target.programme_indicator
    named, before = f"{place.number}, {target.period}", said_wanted(target)
    for name in FIGURES:
        setattr(target, name, getattr(wanted, name))
    target.save(update_fields=[*FIGURES])
    change.became = _kept(target)
    change.save()
    record(
        actor=change.changed_by,
        action="programme.target_settled" if change.is_settling else "programme.target_changed",
        target=place.programme,
        now=change.changed_at,
        before={"target": f"{named}: {before}"},
        after={"target": f"{named}: {said_wanted(target)}", **signature.told},
        reason=_in_words(change),
    )


def hold_programme(programme: Programme) -> Programme:
    """
    Lock a programme whose promises are to be changed, and return it as it is now.

    :raises TargetRefused: while it is being considered
    """
    held = Programme.objects.select_for_update(of=("self",)).select_related("unit").get(pk=programme.pk)
    if held.status == ProgrammeStatus.SUBMITTED:
        raise TargetRefused(f"Программа «{held}» на согласовании: цели в это время не меняют. Дождитесь решения.")
    return held


def hold_target(target: Target) -> Target:
    """
    Lock a target that is to be changed, and return it as it is now.

    :raises TargetRefused: if somebody has withdrawn it
    """
    rows = Target.objects.select_for_update(of=("self",)).select_related("period", "unit")
    held = rows.filter(pk=target.pk).first()
    if held is None:
        raise TargetRefused("Эту цель кто-то снял, пока вы на неё смотрели. Вернитесь к целям программы.")
    return held


def check_wanted(place: ProgrammeIndicator, target: Target, wanted: Wanted) -> None:
    """:raises TargetRefused: if what a target is to ask does not suit it, its row or its indicator."""
    if place.is_closed_in(target.period.year):
        raise TargetRefused(
            f"Строка закрыта с {place.closed_from} года: в документе её больше нет, целей ей не ставят."
        )
    common = place.targets.filter(period=target.period, unit=None).first() or target
    edition = place.indicator.editions.filter(is_current=True).first()
    kind = edition.kind if edition is not None else ""
    for sentence in refusals_of(wanted, kind=kind, scope=common.scope, year=target.period.year):
        raise TargetRefused(sentence)
    if _kept(target) == _kept_of(wanted):
        raise TargetRefused("Ничего не изменено: цель та же. Исправьте то, что меняется.")


def _check_reason(programme: Programme, cause: str, reason: str, order: Order | None, *, is_settling: bool) -> None:
    if is_settling and (not reason.strip() or order is None or not order.number.strip()):
        raise NoReason("Сравнение определяют решением. Впишите, что решено, номер и дату документа.")
    is_unexplained = cause not in CAUSES or not reason.strip()
    if programme.status == ProgrammeStatus.APPROVED and not is_settling and is_unexplained:
        raise NoReason("Программа утверждена: цель меняют с причиной. Выберите причину и напишите её словами.")


def _document(
    programme: Programme,
    place: ProgrammeIndicator,
    order: Order,
    actor: User,
    now: datetime,
    direction: int | None,
) -> Document:
    words = f"Решение о цели показателя {place.number}: {programme}"[:500]
    return file_order(
        unit=programme.unit,
        title=words,
        order=order,
        permission=Permission.PROGRAMME_EDIT,
        direction=direction,
        actor=actor,
        now=now,
    )


def _kept(target: Target) -> dict[str, object]:
    return _kept_of(Wanted(**{name: getattr(target, name) for name in FIGURES}))


def kept_of(target: Target) -> dict[str, object]:
    """Return all that a target asks and its words, as a change by a package keeps it."""
    return {**_kept(target), "scope": str(target.scope), "verbatim": target.verbatim}


def _kept_of(wanted: Wanted) -> dict[str, object]:
    figures = {"value": wanted.value, "upper": wanted.upper, "band": wanted.band}
    said = {name: None if one is None else f"{Decimal(one).normalize():f}" for name, one in figures.items()}
    also = wanted.also and {**wanted.also, "value": f"{Decimal(str(wanted.also['value'])).normalize():f}"}
    return {"operator": str(wanted.operator), "base_year": wanted.base_year, "also": also, **said}


def _in_words(change: TargetChange) -> str:
    label = ChangeCause(change.cause).label if change.cause else ""
    return "; ".join(filter(None, [str(label), change.reason, str(change.document or "")]))


def refuse_unexplained(programme: Programme, reason: str, asked: str = "почему это меняется") -> None:
    """:raises NoReason: if a programme is approved and nobody says why its promises change"""
    if programme.status == ProgrammeStatus.APPROVED and not reason.strip():
        raise NoReason(f"Программа утверждена: напишите одним предложением, {asked}.")
