"""A document filed behind something: what formulas ask of the register of documents has changed."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from accounts.models import User
from documents.models import Document
from indicators.facts.documents import DOCUMENTS, HAS_DOCUMENT
from indicators.models import IndicatorEdition
from indicators.services.recalculation import request_recalculation


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
