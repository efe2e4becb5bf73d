"""Reads of the register of documents."""

from django.db.models import DateField, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Least, Lower, Replace, TruncDate
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from common.russian import search_key
from documents.models import Document
from schools.enums import Kind
from schools.models import Unit
from schools.selectors.geography import Geography
from schools.selectors.placed import placed


def document_register(*, user: User) -> QuerySet[Document]:
    """Return the documents of somebody's territory and of the units above it, with their units."""
    seen = Document.objects.known_to(user, Permission.PROGRAMME_VIEW)
    return seen.select_related("unit", "filed_by")


def documents_placed(documents: QuerySet[Document], *, is_today: bool) -> QuerySet[Document]:
    """Add what each document's unit stands in: today, or on the document's own day."""
    day = timezone.localdate()
    own = Least(Coalesce(F("dated_on"), TruncDate("filed_at")), Value(day, output_field=DateField()))
    return placed(documents, Geography(day, is_today), on=own)


def searched(documents: QuerySet[Document], text: str) -> QuerySet[Document]:
    """Keep documents whose title, number or unit has every word of a query; ё is е, case does not matter."""
    documents = documents.alias(title_key=Replace(Lower("title"), Value("ё"), Value("е")))
    for word in search_key(text).split():
        documents = documents.filter(
            Q(title_key__contains=word) | Q(number__icontains=word) | Q(unit__search_key__contains=word)
        )
    return documents


def municipalities(*, user: User, is_today: bool) -> list[tuple[int, str]]:
    """Return the municipalities, of today or of any day, that somebody may choose in a filter, in Russian order."""
    seen = Unit.objects.visible_to(user, Permission.PROGRAMME_VIEW).of_kind(Kind.MUNICIPALITY)
    seen = seen.filter(closed_on=None) if is_today else seen
    return list(seen.in_order().values_list("pk", "short_name"))
