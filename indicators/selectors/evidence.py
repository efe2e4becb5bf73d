"""Which entered values a document stands behind."""

from collections.abc import Iterator

from accounts.models import User
from documents.models import Document
from documents.registry import Usage
from indicators.enums import PeriodKind
from indicators.models import Observation

MOST = 100


def observations_by_document(document: Document, user: User) -> Iterator[Usage]:
    """Name the values confirmed by a document, as far as somebody may see them."""
    seen = Observation.objects.told_to(user).filter(document=document, replaced_at=None)
    for row in seen.select_related("element", "unit", "period").order_by("-pk")[:MOST]:
        shorter = "" if row.period.kind == PeriodKind.YEAR else f"&period={row.period.code}"
        query = f"?unit={row.unit_id}&year={row.period.year}{shorter}"
        category = f", {row.category_name}" if row.category else ""
        title = f"{row.element}{category} — {row.unit}, {row.period}"
        yield Usage("Внесённое значение", title, ("indicators:entry",), query)
