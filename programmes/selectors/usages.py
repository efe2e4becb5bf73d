"""Which programmes a document stands behind."""

from collections.abc import Iterator

from accounts.models import User
from documents.models import Document
from documents.registry import Usage
from programmes.models import Programme


def programmes_by_document(document: Document, user: User) -> Iterator[Usage]:
    """Name the programmes approved by a document, as far as somebody may read them."""
    for programme in Programme.objects.readable_by(user).filter(document=document).order_by("pk"):
        yield Usage(programme.get_kind_display(), str(programme), ("programmes:programme", programme.pk))
