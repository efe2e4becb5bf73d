"""
Who answers for it that pupils keep their codes from work to work of a procedure, and that this is so no longer.

A declaration holds from its day on: rows that were loaded before have no hash of a pupil and stay without.
"""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission
from accounts.services.audit import record
from documents.models import Document
from documents.services.filing import Paper, file_document
from indicators.services.documents import note_document
from indicators.services.recalculation import request_recalculation
from monitoring.facts import SAME_PUPIL_FACTS
from monitoring.models import Assessment, Procedure
from monitoring.selectors.procedures import who_declares_codes
from monitoring.selectors.same_pupils import pairs_with
from monitoring.services.same_pupils import forget_pupils, join_pupils
from schools.access import require
from schools.models import Unit


class CodesRefused(ValueError):
    """Codes that cannot be declared, or not be withdrawn, as it was asked; the message is for the person."""


@transaction.atomic
def declare_lasting_codes(
    *,
    procedure: Procedure,
    keeper: str,
    document: Paper,
    actor: User,
    now: datetime,
    codes_of: Procedure | None = None,
) -> Procedure:
    """
    Declare that a pupil has one code in all works of a procedure, or of two that share their codes (`codes_of`).

    :raises CodesRefused: if it is declared already, nobody is named, or the other procedure's codes cannot be shared
    :raises DocumentRefused: if the requisites do not make a document
    """
    place, permission = who_declares_codes(procedure)
    require(actor, permission, at=place)
    locked, holder = _locked(procedure, codes_of)
    if locked.has_lasting_codes:
        raise CodesRefused(
            f"Постоянные коды процедуры «{locked}» уже объявлены ({locked.codes_document}): "
            "чтобы объявить иначе, сначала отзовите это объявление."
        )
    keeper = " ".join(keeper.split())
    if len(keeper) < 3:
        raise CodesRefused("Впишите, кто ведёт коды: кто выдаёт их ученикам и следит, чтобы они не менялись.")
    if holder is not None:
        _check_shared(locked, holder)
    filed = _filed(document, place, permission, actor, now)
    locked.codes_keeper, locked.codes_document, locked.codes_of = keeper, filed, holder
    locked.save(update_fields=["codes_keeper", "codes_document", "codes_of"])
    after = {"keeper": keeper, "document": str(filed), "shared_with": str(holder or "")}
    record(actor=actor, action="procedure.codes_declared", target=locked, now=now, after=after)
    join_pupils(_works_of(locked))
    _request(f"объявлены постоянные коды: {locked}", actor, now)
    return locked


@transaction.atomic
def withdraw_lasting_codes(*, procedure: Procedure, reason: str, actor: User, now: datetime) -> Procedure:
    """
    Say that codes of a procedure's pupils do not last, or not any more; what was joined by them is gone.

    :raises CodesRefused: if nothing is declared, no reason is given, or another procedure shares the codes
    """
    place, permission = who_declares_codes(procedure)
    require(actor, permission, at=place)
    locked, _ = _locked(procedure, procedure.codes_of)
    if not locked.has_lasting_codes:
        raise CodesRefused(f"Постоянные коды процедуры «{locked}» не объявлены: отзывать нечего.")
    if not reason.strip():
        raise CodesRefused("Впишите, почему объявление отзывается: коды выданы заново, ошиблись процедурой.")
    sharing = ", ".join(f"«{one}»" for one in locked.sharing_codes.order_by("name"))
    if sharing:
        raise CodesRefused(f"Эти же коды у процедур {sharing}: сначала отзовите их объявления.")
    forget_pupils(pairs_with(_works_of(locked)))
    before = {"keeper": locked.codes_keeper, "document": str(locked.codes_document)}
    locked.codes_keeper, locked.codes_document, locked.codes_of = "", None, None
    locked.save(update_fields=["codes_keeper", "codes_document", "codes_of"])
    record(
        actor=actor, action="procedure.codes_withdrawn", target=locked, now=now, before=before, reason=reason.strip()
    )
    _request(f"отозваны постоянные коды: {locked}", actor, now)
    return locked


def _locked(procedure: Procedure, other: Procedure | None) -> tuple[Procedure, Procedure | None]:
    """Lock a procedure and the one with which it shares codes, in one order for everybody, and as loads do."""
    keys = {procedure.pk, *([other.pk] if other else [])}
    rows = Procedure.objects.select_for_update(no_key=True, of=("self",)).select_related("codes_document", "codes_of")
    found = {one.pk: one for one in rows.filter(pk__in=keys).order_by("pk")}
    return found[procedure.pk], found[other.pk] if other else None


def _check_shared(procedure: Procedure, holder: Procedure) -> None:
    if holder.pk == procedure.pk:
        raise CodesRefused("Процедура и так пользуется своими кодами: другую процедуру выбирать не нужно.")
    if not holder.has_lasting_codes:
        raise CodesRefused(f"У процедуры «{holder}» постоянных кодов нет: сначала объявите их, потом общие с ней.")
    if holder.codes_of_id is not None:
        raise CodesRefused(f"Процедура «{holder}» сама пользуется кодами процедуры «{holder.codes_of}»: выберите её.")
    if holder.owner_id not in (None, procedure.owner_id):
        raise CodesRefused(f"Процедура «{holder}» своя у другого места: общие коды бывают с краевой или со своей.")


def _filed(said: Paper, place: Unit, permission: Permission, actor: User, now: datetime) -> Document:
    filed = file_document(
        unit=place,
        kind=said.kind,
        title=said.title,
        number=said.number,
        dated_on=said.dated_on,
        url=said.url,
        permission=permission,
        actor=actor,
        now=now,
    )
    note_document(filed, actor=actor, now=now)
    return filed


def _request(reason: str, actor: User, now: datetime) -> None:
    request_recalculation(facts=SAME_PUPIL_FACTS, actor=actor, now=now, reason=reason)


def _works_of(procedure: Procedure) -> list[int]:
    return list(Assessment.objects.filter(procedure=procedure).values_list("pk", flat=True))
