"""What the register of documents is narrowed by."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.db.models import QuerySet

from documents.enums import DocumentKind
from documents.models import Document
from documents.selectors import searched
from schools.models import Unit

LINKS = [("yes", "есть ссылка"), ("no", "нет ссылки")]


class DocumentFilter(forms.Form):
    """Narrows the register; what is not understood is as if it were not there."""

    q = forms.CharField(label="Найти", required=False)
    kind = forms.ChoiceField(label="Вид", choices=[("", "все"), *DocumentKind.choices], required=False)
    within = forms.TypedChoiceField(label="Муниципалитет", coerce=int, empty_value=None, required=False)
    link = forms.ChoiceField(label="Ссылка", choices=[("", "любая"), *LINKS], required=False)

    def __init__(self, *args, municipalities: Iterable[Unit], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["within"].choices = [("", "все"), *((unit.pk, unit.short_name) for unit in municipalities)]

    def narrow(self, documents: QuerySet[Document]) -> QuerySet[Document]:
        """Keep what the filled fields ask for."""
        self.is_valid()
        asked = self.cleaned_data
        if asked.get("q"):
            documents = searched(documents, asked["q"])
        if asked.get("kind"):
            documents = documents.filter(kind=asked["kind"])
        if asked.get("within"):
            documents = documents.filter(unit__path__contains=f"/{asked['within']}/")
        if asked.get("link"):
            documents = documents.exclude(url="") if asked["link"] == "yes" else documents.filter(url="")
        return documents
