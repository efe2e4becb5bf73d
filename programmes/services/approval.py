"""
The way of a programme to approval: submitted, then approved by order or returned with the reason.

It is approved a step above its owner: a school's programme by the municipality, a municipality's by the region, and
never by the one who submitted it. The order is the municipality's or the school's own document; here it is checked.
"""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from accounts.services.audit import record
from common.versions import refuse_if_changed
from documents.models import Document
from indicators.services.documents import Order, file_order
from indicators.services.recalculation import request_recalculation
from programmes.enums import ProgrammeKind, ProgrammeStatus
from programmes.models import Programme
from programmes.services.drafting import EDITABLE, ProgrammeRefused, SomebodySavedFirst, shown_of
from schools.access import can, require
from schools.models import Unit
from schools.services.signing import Signature, signature_of, signed

FACTS_OF = {
    ProgrammeKind.MUNICIPAL: {"мппко_утверждена", "мппко_реализуется"},
    ProgrammeKind.MUNICIPAL_MEASURES: {"мппко_утверждена", "мппко_реализуется"},
    ProgrammeKind.SCHOOL: {"шппко_утверждена", "шппко_реализуется"},
    ProgrammeKind.REGIONAL: {"рппко_утверждена"},
}


SUBMITTED_FIELDS = ["status", "submitted_by", "submitted_at", "submitted_signatory", "submitted_signed_as"]
APPROVED_FIELDS = [
    "status",
    "approved_on",
    "approved_at",
    "approved_by",
    "approved_signatory",
    "approved_signed_as",
    "document",
]


class NotSubmitted(ProgrammeRefused):
    """Only a submitted programme can be approved or returned."""


class NoOrder(ProgrammeRefused):
    """A programme is approved by an order with a number and a date."""


class OwnProgramme(ProgrammeRefused):
    """Whoever submitted a programme does not approve it."""


def approving_unit(programme: Programme) -> Unit:
    """Return the place whose approval a programme needs: a step above its owner."""
    return programme.unit.parent or programme.unit


@transaction.atomic
def submit_programme(*, programme: Programme, actor: User, now: datetime, signatory: User | None = None) -> Programme:
    """
    Hand a draft in for approval. `signatory` is who answers for it, if that is not the actor.

    :raises NoOrder: if its order is not there yet
    :raises SignatoryRefused: if the one who is named may not sign programmes of this place
    """
    require(actor, Permission.PROGRAMME_EDIT, at=programme.unit)
    locked = _locked(programme)
    if locked.status not in EDITABLE:
        raise ProgrammeRefused(f"Программа «{locked}» уже {locked.get_status_display()}.")
    if locked.document is None:
        raise NoOrder(f"У программы «{locked}» нет приказа. Впишите номер и дату приказа, которым она утверждена.")
    signature = signature_of(permission=Permission.PROGRAMME_SIGN, at=locked.unit, actor=actor, chosen=signatory)
    before = {"status": locked.status}
    locked.status, locked.submitted_by, locked.submitted_at = ProgrammeStatus.SUBMITTED, actor, now
    locked.submitted_signatory, locked.submitted_signed_as = signature.user, signature.words
    locked.return_comment = ""
    with signed(signature):
        locked.save(update_fields=[*SUBMITTED_FIELDS, "return_comment"])
        after = signature.told or None
        record(actor=actor, action="programme.submitted", target=locked, now=now, before=before, after=after)
    return locked


@transaction.atomic
def approve_programme(
    *,
    programme: Programme,
    actor: User,
    now: datetime,
    order: Order | None = None,
    signatory: User | None = None,
    seen: str = "",
) -> Programme:
    """
    Approve a submitted programme by its order, or by the one given here.

    `signatory` is who has signed that, where the actor only writes it down.
    `seen` is the mark of what the person was shown (`shown_of`): nobody approves what he has not read.

    :raises SomebodySavedFirst: if it says otherwise than was shown
    :raises NotSubmitted: if it is not submitted
    :raises OwnProgramme: if the actor submitted it
    :raises NoOrder: if no order with a number and a date stands behind it
    :raises SignatoryRefused: if nobody is named who may sign programmes there
    """
    require(actor, Permission.PROGRAMME_APPROVE, at=approving_unit(programme))
    locked = _locked(programme)
    if locked.status != ProgrammeStatus.SUBMITTED:
        raise NotSubmitted(f"Программа «{locked}» — {locked.get_status_display()}; утвердить можно только поданную.")
    if locked.submitted_by_id == actor.pk and not actor.is_system:
        raise OwnProgramme("Программу утверждает не тот, кто её подал. Попросите другого утверждающего.")
    words = "Пока вы смотрели, программу изменили. Прочитайте, что в ней теперь, и утвердите ещё раз."
    refuse_if_changed(seen=seen, shown=shown_of(locked), refusal=SomebodySavedFirst, words=words)
    signature = approval_signature(locked, actor, signatory)
    before = {"status": locked.status, "order": str(locked.document or "")}
    if order is not None:
        locked.document = _order(locked, order, actor, now)
    approved_on = _day_of(locked, timezone.localdate(now))
    locked.status, locked.approved_on, locked.approved_at = ProgrammeStatus.APPROVED, approved_on, now
    locked.approved_by = actor
    locked.approved_signatory, locked.approved_signed_as = signature.user, signature.words
    after = {"status": locked.status, "order": str(locked.document), **signature.told}
    with signed(signature):
        locked.save(update_fields=APPROVED_FIELDS)
        record(actor=actor, action="programme.approved", target=locked, now=now, before=before, after=after)
    note_recalculation(programme=locked, actor=actor, now=now, reason=f"Утверждена программа «{locked}»")
    return locked


@transaction.atomic
def return_programme(*, programme: Programme, reason: str, actor: User, now: datetime) -> Programme:
    """
    Return a submitted programme with the reason: whoever approves it, or an expert who reviews it.

    :raises NotSubmitted: if it is not submitted
    """
    if not can(actor, Permission.REVIEW, at=programme.unit):
        require(actor, Permission.PROGRAMME_APPROVE, at=approving_unit(programme))
    locked = _locked(programme)
    if locked.status != ProgrammeStatus.SUBMITTED:
        raise NotSubmitted(f"Программа «{locked}» — {locked.get_status_display()}; вернуть можно только поданную.")
    if not reason.strip():
        raise ProgrammeRefused("Не сказано, почему программа возвращается. Напишите, что исправить.")
    before = {"status": locked.status}
    locked.status, locked.return_comment = ProgrammeStatus.RETURNED, reason.strip()
    locked.save(update_fields=["status", "return_comment"])
    record(actor=actor, action="programme.returned", target=locked, now=now, before=before, reason=reason.strip())
    return locked


def approval_signature(programme: Programme, actor: User, chosen: User | None) -> Signature:
    """Say who signs what is approved of a programme. :raises SignatoryRefused: if nobody is named who may"""
    at = approving_unit(programme)
    return signature_of(permission=Permission.PROGRAMME_SIGN, at=at, actor=actor, chosen=chosen, is_required=True)


def note_recalculation(*, programme: Programme, actor: User, now: datetime, reason: str) -> None:
    """Leave a note that what counts programmes has changed in the years that the programme touches."""
    facts = FACTS_OF.get(ProgrammeKind(programme.kind))
    if facts:
        years = set(range(programme.starts_on.year, programme.ends_on.year + 1)) | {programme.approved_on.year}
        request_recalculation(
            facts=facts, unit_ids=[programme.unit_id], years=years, actor=actor, now=now, reason=reason
        )


def _locked(programme: Programme) -> Programme:
    rows = Programme.objects.select_for_update(of=("self",)).select_related("unit__parent", "document")
    return rows.get(pk=programme.pk)


def _order(programme: Programme, order: Order, actor: User, now: datetime) -> Document:
    return file_order(
        unit=programme.unit,
        title=f"Приказ об утверждении: {programme.title}"[:500],
        order=order,
        permission=Permission.PROGRAMME_APPROVE,
        actor=actor,
        now=now,
    )


def _day_of(programme: Programme, today: date) -> date:
    document = programme.document
    if document is None or not document.number or document.dated_on is None:
        raise NoOrder(
            f"У программы «{programme}» нет приказа с номером и датой. Впишите их — без приказа её не утвердить."
        )
    if document.dated_on > today:
        raise NoOrder(f"Приказ от {document.dated_on:%d.%m.%Y} ещё не наступил. Проверьте дату.")
    return document.dated_on
