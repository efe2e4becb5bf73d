"""Registering the programmes of municipalities and schools, and correcting them until they are submitted."""

from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission
from accounts.services.audit import record
from common.russian import search_key
from common.versions import ChangedMeanwhile, refuse_if_changed
from documents.models import Document
from indicators.services.documents import Order, file_order
from programmes.enums import ProgrammeKind, ProgrammeStatus
from programmes.models import Programme
from schools.access import require
from schools.enums import Kind
from schools.models import Unit

EDITABLE = (ProgrammeStatus.DRAFT, ProgrammeStatus.RETURNED)
OWNER = {
    ProgrammeKind.REGIONAL: Kind.REGION,
    ProgrammeKind.MUNICIPAL: Kind.MUNICIPALITY,
    ProgrammeKind.MUNICIPAL_MEASURES: Kind.MUNICIPALITY,
    ProgrammeKind.SCHOOL: Kind.SCHOOL,
    ProgrammeKind.CONCEPT: Kind.MUNICIPALITY,
    ProgrammeKind.PLAN: Kind.MUNICIPALITY,
    ProgrammeKind.RESOLUTION: Kind.REGION,
}
LONGEST_TERM_YEARS = 10


class ProgrammeRefused(ValueError):
    """The programme cannot be written so; the message is for the person."""


class NotEditable(ProgrammeRefused):
    """The programme is submitted or approved."""


class SomebodySavedFirst(ProgrammeRefused, ChangedMeanwhile):
    """The programme has been changed since the person looked."""


@transaction.atomic
def draft_programme(
    *,
    unit: Unit,
    kind: ProgrammeKind,
    title: str,
    starts_on: date,
    ends_on: date,
    actor: User,
    now: datetime,
    order: Order | None = None,
) -> Programme:
    """
    Register a programme of a municipality or a school as a draft.

    :raises ProgrammeRefused: if the kind does not suit the unit, the term is wrong, or the same one is registered
    """
    require(actor, Permission.PROGRAMME_EDIT, at=unit)
    if OWNER[kind] != unit.kind:
        raise ProgrammeRefused(
            f"«{unit.short_name}» — {unit.get_kind_display()}, "
            f"а {kind.label} — программа другого уровня: {OWNER[kind].label}."
        )
    check_text_and_term(title=title, starts_on=starts_on, ends_on=ends_on)
    Unit.objects.select_for_update().get(pk=unit.pk)  # of two who register the same programme at once one waits
    _refuse_repetition(unit=unit, kind=kind, starts_on=starts_on, ends_on=ends_on)
    programme = Programme.objects.create(
        code=_free_code(unit, kind, starts_on),
        kind=kind,
        unit=unit,
        title=title.strip(),
        search_key=search_key(f"{title} {unit.name}")[:800],
        starts_on=starts_on,
        ends_on=ends_on,
        document=_order(unit, title, order, actor, now),
    )
    record(actor=actor, action="programme.drafted", target=programme, now=now, after=state_of(programme))
    return programme


@transaction.atomic
def correct_programme(
    *,
    programme: Programme,
    title: str,
    starts_on: date,
    ends_on: date,
    actor: User,
    now: datetime,
    order: Order | None = None,
    seen: str = "",
) -> Programme:
    """
    Correct a draft or a returned programme. `seen` is the mark of what the person was shown (`shown_of`).

    :raises NotEditable: if it is submitted or approved
    :raises SomebodySavedFirst: if it has been changed since the person looked
    """
    require(actor, Permission.PROGRAMME_EDIT, at=programme.unit)
    locked = Programme.objects.select_for_update(of=("self",)).select_related("unit", "document").get(pk=programme.pk)
    if locked.status not in EDITABLE:
        raise NotEditable(
            f"Программа «{locked}» {locked.get_status_display()}: править можно черновик или возвращённую."
        )
    check_text_and_term(title=title, starts_on=starts_on, ends_on=ends_on)
    refuse_if_changed(seen=seen, shown=shown_of(locked), refusal=SomebodySavedFirst)
    before = state_of(locked)
    locked.title, locked.starts_on, locked.ends_on = title.strip(), starts_on, ends_on
    locked.search_key = search_key(f"{title} {locked.unit.name}")[:800]
    locked.document = _order(locked.unit, title, order, actor, now) or locked.document
    locked.save(update_fields=["title", "starts_on", "ends_on", "search_key", "document"])
    record(actor=actor, action="programme.corrected", target=locked, now=now, before=before, after=state_of(locked))
    return locked


def check_text_and_term(*, title: str, starts_on: date, ends_on: date) -> None:
    """:raises ProgrammeRefused: if there is no title, or the term makes no sense."""
    if len(title.strip()) < 5:
        raise ProgrammeRefused("У программы нет названия. Впишите его так, как в приказе.")
    if ends_on < starts_on:
        raise ProgrammeRefused(
            f"Программа кончается {ends_on:%d.%m.%Y} раньше, чем начинается {starts_on:%d.%m.%Y}. "
            "Поменяйте дни местами."
        )
    if ends_on.year - starts_on.year > LONGEST_TERM_YEARS:
        raise ProgrammeRefused(f"Срок программы длиннее {LONGEST_TERM_YEARS} лет. Проверьте годы.")


def _refuse_repetition(*, unit: Unit, kind: ProgrammeKind, starts_on: date, ends_on: date) -> None:
    same = Programme.objects.filter(unit=unit, kind=kind, starts_on=starts_on, ends_on=ends_on).first()
    if same:
        raise ProgrammeRefused(
            f"{kind.label} на этот срок уже есть: «{same}», {same.get_status_display()}. Правьте её."
        )


def _free_code(unit: Unit, kind: ProgrammeKind, starts_on: date) -> str:
    base = f"{unit.code}-{kind.replace('_', '-')}-{starts_on.year}"
    taken = set(Programme.objects.filter(code__startswith=base).values_list("code", flat=True))
    code, number = base, 2
    while code in taken:
        code, number = f"{base}-{number}", number + 1
    return code


def _order(unit: Unit, title: str, order: Order | None, actor: User, now: datetime) -> Document | None:
    if order is None:
        return None
    words = f"Приказ об утверждении: {title.strip()}"[:500]
    return file_order(unit=unit, title=words, order=order, permission=Permission.PROGRAMME_EDIT, actor=actor, now=now)


def state_of(programme: Programme) -> dict[str, str]:
    """Return what the trail keeps of a programme before and after a change."""
    return {
        "title": programme.title,
        "starts_on": str(programme.starts_on),
        "ends_on": str(programme.ends_on),
        "order": str(programme.document or ""),
    }


def shown_of(programme: Programme) -> dict[str, object]:
    """Return what a form shows of a programme, by the names of its fields."""
    document = programme.document
    return {
        "title": programme.title,
        "starts_on": programme.starts_on,
        "ends_on": programme.ends_on,
        "order_number": document.number if document else "",
        "order_date": document.dated_on if document else None,
        "order_url": document.url if document else "",
    }
