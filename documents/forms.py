"""What the register of documents is narrowed by."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.db.models import QuerySet

from documents.enums import DocumentKind
from documents.models import Document
from documents.selectors import searched
from schools.selectors.placed import standing_in

LINKS = [("yes", "есть ссылка"), ("no", "нет ссылки")]


class DocumentFilter(forms.Form):
    """Narrows the register; what is not understood is as if it were not there."""

    q = forms.CharField(label="Найти", required=False)
    kind = forms.ChoiceField(label="Вид", choices=[("", "все"), *DocumentKind.choices], required=False)
    within = forms.TypedChoiceField(label="Муниципалитет", coerce=int, empty_value=None, required=False)
    link = forms.ChoiceField(label="Ссылка", choices=[("", "любая"), *LINKS], required=False)

    def __init__(self, *args, municipalities: Iterable[tuple[int, str]], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["within"].choices = [("", "все"), *municipalities]

    def narrow(self, documents: QuerySet[Document]) -> QuerySet[Document]:
        """Keep of documents placed what the filled fields ask for."""
        self.is_valid()
        asked = self.cleaned_data
        if asked.get("q"):
            documents = searched(documents, asked["q"])
        if asked.get("kind"):
            documents = documents.filter(kind=asked["kind"])
        if asked.get("within"):
            documents = standing_in(documents, asked["within"])
        if asked.get("link"):
            documents = documents.exclude(url="") if asked["link"] == "yes" else documents.filter(url="")
        return documents
