"""Reads of the register of documents."""

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Lower, Replace

from accounts.models import User
from accounts.permissions import Permission
from common.russian import search_key
from documents.models import Document
from schools.enums import Kind
from schools.models import Unit


def document_register(*, user: User) -> QuerySet[Document]:
    """Return the documents of somebody's territory and of the units above it, with their units."""
    seen = Document.objects.known_to(user, Permission.PROGRAMME_VIEW)
    return seen.select_related("unit__parent", "filed_by")


def searched(documents: QuerySet[Document], text: str) -> QuerySet[Document]:
    """Keep documents whose title, number or unit has every word of a query; ё is е, case does not matter."""
    documents = documents.alias(title_key=Replace(Lower("title"), Value("ё"), Value("е")))
    for word in search_key(text).split():
        documents = documents.filter(
            Q(title_key__contains=word) | Q(number__icontains=word) | Q(unit__search_key__contains=word)
        )
    return documents


def municipalities(*, user: User) -> QuerySet[Unit]:
    """Return the municipalities that somebody may choose in a filter, in Russian order."""
    return Unit.objects.visible_to(user, Permission.PROGRAMME_VIEW).of_kind(Kind.MUNICIPALITY).in_order()
