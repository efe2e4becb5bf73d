"""Reads of the register of documents."""

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.permissions import Permission
from common.russian import search_key
from documents.models import Document


def document_register(*, user: User) -> QuerySet[Document]:
    """Return the documents that somebody may see, with their units, newest first."""
    visible = Document.objects.visible_to(user, Permission.PROGRAMME_VIEW)
    return visible.select_related("unit", "filed_by").order_by("-dated_on", "-pk")


def searched(documents: QuerySet[Document], text: str) -> QuerySet[Document]:
    """Keep documents whose title, number or unit has every word of a query."""
    for word in search_key(text).split():
        documents = documents.filter(
            Q(title__icontains=word) | Q(number__icontains=word) | Q(unit__search_key__contains=word)
        )
    return documents
