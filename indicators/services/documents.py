"""A document filed behind something: what formulas ask of the register of documents has changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from accounts.models import User
from accounts.permissions import Permission
from documents.enums import DocumentKind
from documents.models import Document
from documents.services.filing import file_document
from indicators.facts.documents import DOCUMENTS, HAS_DOCUMENT
from indicators.models import IndicatorEdition
from indicators.services.recalculation import request_recalculation
from schools.models import Unit


@dataclass(frozen=True, slots=True)
class Order:
    """An order by its requisites, as a person writes them down: what is decided by it is said by whoever files it."""

    number: str
    dated_on: date | None
    url: str = ""
    title: str = ""  # as on the paper, where it is asked for


def file_order(
    *,
    unit: Unit,
    title: str,
    order: Order,
    permission: Permission,
    actor: User,
    now: datetime,
    direction: int | None = None,
) -> Document:
    """
    File the order by which something is decided at a unit, and leave the note that its documents have changed.

    :raises DocumentRefused: if its requisites do not make a document
    """
    document = file_document(
        unit=unit,
        kind=DocumentKind.ORDER,
        title=title,
        number=order.number,
        dated_on=order.dated_on,
        url=order.url,
        permission=permission,
        direction=direction,
        actor=actor,
        now=now,
    )
    note_document(document, actor=actor, now=now)
    return document


def note_document(document: Document | None, *, actor: User, now: datetime) -> None:
    """Leave a note, in the caller's transaction, that a unit's documents have changed, if any formula asks of them."""
    if document is None or document.filed_at != now:
        return  # it was there before
    asks = Q(depends_on=None) | Q(depends_on__contains=[DOCUMENTS]) | Q(depends_on__contains=[HAS_DOCUMENT])
    if IndicatorEdition.objects.filter(asks, is_current=True).exists():
        request_recalculation(
            facts={DOCUMENTS, HAS_DOCUMENT},
            unit_ids=[document.unit_id],
            actor=actor,
            now=now,
            reason=f"документ: {document}",
        )
