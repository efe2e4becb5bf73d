"""The list of schools of an autumn: drafted from a run, changed with reasons, approved by order, never overwritten."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission
from accounts.services.audit import record
from common.versions import ChangedMeanwhile, refuse_if_changed, version_of
from indicators.services.documents import Order, file_order
from indicators.services.recalculation import request_recalculation, years_of_cohort
from monitoring.enums import ListState
from monitoring.models import Finding, IdentificationRun, ListEntry, SchoolList
from monitoring.selectors.runs import put_on_a_list
from schools.access import require
from schools.models import Unit
from schools.services.signing import signature_of, signed

COHORT_FACTS = frozenset({"шнро", "шнсу", "резильентная", "выявлена", "выявленные"})


class ListIsClosed(Exception):
    """An approved or revoked list is not changed; a new one is drafted instead."""


class ReasonMissing(Exception):
    """A school is listed otherwise than computed and nobody said why."""


class NotIdentified(Exception):
    """The school is not part of the run that the list was made from."""


class ListChanged(ChangedMeanwhile):
    """Schools have been put on a list, or taken from it, since the person looked."""


class OrderIncomplete(Exception):
    """An approval names the number and the date of its order."""


USUAL_TITLE = "Об утверждении перечня школ с низкими результатами и школ в неблагоприятных социальных условиях"


@transaction.atomic
def draft_list(*, run: IdentificationRun, actor: User, now: datetime, cohort_year: int | None = None) -> SchoolList:
    """
    Start a list from a run: every school with a category, as computed. The run's own draft is returned if there is one.

    The autumn is that of the year in which the run's academic year ends, unless said otherwise.
    """
    require(actor, Permission.IDENTIFICATION_RUN, at=run.unit)
    year = run.academic_year + 1 if cohort_year is None else cohort_year
    waiting = SchoolList.objects.filter(run=run, cohort_year=year, state=ListState.DRAFT).first()
    if waiting is not None:
        return waiting
    drafted = SchoolList.objects.create(unit=run.unit, cohort_year=year, run=run)
    entries = []
    for unit_id, found in Finding.objects.filter(run=run).values_list("unit_id", "categories"):
        computed = put_on_a_list(found)
        if computed:
            entries.append(ListEntry(school_list=drafted, unit_id=unit_id, categories=computed, computed=computed))
    ListEntry.objects.bulk_create(entries)
    record(actor=actor, action="school_list.drafted", target=drafted, now=now, after={"schools": len(entries)})
    return drafted


@transaction.atomic
def change_entry(
    *,
    school_list: SchoolList,
    unit: Unit,
    categories: Sequence[str],
    reason: str,
    actor: User,
    now: datetime,
    seen: str = "",
) -> ListEntry | None:
    """
    List a school otherwise than computed, or as computed again. Return its entry, None when it has left the list.

    :raises ListIsClosed: if the list is not a draft
    :raises ReasonMissing: if it differs from what was computed and no reason is given
    :raises NotIdentified: if the school was not part of the run
    :raises ChangedMeanwhile: if the entry is no longer what the person was shown (`shown_of`)
    """
    require(actor, Permission.IDENTIFICATION_RUN, at=school_list.unit)
    locked = _draft(school_list)
    finding = Finding.objects.filter(run=locked.run_id, unit=unit).first()
    if finding is None:
        raise NotIdentified(f"{unit.short_name} не участвует в расчёте, по которому составлен список.")
    computed = put_on_a_list(finding.categories)
    wished = put_on_a_list(categories)
    differs = wished != computed
    if differs and not reason.strip():
        raise ReasonMissing(f"{unit.short_name}: укажите, почему школа в списке значится иначе, чем посчитано.")
    entry = ListEntry.objects.filter(school_list=locked, unit=unit).first()
    refuse_if_changed(seen=seen, shown=shown_of(entry))
    before = {"categories": entry.categories if entry else [], "reason": entry.reason if entry else ""}
    if not wished and not computed:
        ListEntry.objects.filter(school_list=locked, unit=unit).delete()
        entry = None
    else:
        entry, _ = ListEntry.objects.update_or_create(
            school_list=locked,
            unit=unit,
            defaults={"categories": wished, "computed": computed, "reason": reason.strip() if differs else ""},
        )
    record(
        actor=actor,
        action="school_list.changed",
        target=unit,
        now=now,
        before=before,
        after={"categories": wished, "list": locked.pk},
        reason=reason.strip(),
    )
    return entry


@transaction.atomic
def approve_list(
    *,
    school_list: SchoolList,
    order: Order,
    actor: User,
    now: datetime,
    seen: str = "",
    signatory: User | None = None,
) -> SchoolList:
    """
    Approve a list by order. The list approved before for the same autumn is kept as revoked.

    `signatory` is who has signed the order, where the actor only writes it down.

    :raises ListIsClosed: if the list is not a draft
    :raises ListChanged: if its schools are no longer those that the person was shown (`version_of_list`)
    :raises OrderIncomplete: if number or date of the order are missing
    :raises DocumentRefused: if its day is ahead or its link is no web address
    :raises SignatoryRefused: if nobody is named who may sign lists
    """
    require(actor, Permission.LIST_APPROVE, at=school_list.unit)
    of_autumn = SchoolList.objects.filter(unit=school_list.unit_id, cohort_year=school_list.cohort_year)
    list(of_autumn.select_for_update().order_by("pk").values_list("pk"))  # of two approvals at once one waits
    locked = _draft(school_list)
    if seen and seen != version_of_list(locked):
        raise ListChanged("Пока вы смотрели, список изменили. Сверьте, кто в нём теперь, и утвердите ещё раз.")
    if not order.number.strip() or order.dated_on is None:
        raise OrderIncomplete("Укажите номер и дату приказа, которым утверждён список.")
    signature = signature_of(
        permission=Permission.LIST_SIGN, at=locked.unit, actor=actor, chosen=signatory, is_required=True
    )
    revoked = _revoke_earlier(locked)
    locked.order = file_order(
        unit=locked.unit,
        title=order.title or USUAL_TITLE,
        order=order,
        permission=Permission.LIST_APPROVE,
        actor=actor,
        now=now,
    )
    locked.state, locked.approved_by, locked.approved_at = ListState.APPROVED, actor, now
    locked.signatory, locked.signed_as = signature.user, signature.words
    schools = locked.entries.exclude(categories=[]).count()
    after = {"order": str(locked.order), "schools": schools, **signature.told}
    with signed(signature):
        locked.save(update_fields=["order", "state", "approved_by", "approved_at", "signatory", "signed_as"])
        before = {"revoked": revoked}
        record(actor=actor, action="school_list.approved", target=locked, now=now, before=before, after=after)
    request_recalculation(
        facts=COHORT_FACTS,
        years=years_of_cohort(locked.cohort_year),
        actor=actor,
        now=now,
        reason=f"Утверждён список школ осени {locked.cohort_year} года",
    )
    return locked


@transaction.atomic
def discard_draft(*, school_list: SchoolList, actor: User, now: datetime) -> None:
    """Throw a draft away. :raises ListIsClosed: if it is not a draft."""
    require(actor, Permission.IDENTIFICATION_RUN, at=school_list.unit)
    locked = _draft(school_list)
    record(actor=actor, action="school_list.discarded", target=locked, now=now)
    locked.delete()


def _revoke_earlier(locked: SchoolList) -> list[int]:
    earlier = SchoolList.objects.select_for_update().filter(
        unit=locked.unit, cohort_year=locked.cohort_year, state=ListState.APPROVED
    )
    revoked = list(earlier.values_list("pk", flat=True))
    earlier.update(state=ListState.REVOKED)
    return revoked


def shown_of(entry: ListEntry | None) -> dict[str, object]:
    """Return what the form shows of a school on a list, by the names of its fields."""
    return {"categories": list(entry.categories) if entry else [], "reason": entry.reason if entry else ""}


def version_of_list(school_list: SchoolList) -> str:
    """Return the mark of who is on a list and how."""
    rows = ListEntry.objects.filter(school_list=school_list).order_by("unit_id").values_list("unit_id", "categories")
    return version_of({str(unit): categories for unit, categories in rows})


def _draft(school_list: SchoolList) -> SchoolList:
    locked = SchoolList.objects.select_for_update().get(pk=school_list.pk)
    if locked.state != ListState.DRAFT:
        raise ListIsClosed("Утверждённый список не меняется: составьте новый черновик и утвердите его новым приказом.")
    return locked
