"""Which programmes, and which changes of their targets, a document stands behind."""

from collections.abc import Iterator

from django.db.models.functions import Coalesce

from accounts.models import User
from documents.models import Document
from documents.registry import Usage
from programmes.models import Programme, TargetChange


def programmes_by_document(document: Document, user: User) -> Iterator[Usage]:
    """Name the programmes approved by a document, or changed in their targets, as far as somebody may read them."""
    for programme in Programme.objects.readable_by(user).filter(document=document).order_by("pk"):
        yield Usage(programme.get_kind_display(), str(programme), ("programmes:programme", programme.pk))
    changes = TargetChange.objects.filter(document=document).annotate(
        programme_id=Coalesce("target__programme_indicator__programme", "withdrawn_from__programme")
    )
    readable = Programme.objects.readable_by(user).filter(pk__in=changes.values("programme_id"))
    for programme in readable.order_by("pk"):
        yield Usage("Изменение цели", str(programme), ("programmes:target-list", programme.pk))
