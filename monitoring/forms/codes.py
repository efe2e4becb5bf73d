"""Forms of declaring that pupils keep their codes from work to work, and of taking that back."""

from django import forms
from django.db.models import QuerySet

from documents.enums import DocumentKind
from documents.services.filing import Paper
from monitoring.models import Procedure

_KINDS = (DocumentKind.ORDER, DocumentKind.AGREEMENT, DocumentKind.METHODOLOGY, DocumentKind.OTHER)


class CodesForm(forms.Form):
    """Who keeps the codes, by which document, and with which procedure they are shared."""

    keeper = forms.CharField(
        label="Кто ведёт коды",
        max_length=200,
        help_text="Кто выдаёт код ученику и следит, чтобы код не менялся, в том числе при переходе в другую школу.",
    )
    kind = forms.ChoiceField(label="Каким документом это сказано", choices=[(one.value, one.label) for one in _KINDS])
    title = forms.CharField(label="Название документа", max_length=500)
    number = forms.CharField(label="Номер", max_length=60, required=False)
    dated_on = forms.DateField(
        label="Дата", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    url = forms.URLField(
        label="Ссылка", required=False, max_length=600, assume_scheme="https", help_text="Нужен номер или ссылка."
    )
    codes_of = forms.ModelChoiceField(
        queryset=Procedure.objects.none(),
        label="Коды общие с процедурой",
        required=False,
        empty_label="нет, свои",
        help_text="Тогда работы двух процедур сравнятся между собой по тем же ученикам.",
    )

    def __init__(self, *args: object, sharing: QuerySet[Procedure], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["codes_of"].queryset = sharing

    def document(self) -> Paper:
        """Return the document as the service takes it."""
        said = self.cleaned_data
        return Paper(DocumentKind(said["kind"]), said["title"], said["number"], said["dated_on"], said["url"])


class WithdrawForm(forms.Form):
    """Why the codes last no longer."""

    reason = forms.CharField(label="Почему отзывается", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
