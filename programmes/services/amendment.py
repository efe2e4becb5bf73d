"""Changes of an approved programme: by a new order, with the reason, and never without a trace."""

from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission
from accounts.services.audit import record
from common.russian import search_key
from common.versions import refuse_if_changed
from indicators.services.documents import Order, file_order
from programmes.enums import ProgrammeStatus
from programmes.models import Programme
from programmes.services.approval import approval_signature, approving_unit, note_recalculation
from programmes.services.drafting import ProgrammeRefused, SomebodySavedFirst, check_text_and_term, state_of
from schools.access import require
from schools.services.signing import signed


class NotApproved(ProgrammeRefused):
    """Only an approved programme is amended; a draft is corrected."""


@transaction.atomic
def amend_programme(
    *,
    programme: Programme,
    title: str,
    starts_on: date,
    ends_on: date,
    order: Order,
    reason: str,
    actor: User,
    now: datetime,
    seen: str = "",
    signatory: User | None = None,
) -> Programme:
    """
    Change an approved programme by an order of amendment; it stays approved by its first order.

    `seen` is the mark of what the person was shown (`shown_to_amend`).

    :raises SomebodySavedFirst: if it has been changed since the person looked
    :raises NotApproved: if it is not approved
    :raises ProgrammeRefused: if nothing is changed, there is no reason, or the order is older than the approval
    :raises SignatoryRefused: if nobody is named who may sign programmes there
    """
    require(actor, Permission.PROGRAMME_APPROVE, at=approving_unit(programme))
    rows = Programme.objects.select_for_update(of=("self",)).select_related("unit__parent", "document")
    locked = rows.get(pk=programme.pk)
    refuse_if_changed(seen=seen, shown=shown_to_amend(locked), refusal=SomebodySavedFirst)
    _check(locked, title=title, starts_on=starts_on, ends_on=ends_on, order=order, reason=reason)
    signature = approval_signature(locked, actor, signatory)
    before = state_of(locked)
    document = file_order(
        unit=locked.unit,
        title=f"Приказ об изменении: {title.strip()}"[:500],
        order=order,
        permission=Permission.PROGRAMME_APPROVE,
        actor=actor,
        now=now,
    )
    # Both terms: the years that the programme has left are recalculated as well as those it has come to.
    note_recalculation(programme=locked, actor=actor, now=now, reason=f"Изменена программа «{locked}»")
    locked.title, locked.starts_on, locked.ends_on = title.strip(), starts_on, ends_on
    locked.search_key = search_key(f"{title} {locked.unit.name}")[:800]
    with signed(signature):
        locked.save(update_fields=["title", "starts_on", "ends_on", "search_key"])
    note_recalculation(programme=locked, actor=actor, now=now, reason=f"Изменена программа «{locked}»")
    after = {**state_of(locked), "order": str(document), **signature.told}
    record(
        actor=actor,
        action="programme.amended",
        target=locked,
        now=now,
        before=before,
        after=after,
        reason=reason.strip(),
    )
    return locked


def shown_to_amend(programme: Programme) -> dict[str, object]:
    """Return what the form of an amendment shows of a programme; the order of the amendment is a new one."""
    return {"title": programme.title, "starts_on": programme.starts_on, "ends_on": programme.ends_on}


def _check(programme: Programme, *, title: str, starts_on: date, ends_on: date, order: Order, reason: str) -> None:
    if programme.status != ProgrammeStatus.APPROVED:
        raise NotApproved(f"Программа «{programme}» — {programme.get_status_display()}: изменяют только утверждённую.")
    check_text_and_term(title=title, starts_on=starts_on, ends_on=ends_on)
    if (title.strip(), starts_on, ends_on) == (programme.title, programme.starts_on, programme.ends_on):
        raise ProgrammeRefused("Ничего не изменено: название и срок те же. Исправьте то, что меняет приказ.")
    if not reason.strip():
        raise ProgrammeRefused("Не сказано, почему программа меняется. Напишите причину одним предложением.")
    if not order.number.strip():
        raise ProgrammeRefused("Нет номера приказа. Утверждённую программу меняют только приказом с номером и датой.")
    if order.dated_on < programme.approved_on:
        raise ProgrammeRefused(
            f"Приказ об изменении от {order.dated_on:%d.%m.%Y} раньше утверждения программы "
            f"{programme.approved_on:%d.%m.%Y}. Проверьте дату."
        )
