"""What was done about the promised results: reported with a document, accepted or returned by another person."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from accounts.services.audit import record
from common.versions import ChangedMeanwhile, refuse_if_changed
from documents.enums import DocumentKind
from documents.models import Document
from documents.services.filing import Paper, file_document
from indicators.services.documents import note_document
from indicators.services.recalculation import request_recalculation
from programmes.enums import ProgrammeStatus
from roadmap.enums import ExecutionState
from roadmap.models import Activity, Execution, ExpectedResult, ResultWindow
from schools.access import can, require
from schools.models import Unit
from schools.services.signing import signature_of, signed

FACTS = {"выполнено_в_срок", "результатов_к_сроку", "мсо_выполнено_в_срок", "мсо_результатов_к_сроку"}
ACCEPTED_FIELDS = ["accepted_by", "accepted_at", "accepted_signatory", "accepted_signed_as"]


class ExecutionRefused(ValueError):
    """The execution cannot be written so; the message is for the person."""


class SomebodySavedFirst(ExecutionRefused, ChangedMeanwhile):
    """The execution has been written since the person looked."""


@transaction.atomic
def report_execution(
    *,
    result: ExpectedResult,
    unit: Unit,
    actor: User,
    now: datetime,
    done_on: date | None,
    proof: Paper | None = None,
    comment: str = "",
    window_number: int = 1,
    seen: str = "",
    signatory: User | None = None,
) -> Execution:
    """
    Write that a unit carried out a result, or, without a day, that it is being carried out.

    `seen` is the mark of what the person was shown (`shown_of`), `signatory` who answers for what is written.

    :raises NotAllowed: if the actor may not, or only about another direction
    :raises SomebodySavedFirst: if it has been written since the person looked
    :raises SignatoryRefused: if the one who is named does not answer for the data of this place
    :raises ExecutionRefused: if the unit does not answer for it, the day is ahead or the proof is missing
    """
    direction = direction_of(result.activity)
    require(actor, Permission.EXECUTION_ENTER, at=unit, direction=direction)
    _check(result=result, unit=unit, window_number=window_number, done_on=done_on, now=now)
    Unit.objects.select_for_update().get(pk=unit.pk)  # of two who report the same at once one waits
    row = Execution.objects.select_for_update().filter(result=result, unit=unit, window_number=window_number).first()
    refuse_if_changed(seen=seen, shown=shown_of(row), refusal=SomebodySavedFirst)
    if row and row.state == ExecutionState.ACCEPTED:
        raise ExecutionRefused("Выполнение уже принято. Чтобы исправить его, принявший должен вернуть запись.")
    signature = signature_of(permission=Permission.DATA_SIGN, at=unit, actor=actor, chosen=signatory)
    document = _proof(proof, unit, actor, now, direction) or (row.document if row else None)
    if done_on and document is None:
        raise ExecutionRefused(
            "Нет документа, закрепляющего результат. Впишите его название и номер с датой или ссылку."
        )
    before = _state(row) if row else None
    row = row or Execution(result=result, unit=unit, window_number=window_number)
    row.state = ExecutionState.REPORTED if done_on else ExecutionState.IN_PROGRESS
    row.done_on, row.document, row.comment, row.return_comment = done_on, document, comment.strip(), ""
    row.reported_by, row.reported_at = actor, now
    row.reported_signatory, row.reported_signed_as = signature.user, signature.words
    with signed(signature):
        row.save()
        after = _state(row) | signature.told
        record(actor=actor, action="execution.reported", target=row, now=now, before=before, after=after)
    _note(row, actor, now)
    return row


@transaction.atomic
def accept_execution(
    *, execution: Execution, actor: User, now: datetime, seen: str = "", signatory: User | None = None
) -> Execution:
    """
    Accept a reported execution; `seen` is the mark of what the person was shown (`shown_of`).

    `signatory` is who has accepted it, where the actor only writes that down.

    :raises ExecutionRefused: if the actor reported it, it is not reported, or says otherwise than was shown
    :raises SignatoryRefused: if the one who is named may not accept there
    """
    locked = _locked(execution)
    direction = direction_of(locked.result.activity)
    require(actor, Permission.EXECUTION_ACCEPT, at=locked.unit, direction=direction)
    words = "Пока вы смотрели, запись изменили. Сверьте то, что в ней теперь, и примите ещё раз."
    refuse_if_changed(seen=seen, shown=shown_of(locked), refusal=SomebodySavedFirst, words=words)
    if locked.state != ExecutionState.REPORTED:
        raise ExecutionRefused(f"Принять можно отмеченное выполненным, а это — «{locked.get_state_display()}».")
    if locked.reported_by_id == actor.pk and not actor.is_system:
        raise ExecutionRefused("Принимает не тот, кто отметил выполнение. Попросите другого.")
    signature = signature_of(
        permission=Permission.EXECUTION_ACCEPT, at=locked.unit, actor=actor, chosen=signatory, direction=direction
    )
    before = _state(locked)
    locked.state, locked.accepted_by, locked.accepted_at = ExecutionState.ACCEPTED, actor, now
    locked.accepted_signatory, locked.accepted_signed_as = signature.user, signature.words
    with signed(signature):
        locked.save(update_fields=["state", *ACCEPTED_FIELDS])
        after = _state(locked) | signature.told
        record(actor=actor, action="execution.accepted", target=locked, now=now, before=before, after=after)
    _note(locked, actor, now)
    return locked


@transaction.atomic
def return_execution(*, execution: Execution, reason: str, actor: User, now: datetime) -> Execution:
    """
    Return a reported or accepted execution with the reason; whoever reviews returns what is only reported.

    :raises ExecutionRefused: if there is no reason
    """
    locked = _locked(execution)
    direction = direction_of(locked.result.activity)
    is_reviewed = locked.state == ExecutionState.REPORTED
    if not (is_reviewed and can(actor, Permission.REVIEW, at=locked.unit, direction=direction)):
        require(actor, Permission.EXECUTION_ACCEPT, at=locked.unit, direction=direction)
    if locked.state not in (ExecutionState.REPORTED, ExecutionState.ACCEPTED):
        raise ExecutionRefused(f"Возвращать нечего: «{locked.get_state_display()}».")
    if not reason.strip():
        raise ExecutionRefused("Не сказано, почему выполнение возвращается. Напишите, чего не хватает.")
    before = _state(locked)
    locked.state, locked.return_comment = ExecutionState.RETURNED, reason.strip()
    locked.accepted_by = locked.accepted_at = locked.accepted_signatory = None
    locked.accepted_signed_as = ""
    locked.save(update_fields=["state", "return_comment", *ACCEPTED_FIELDS])
    record(
        actor=actor,
        action="execution.returned",
        target=locked,
        now=now,
        before=before,
        after=_state(locked),
        reason=reason,
    )
    _note(locked, actor, now)
    return locked


def _check(*, result: ExpectedResult, unit: Unit, window_number: int, done_on: date | None, now: datetime) -> None:
    activity = result.activity
    if unit.kind not in activity.answering:
        raise ExecutionRefused(f"За мероприятие {activity.number} отвечает {activity.responsible_text}, а не «{unit}».")
    if activity.programme.status != ProgrammeStatus.APPROVED:
        raise ExecutionRefused(f"Программа «{activity.programme}» не утверждена: отмечать выполнение рано.")
    if not ResultWindow.objects.filter(result=result, number=window_number).exists():
        raise ExecutionRefused(f"У результата нет срока № {window_number}.")
    if done_on and done_on > timezone.localdate(now):
        raise ExecutionRefused(f"День выполнения {done_on:%d.%m.%Y} ещё не наступил. Проверьте дату.")


def direction_of(activity: Activity) -> int | None:
    """Return the number of the direction that an activity belongs to, None where it belongs to none."""
    return activity.direction.number if activity.direction_id else None


def shown_of(execution: Execution | None) -> dict[str, object]:
    """Return what a form shows of an execution, by the names of its fields; its state goes with them."""
    document = execution.document if execution else None
    return {
        "state": execution.state if execution else "",
        "done_on": execution.done_on if execution else None,
        "comment": execution.comment if execution else "",
        "proof_kind": document.kind if document else DocumentKind.ORDER,
        "proof_title": document.title if document else "",
        "proof_number": document.number if document else "",
        "proof_date": document.dated_on if document else None,
        "proof_url": document.url if document else "",
    }


def _proof(proof: Paper | None, unit: Unit, actor: User, now: datetime, direction: int | None) -> Document | None:
    if proof is None:
        return None
    document = file_document(
        unit=unit,
        kind=proof.kind,
        title=proof.title,
        number=proof.number,
        dated_on=proof.dated_on,
        url=proof.url,
        actor=actor,
        now=now,
        permission=Permission.EXECUTION_ENTER,
        direction=direction,
    )
    note_document(document, actor=actor, now=now)
    return document


def _locked(execution: Execution) -> Execution:
    rows = Execution.objects.select_for_update(of=("self",)).select_related(
        "unit", "result__activity__direction", "document"
    )
    return rows.get(pk=execution.pk)


def _note(execution: Execution, actor: User, now: datetime) -> None:
    request_recalculation(
        facts=FACTS,
        unit_ids=[execution.unit_id],
        years={execution.result.year, *_years_of_the_term(execution)},
        actor=actor,
        now=now,
        reason=f"Дорожная карта: {execution.get_state_display()} ({execution.unit})",
    )


def _years_of_the_term(execution: Execution) -> set[int]:
    """A term counts in the year in which it ends, which may be the next one."""
    windows = ResultWindow.objects.filter(result=execution.result_id, number=execution.window_number)
    return {ends_on.year for ends_on in windows.values_list("ends_on", flat=True)}


def _state(execution: Execution) -> dict[str, str]:
    return {
        "state": execution.state,
        "done_on": str(execution.done_on or ""),
        "document": str(execution.document or ""),
    }
