"""Which executions a document stands behind."""

from collections.abc import Iterator

from accounts.models import User
from accounts.permissions import Permission
from documents.models import Document
from documents.registry import Usage
from roadmap.models import Execution

MOST = 100


def executions_by_document(document: Document, user: User) -> Iterator[Usage]:
    """Name the executions confirmed by a document, as far as somebody may see them."""
    seen = Execution.objects.known_to(user, Permission.PROGRAMME_VIEW).filter(document=document)
    for execution in seen.select_related("result__activity", "unit").order_by("-pk")[:MOST]:
        result = execution.result
        title = f"мероприятие {result.activity.number}, {result.year} год — {execution.unit}: {result.title}"
        yield Usage("Выполнение дорожной карты", title, ("roadmap:execution", execution.pk))
