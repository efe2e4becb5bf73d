"""
Writing what was observed: one value or a block of them, with proof, never over what somebody else saved meanwhile.

An entry is not changed: a newer one replaces it and both stay. What depends on it is computed at once if that is
little, or left to a worker. What becomes of an entry, that it is sent, accepted or returned, is said by `reviewing`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from accounts.services.audit import record, written_together
from documents.enums import DocumentKind
from documents.models import Document
from documents.services.filing import DocumentRefused, file_document
from indicators.enums import COUNTED, EntryStatus
from indicators.models import Observation, SourceSystem
from indicators.services.documents import note_document
from indicators.services.entries import (
    ANYTHING,
    AlreadyAccepted,
    Cell,
    Entry,
    Evidence,
    EvidenceMissing,
    NotYourDirection,
    ObservationRefused,
    SomebodySavedFirst,
    said_of,
)
from indicators.services.entry_rights import AnotherDirection, Writer, fact_of
from indicators.services.entry_rules import Beside, check_entry, look_beside, wholes_first
from indicators.services.recalculation import recalculate_soon, request_recalculation
from indicators.services.systems import check_system, is_over_system
from schools.services.signing import SignatoryRefused, Signature, signed

LOCK_SPACE = 4_102  # of advisory locks: one for each unit, so that two people cannot both fill an empty cell
FORM: Final = "form"  # typed into the portal; anything else comes in blocks that nobody waits for


@dataclass(slots=True)
class Outcome:
    """What came of a block: entries as they stand now (None: emptied), and those refused with the reason."""

    saved: list[tuple[Entry, Observation | None]] = field(default_factory=list)
    refused: list[tuple[Entry, ObservationRefused]] = field(default_factory=list)


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
    *,
    entries: Sequence[Entry],
    actor: User,
    now: datetime,
    via: str = FORM,
    signatory: User | None = None,
    status: EntryStatus = EntryStatus.SUBMITTED,
) -> Outcome:
    """
    Write a block of values: what can be written is, what cannot comes back with its reason.

    `signatory` answers for the values that an order proves; each place has its own where nobody is named. With the
    `status` of a draft nothing is counted until it is submitted; what is submitted already is mended as such.
    """
    writer = Writer(actor, now, via, signatory, status)
    writer.look_at({entry.unit.pk: entry.unit for entry in entries}.values(), {entry.element for entry in entries})
    lock_units({entry.unit.pk for entry in entries})
    standing, beside = _standing(entries), look_beside(entries)
    outcome, written = Outcome(), []
    with written_together():
        for entry in wholes_first(entries):
            before = standing.get(entry.cell)
            try:
                after = _write(entry, before, writer, beside)
            except ObservationRefused as refusal:
                outcome.refused.append((entry, refusal))
                beside.put(entry.cell, before.value if before else None)
                continue
            outcome.saved.append((entry, after))
            if after is not before:
                standing[entry.cell] = after
                if _is_counted(before) or _is_counted(after):
                    written.append(entry)
    if written:
        refresh_values(written, actor=actor, now=now, reason="внесено", at_once=via == FORM)
    return outcome


def withdraw_observation(*, observation: Observation, actor: User, now: datetime) -> None:
    """
    Empty a cell: the entry stays in the history and counts no more.

    :raises SomebodySavedFirst: if it has been replaced meanwhile
    """
    cell = (observation.element, observation.unit, observation.period)
    entry = Entry(*cell, None, seen=observation.pk, category=observation.category)
    enter_observation(entry=entry, actor=actor, now=now)


def lock_units(unit_ids: set[int]) -> None:
    """Let nobody else write values of these units until the transaction ends."""
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
    ).select_related("document", "entered_by", "system")
    return {(row.element_id, row.unit_id, row.period_id, row.category): row for row in rows}


def _write(entry: Entry, before: Observation | None, writer: Writer, beside: Beside) -> Observation | None:
    actor, now = writer.actor, writer.now
    check_entry(entry, beside, today=timezone.localdate(now))
    if before is None and entry.value is None:
        return None
    direction = _direction(entry, writer)
    proof = _proof(entry, before)
    if before is not None and entry.value is not None and _is_same(entry, before, proof, writer):
        return before
    _refuse_accepted(entry, before, writer)
    check_system(entry, before, writer)
    _refuse_if_overtaken(entry, before, writer.system)
    if entry.value and entry.element.needs_evidence and proof is None:
        raise EvidenceMissing(
            f"«{said_of(entry.element, entry.value)}» без доказательства не сохраняется: "
            "вставьте ссылку на документ или впишите номер и дату приказа."
        )
    signature = _signature(entry, proof, writer)
    document = _filed(entry, proof, direction, writer) if isinstance(proof, Evidence) else proof
    if before is not None:  # nothing is refused from here on
        Observation.objects.filter(pk=before.pk).update(replaced_at=now)
        before.replaced_at = now
    with signed(signature):
        after = None if entry.value is None else _created(entry, before, document, writer, signature)
    record(
        actor=actor,
        action="observation.withdrawn" if after is None else "observation.entered",
        target=after or before,
        now=now,
        before=None if before is None else printed(before),
        after=None if after is None else printed(after) | signature.told,
    )
    return after


def _signature(entry: Entry, proof: Document | Evidence | None, writer: Writer) -> Signature:
    """Whoever types in an order names who answers for it; without an order nobody is named."""
    kind = proof.kind if isinstance(proof, Document) else _kind_of(proof) if proof is not None else None
    if kind != DocumentKind.ORDER or entry.evidence is None:
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
        category=entry.category,
        value=entry.value,
        document=document,
        comment=entry.comment.strip(),
        via=writer.via,
        entered_by=writer.actor,
        entered_at=writer.now,
        signatory=before.signatory if kept else signature.user,
        signed_as=before.signed_as if kept else signature.words,
        status=_status_after(before, writer),
        remark=before.remark if before is not None and not before.is_accepted else "",
        system=writer.system,
        is_over_system=is_over_system(before, writer),
    )


def _direction(entry: Entry, writer: Writer) -> int | None:
    try:
        return writer.direction_of(entry.element, entry.unit)
    except AnotherDirection as foreign:
        raise NotYourDirection(str(foreign)) from foreign


def _proof(entry: Entry, before: Observation | None) -> Document | Evidence | None:
    """The proof that stands already, or that is to be filed once nothing refuses the value; «нет» needs none."""
    standing = before.document if before is not None else None
    if not entry.value:
        return None
    if entry.evidence is None:
        return standing
    if entry.evidence.is_empty:
        return None
    if standing is not None and _requisites(standing) == {"unit_id": entry.unit.pk, **_filing(entry.evidence, entry)}:
        return standing
    return entry.evidence


def _kind_of(evidence: Evidence) -> DocumentKind:
    return DocumentKind.ORDER if evidence.number.strip() else DocumentKind.PAGE


def _filing(evidence: Evidence, entry: Entry) -> dict[str, Any]:
    """The requisites by which a proof is filed, but for the unit."""
    return {
        "kind": _kind_of(evidence),
        "title": entry.element.name[:500].strip(),
        "number": evidence.number.strip(),
        "dated_on": evidence.dated_on,
        "url": evidence.url.strip(),
    }


def _requisites(document: Document) -> dict[str, object] | None:
    """The same of a document that stands in the register; one that names a place in a paper was filed elsewhere."""
    names = ("unit_id", "kind", "title", "number", "dated_on", "url")
    return None if document.page_reference else {name: getattr(document, name) for name in names}


def _filed(entry: Entry, evidence: Evidence, direction: int | None, writer: Writer) -> Document:
    told = {"actor": writer.actor, "now": writer.now, "permission": Permission.OBSERVATION_ENTER}
    try:
        document = file_document(unit=entry.unit, **_filing(evidence, entry), direction=direction, **told)
    except DocumentRefused as refusal:
        raise ObservationRefused(str(refusal)) from refusal
    note_document(document, actor=writer.actor, now=writer.now)
    return document


def _status_after(before: Observation | None, writer: Writer) -> EntryStatus:
    """What a system sends it answers for itself; what is counted already is mended without falling out."""
    if writer.system is not None:
        return EntryStatus.ACCEPTED
    if _is_counted(before):
        return EntryStatus.SUBMITTED
    return writer.status


def _is_counted(row: Observation | None) -> bool:
    return row is not None and row.status in COUNTED


def _refuse_accepted(entry: Entry, before: Observation | None, writer: Writer) -> None:
    if before is None or not before.is_accepted or before.system_id is not None or writer.system is not None:
        return
    said = said_of(entry.element, before.value)
    raise AlreadyAccepted(f"Значение «{said}» уже принято. Чтобы исправить его, принявший должен вернуть запись.")


def _is_same(entry: Entry, before: Observation, proof: Document | Evidence | None, writer: Writer) -> bool:
    if writer.status != EntryStatus.DRAFT and not _is_counted(before):
        return False  # sent as it is, it is no draft any more
    is_proved_alike = before.document == proof
    return before.value == entry.value and is_proved_alike and before.comment == entry.comment.strip()


def _refuse_if_overtaken(entry: Entry, before: Observation | None, system: SourceSystem | None) -> None:
    if entry.seen == ANYTHING or entry.seen == (before.pk if before else None):
        return
    wanted = "пусто" if entry.value is None else f"«{said_of(entry.element, entry.value)}»"
    if before is None:
        raise SomebodySavedFirst(
            f"Пока вы правили, запись убрали. Вы вносили {wanted}. Сохраните ещё раз, чтобы внести её.", None
        )
    if system is not None and before.status not in COUNTED:
        raise SomebodySavedFirst(f"Значение правят в портале и ещё не отправили. Вы вносили {wanted}.", before)
    moment = timezone.localtime(before.entered_at)
    raise SomebodySavedFirst(
        f"Пока вы правили, {before.entered_by.full_name or before.entered_by.login} "
        f"в {moment:%H:%M %d.%m.%Y} внёс(ла) «{said_of(entry.element, before.value)}», а вы вносили {wanted}. "
        "Оставьте то, что есть, или сохраните своё ещё раз.",
        before,
    )


def printed(row: Observation) -> dict[str, str]:
    """Return what the trail of actions says of an entry: the value once it is sent, for many read the trail."""
    category = {"category": row.category_name} if row.category else {}
    if row.status not in COUNTED:
        return {"status": row.status} | category
    said = {"value": str(row.value), "document": str(row.document or ""), "comment": row.comment, "status": row.status}
    return said | category


def refresh_values(
    entries: Sequence[Entry] | Sequence[Observation], *, actor: User, now: datetime, reason: str, at_once: bool
) -> None:
    """Compute what depends on cells: for whoever fills a form at once, of a block from elsewhere by a worker."""
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
        reason=f"{reason}: {first.unit.short_name}, «{first.element.name}»{more}",
    )
