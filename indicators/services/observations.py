"""
Writing what was observed: one value or a block of them, with proof, never over what somebody else saved meanwhile.

An entry is not changed: a newer one replaces it and both stay. What depends on it is computed at once if that is
little, or left to a worker.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Final, Literal

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from accounts.services.audit import record, written_together
from common.numbers import format_number
from documents.enums import DocumentKind
from documents.models import Document
from documents.services.filing import DocumentRefused, file_document
from indicators.enums import ElementType
from indicators.models import DataElement, Observation, Period
from indicators.services.documents import note_document
from indicators.services.entry_rights import AnotherDirection, Writer, fact_of
from indicators.services.recalculation import recalculate_soon, request_recalculation
from schools.models import Unit
from schools.services.signing import SignatoryRefused, Signature, signed

LOCK_SPACE = 4_102  # of advisory locks: one for each unit, so that two people cannot both fill an empty cell
ANYTHING: Final = "anything"  # whoever writes does not say what stood there before
TOP_STEP = 2
FORM: Final = "form"  # typed into the portal; anything else comes in blocks that nobody waits for
LARGEST = Decimal(10) ** 12


class ObservationRefused(ValueError):
    """The value cannot be written so; the message is for the person."""


class EvidenceMissing(ObservationRefused):
    """The element asks for proof and there is none."""


class SomebodySavedFirst(ObservationRefused):
    """Another value has been saved since the person looked; both are named."""

    def __init__(self, message: str, current: Observation | None) -> None:
        super().__init__(message)
        self.current = current


@dataclass(frozen=True, slots=True)
class Evidence:
    """The document that proves a value: a link, or the number and the day of an order."""

    url: str = ""
    number: str = ""
    dated_on: date | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was given."""
        return not self.url.strip() and not self.number.strip()


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody wants to write: the value of an element for a unit and a period. No value empties the cell."""

    element: DataElement
    unit: Unit
    period: Period
    value: Decimal | None
    evidence: Evidence | None = None  # None: whatever proof is there already stays
    comment: str = ""
    seen: int | None | Literal["anything"] = ANYTHING  # key of the entry that stood there when the person looked


@dataclass(slots=True)
class Outcome:
    """What came of a block: entries as they stand now (None: emptied), and those refused with the reason."""

    saved: list[tuple[Entry, Observation | None]] = field(default_factory=list)
    refused: list[tuple[Entry, ObservationRefused]] = field(default_factory=list)


Cell = tuple[int, int, int]


def enter_observation(*, entry: Entry, actor: User, now: datetime, via: str = FORM) -> Observation | None:
    """
    Write one value, or empty a cell, and compute what depends on it.

    :raises SomebodySavedFirst: if another value was saved since the person looked
    :raises EvidenceMissing: if the element asks for proof and there is none
    :raises ObservationRefused: if the value does not suit the element, the unit or the period
    """
    outcome = enter_observations(entries=[entry], actor=actor, now=now, via=via)
    if outcome.refused:
        raise outcome.refused[0][1]
    return outcome.saved[0][1]


@transaction.atomic
def enter_observations(
    *, entries: Sequence[Entry], actor: User, now: datetime, via: str = FORM, signatory: User | None = None
) -> Outcome:
    """
    Write a block of values: what can be written is, what cannot comes back with its reason.

    `signatory` answers for the values that an order proves; each place has its own where nobody is named.
    """
    writer = Writer(actor, now, via, signatory)
    writer.look_at({entry.unit.pk: entry.unit for entry in entries}.values(), {entry.element for entry in entries})
    _lock({entry.unit.pk for entry in entries})
    standing = _standing(entries)
    outcome, written = Outcome(), []
    with written_together():
        for entry in entries:
            before = standing.get(_cell(entry))
            try:
                after = _write(entry, before, writer)
            except ObservationRefused as refusal:
                outcome.refused.append((entry, refusal))
                continue
            outcome.saved.append((entry, after))
            if after is not before:
                written.append(entry)
                standing[_cell(entry)] = after
    if written:
        _refresh(written, actor, now, at_once=via == FORM)
    return outcome


def withdraw_observation(*, observation: Observation, actor: User, now: datetime) -> None:
    """
    Empty a cell: the entry stays in the history and counts no more.

    :raises SomebodySavedFirst: if it has been replaced meanwhile
    """
    entry = Entry(observation.element, observation.unit, observation.period, None, seen=observation.pk)
    enter_observation(entry=entry, actor=actor, now=now)


def _cell(entry: Entry) -> Cell:
    return entry.element.pk, entry.unit.pk, entry.period.pk


def _lock(unit_ids: set[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, unit_id) FROM unnest(%s::integer[]) AS unit_id",
            [LOCK_SPACE, sorted(unit_ids)],
        )


def _standing(entries: Sequence[Entry]) -> dict[Cell, Observation | None]:
    rows = Observation.objects.filter(
        element__in={entry.element.pk for entry in entries},
        unit__in={entry.unit.pk for entry in entries},
        period__in={entry.period.pk for entry in entries},
        replaced_at=None,
    ).select_related("document", "entered_by")
    return {(row.element_id, row.unit_id, row.period_id): row for row in rows}


def _write(entry: Entry, before: Observation | None, writer: Writer) -> Observation | None:
    actor, now = writer.actor, writer.now
    check_value(entry, today=timezone.localdate(now))
    if before is None and entry.value is None:
        return None
    document = _document(entry, before, writer)
    if before is not None and entry.value is not None and _is_same(entry, before, document):
        return before
    _refuse_if_overtaken(entry, before)
    if entry.value and entry.element.needs_evidence and document is None:
        raise EvidenceMissing(
            f"«{_said(entry.element, entry.value)}» без доказательства не сохраняется: "
            "вставьте ссылку на документ или впишите номер и дату приказа."
        )
    if before is not None:
        Observation.objects.filter(pk=before.pk).update(replaced_at=now)
    signature = _signature(entry, document, writer)
    with signed(signature):
        after = None if entry.value is None else _created(entry, before, document, writer, signature)
    record(
        actor=actor,
        action="observation.withdrawn" if after is None else "observation.entered",
        target=after or before,
        now=now,
        before=None if before is None else _printed(before),
        after=None if after is None else _printed(after) | signature.told,
    )
    return after


def _signature(entry: Entry, document: Document | None, writer: Writer) -> Signature:
    """Whoever types in an order names who answers for it; without an order nobody is named."""
    if document is None or document.kind != DocumentKind.ORDER or entry.evidence is None:
        return Signature(None, "", writer.actor)
    try:
        return writer.signature(entry.unit)
    except SignatoryRefused as refusal:
        raise ObservationRefused(str(refusal)) from refusal


def _created(
    entry: Entry, before: Observation | None, document: Document | None, writer: Writer, signature: Signature
) -> Observation:
    is_kept = before is not None and document is not None and signature.user is None
    kept = is_kept and before.document_id == document.pk  # the same paper, signed by whom it was signed
    return Observation.objects.create(
        element=entry.element,
        unit=entry.unit,
        period=entry.period,
        value=entry.value,
        document=document,
        comment=entry.comment.strip(),
        via=writer.via,
        entered_by=writer.actor,
        entered_at=writer.now,
        signatory=before.signatory if kept else signature.user,
        signed_as=before.signed_as if kept else signature.words,
    )


def check_value(entry: Entry, *, today: date) -> None:
    """:raises ObservationRefused: if the value does not suit the element, the unit or the period."""
    element, value = entry.element, entry.value
    if entry.unit.kind != element.level:
        raise ObservationRefused(
            f"«{element.name}» вносит {element.get_level_display()}, а {entry.unit.short_name} — "
            f"{entry.unit.get_kind_display()}. Откройте форму нужной территории."
        )
    if element.asked_under_id and f"/{element.asked_under_id}/" not in entry.unit.path:
        raise ObservationRefused(f"«{element.name}» спрашивают не здесь: это показатель другой территории.")
    if entry.period.starts_on > today:
        raise ObservationRefused(f"{entry.period} год ещё не начался: вносить за него рано.")
    if value is None:
        return
    if element.type == ElementType.YES_NO and value not in (0, 1):
        raise ObservationRefused("Здесь отвечают «да» или «нет».")
    if element.type == ElementType.THREE_STATE and value not in (0, 1, TOP_STEP):
        raise ObservationRefused("Здесь выбирают одно из трёх состояний.")
    if element.type == ElementType.COUNT and (value < 0 or value != value.to_integral_value()):
        raise ObservationRefused(
            f"Здесь нужно целое число не меньше нуля, а внесено {format_number(value)}. Исправьте число."
        )
    if abs(value) >= LARGEST:
        raise ObservationRefused(f"Число {format_number(value)} слишком велико. Проверьте, нет ли лишних цифр.")


def _document(entry: Entry, before: Observation | None, writer: Writer) -> Document | None:
    """The proof given now, else the one that is there already; «нет» needs none."""
    try:
        direction = writer.direction_of(entry.element, entry.unit)
    except AnotherDirection as foreign:
        raise ObservationRefused(str(foreign)) from foreign
    if not entry.value:
        return None
    if entry.evidence is None:
        return before.document if before is not None else None
    if entry.evidence.is_empty:
        return None
    try:
        document = file_document(
            unit=entry.unit,
            kind=DocumentKind.ORDER if entry.evidence.number.strip() else DocumentKind.PAGE,
            title=entry.element.name[:500],
            number=entry.evidence.number,
            dated_on=entry.evidence.dated_on,
            url=entry.evidence.url,
            actor=writer.actor,
            now=writer.now,
            permission=Permission.OBSERVATION_ENTER,
            direction=direction,
        )
        note_document(document, actor=writer.actor, now=writer.now)
        return document
    except DocumentRefused as refusal:
        raise ObservationRefused(str(refusal)) from refusal


def _is_same(entry: Entry, before: Observation, document: Document | None) -> bool:
    same_document = before.document_id == (document.pk if document else None)
    return before.value == entry.value and same_document and before.comment == entry.comment.strip()


def _refuse_if_overtaken(entry: Entry, before: Observation | None) -> None:
    if entry.seen == ANYTHING or entry.seen == (before.pk if before else None):
        return
    wanted = "пусто" if entry.value is None else f"«{_said(entry.element, entry.value)}»"
    if before is None:
        raise SomebodySavedFirst(
            f"Пока Вы правили, запись убрали. Вы вносили {wanted}. Сохраните ещё раз, чтобы внести её.", None
        )
    moment = timezone.localtime(before.entered_at)
    raise SomebodySavedFirst(
        f"Пока Вы правили, {before.entered_by.full_name or before.entered_by.login} "
        f"в {moment:%H:%M %d.%m.%Y} внёс(ла) «{_said(entry.element, before.value)}», а Вы вносили {wanted}. "
        "Оставьте то, что есть, или сохраните своё ещё раз.",
        before,
    )


def _said(element: DataElement, value: Decimal) -> str:
    """The value in the words of its form."""
    if element.type == ElementType.YES_NO:
        return "да" if value else "нет"
    if element.type == ElementType.THREE_STATE:
        return element.states.get(str(int(value)), str(int(value)))
    return format_number(value)


def _printed(row: Observation) -> dict[str, str]:
    return {"value": str(row.value), "document": str(row.document or ""), "comment": row.comment}


def _refresh(entries: Sequence[Entry], actor: User, now: datetime, *, at_once: bool) -> None:
    """Whoever fills a form sees what comes of it at once; a block from elsewhere leaves that to a worker."""
    elements = {entry.element.pk: entry.element for entry in entries}.values()
    periods = {entry.period.pk: entry.period for entry in entries}.values()
    first = entries[0]
    more = "" if len(entries) == 1 else f" и ещё {len(entries) - 1}"
    refresh = recalculate_soon if at_once else request_recalculation
    refresh(
        facts={fact_of(element) for element in elements},
        unit_ids={entry.unit.pk for entry in entries},
        years={period.year for period in periods},
        actor=actor,
        now=now,
        reason=f"внесено: {first.unit.short_name}, «{first.element.name}»{more}",
    )
