"""
Closing a period by order, and opening it again.

A closed period keeps the values that it was closed with: they are official on every page and in every report. What the
data and the definitions of later give is written beside them (`beside`), until the period is opened again by another
order, which takes it over or drops it.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from accounts.services.audit import record
from common.russian import counted
from common.session_facts import reaching_everything
from common.sql import named_sql
from common.versions import ChangedMeanwhile, refuse_if_changed
from documents.models import Document
from indicators.enums import ChangesTaken
from indicators.models import IndicatorEdition, IndicatorValue, Period, PeriodClosing, PinnedEdition, ValueSinceClosing
from indicators.selectors.closings import CLOSABLE, is_over, pinning
from indicators.selectors.pins import is_period_free
from indicators.selectors.staleness import indicator_key
from indicators.services.definitions import region
from indicators.services.documents import Order, file_order
from indicators.services.recalculation import request_recalculation
from schools.access import require
from schools.models import Unit
from schools.services.signing import signature_of, signed

CLOSED_OTHERWISE = "Пока вы смотрели, значения пересчитали. Посмотрите, что закрепляется теперь, и закройте ещё раз."


class PeriodRefused(Exception):
    """A period cannot be closed or opened; the message is for the person."""


class PeriodChanged(ChangedMeanwhile):
    """The period is not what the person was shown."""


@transaction.atomic
def close_period(
    *,
    period: Period,
    order: Order,
    actor: User,
    now: datetime,
    signatory: User | None = None,
    seen: str = "",
) -> PeriodClosing:
    """
    Close a period: its values are official from now on.

    `signatory` is who has signed the order, where the actor only writes it down; `seen` is the mark of what the person
    was shown (`Pinning.shown`).

    :raises PeriodRefused: if it is closed already, has not ended, is being computed or has values that wait for it
    :raises PeriodChanged: if it would pin something else than was shown
    :raises SignatoryRefused: if nobody is named who may sign
    :raises DocumentRefused: if the order's day is ahead or its link is no web address
    """
    here = region()
    require(actor, Permission.PERIOD_CLOSE, at=here)
    locked = _alone(period)
    if locked.closing is not None:
        raise PeriodRefused(f"{_name(locked)}: уже закрыт. Обновите страницу.")
    if locked.kind not in CLOSABLE or not is_over(locked, timezone.localdate(now)):
        raise PeriodRefused(
            f"{_name(locked)}: ещё не закончился. Закрыть можно с {locked.ends_on:%d.%m.%Y}, не раньше."
        )
    found = pinning(locked)
    if found.stale:
        count = counted(found.stale, "показатель", "показателя", "показателей")
        raise PeriodRefused(
            f"{_name(locked)}: {count} ждёт пересчёта. Дождитесь его: ход виден на странице «Пересчёты»."
        )
    if not found.values:
        raise PeriodRefused(f"{_name(locked)}: значений ещё нет, закреплять нечего.")
    refuse_if_changed(seen=seen, shown=found.shown, refusal=PeriodChanged, words=CLOSED_OTHERWISE)
    signature = signature_of(
        permission=Permission.PERIOD_SIGN, at=here, actor=actor, chosen=signatory, is_required=True
    )
    paper = _filed(here, order, f"О закрытии периода: {locked.in_words}", actor, now)
    with signed(signature):
        closing = PeriodClosing.objects.create(
            unit=here,
            period=locked,
            closes=locked,
            order=paper,
            by_order=f"№ {order.number.strip()} от {order.dated_on:%d.%m.%Y}",
            closed_at=now,
            closed_by=actor,
            signatory=signature.user,
            signed_as=signature.words,
        )
        _pin(closing)
        after = {"order": closing.by_order, "values": closing.pinned, **signature.told}
        record(actor=actor, action="period.closed", target=locked, now=now, after=after)
    return closing


@transaction.atomic
def reopen_period(
    *,
    period: Period,
    order: Order,
    reason: str,
    taken: ChangesTaken,
    actor: User,
    now: datetime,
    signatory: User | None = None,
    seen: str = "",
) -> PeriodClosing:
    """
    Open a closed period again; what came out otherwise since is adopted, or dropped until its data change once more.

    `seen` is the mark of what the person was shown (`shown_of`). An indicator that was defined anew meanwhile is
    computed by its new definition whatever is chosen.

    :raises PeriodRefused: if it is not closed, is being computed, or no reason is given
    :raises PeriodChanged: if other values differ now than was shown
    :raises SignatoryRefused: if nobody is named who may sign
    :raises DocumentRefused: if the order's day is ahead or its link is no web address
    """
    here = region()
    require(actor, Permission.PERIOD_CLOSE, at=here)
    locked = _alone(period)
    if locked.closing is None:
        raise PeriodRefused(f"{_name(locked)}: не закрыт, открывать нечего. Обновите страницу.")
    if not reason.strip():
        raise PeriodRefused("Не сказано, почему период открывается снова. Напишите: ошибка в данных, решение комиссии.")
    words = "Пока вы смотрели, изменились другие значения. Посмотрите, какие теперь, и откройте ещё раз."
    refuse_if_changed(seen=seen, shown=shown_of(locked), refusal=PeriodChanged, words=words)
    signature = signature_of(
        permission=Permission.PERIOD_SIGN, at=here, actor=actor, chosen=signatory, is_required=True
    )
    closing, redefined = locked.closing, _redefined(locked.closing)
    closing.reopening_order = _filed(here, order, f"Об открытии периода: {locked.in_words}", actor, now)
    with reaching_everything():
        closing.changes = ValueSinceClosing.objects.filter(period=locked).count()
    closing.reopened_at, closing.reopened_by, closing.changes_taken = now, actor, taken
    closing.reopened_signatory, closing.reopened_signed_as = signature.user, signature.words
    closing.reopening_reason, closing.closes = reason.strip(), None
    with signed(signature):
        closing.save()
        after = {"taken": taken.label, "values": closing.changes, **signature.told}
        before = {"order": closing.by_order}
        record(
            actor=actor,
            action="period.reopened",
            target=locked,
            now=now,
            before=before,
            after=after,
            reason=reason.strip(),
        )
    _take(locked, taken)
    if redefined:
        reason = f"открыт снова: {locked.in_words}"
        request_recalculation(facts=redefined, years={locked.year}, actor=actor, now=now, reason=reason)
    return closing


def shown_of(period: Period) -> dict[str, object]:
    """Return what the page of opening shows of a period."""
    rows = ValueSinceClosing.objects.filter(period=period)
    newest = rows.order_by("-run").values_list("run", flat=True).first()
    return {"closing": period.closing and period.closing.pk, "changed": rows.count(), "run": newest}


def _alone(period: Period) -> Period:
    """Lock a period against whoever closes it too and against recalculations."""
    locked = Period.objects.select_for_update(of=("self",)).select_related("in_force").get(pk=period.pk)
    if not is_period_free(locked):
        raise PeriodRefused(f"{_name(locked)}: сейчас пересчитывается. Повторите через минуту.")
    return locked


def _name(period: Period) -> str:
    return period.in_words[:1].upper() + period.in_words[1:]


def _filed(here: Unit, order: Order, title: str, actor: User, now: datetime) -> Document:
    if not order.number.strip() or order.dated_on is None:
        raise PeriodRefused("Укажите номер и дату приказа.")
    return file_order(unit=here, title=title, order=order, permission=Permission.PERIOD_CLOSE, actor=actor, now=now)


def _pin(closing: PeriodClosing) -> None:
    """Write down by which edition each indicator has values in the period, in whichever region, and how many."""
    with reaching_everything():
        values = IndicatorValue.objects.filter(period=closing.period, edition__is_current=True).order_by()
        closing.pinned = values.count()
        editions = IndicatorEdition.objects.filter(pk__in=values.values("edition").distinct())
        pins = list(editions.values_list("pk", "indicator_id"))
    closing.save(update_fields=["pinned"])
    PinnedEdition.objects.bulk_create(
        PinnedEdition(closing=closing, indicator_id=indicator, edition_id=edition) for edition, indicator in pins
    )


def _redefined(closing: PeriodClosing) -> set[str]:
    """How a note names the indicators that were defined anew since the closing."""
    pins = closing.editions.filter(edition__is_current=False)
    return {indicator_key(code) for code in pins.values_list("indicator__code", flat=True)}


def _take(period: Period, taken: ChangesTaken) -> None:
    """
    Write what differs over the values, if it is adopted; either way nothing stands beside them any more.

    A period is closed and opened for every region, also where the one who does it reaches one of them only.
    """
    with reaching_everything():
        if taken == ChangesTaken.ADOPTED:
            with connection.cursor() as cursor:
                cursor.execute(named_sql("indicators", "values_adopted"), {"period": period.pk})
        ValueSinceClosing.objects.filter(period=period).delete()
