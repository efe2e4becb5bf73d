"""Shapes of what is typed about the roadmap; the rules themselves are in the services."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django import forms
from django.db.models import QuerySet

from common.two_editors import TwoEditors
from documents.enums import DocumentKind
from documents.services.filing import Paper
from programmes.models import Direction
from roadmap.enums import ResultState
from roadmap.models import ResultWindow
from schools.models import Unit

DAY = {"invalid": "Такого дня нет. Запишите его как 31.12.2021."}


def day_widget() -> forms.DateInput:
    """Return a field that the browser shows as a calendar."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class GridFilter(forms.Form):
    """Narrows the roadmap; what is not understood is as if it were not there."""

    place = forms.TypedChoiceField(label="Чьё выполнение", coerce=int, empty_value=None, required=False)
    direction = forms.TypedChoiceField(label="Направление", coerce=int, empty_value=None, required=False)
    body = forms.ChoiceField(label="Исполнитель", required=False)
    state = forms.ChoiceField(label="Состояние", choices=[("", "любое"), *ResultState.choices], required=False)
    on = forms.DateField(label="На день", required=False, widget=day_widget())

    def __init__(
        self, *args, places: Iterable[Unit], directions: Iterable[Direction], bodies: Iterable[str], **kwargs
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = [(place.pk, place.short_name) for place in places]
        self.fields["direction"].choices = [
            ("", "все"),
            *((each.number, f"{each.number}. {each.short_title or each.title[:60]}") for each in directions),
        ]
        self.fields["body"].choices = [("", "все"), *((body, body) for body in bodies)]

    def asked(self, name: str, otherwise: object = None) -> object:
        """Return what a field asks for, or the other value where it is empty or not understood."""
        self.is_valid()
        value = self.cleaned_data.get(name)
        return otherwise if value in (None, "") else value


class ResultFilter(forms.Form):
    """Narrows the list of units that owe a result."""

    window = forms.TypedChoiceField(label="Срок", coerce=int, empty_value=None, required=False)
    state = forms.ChoiceField(label="Состояние", choices=[("", "любое"), *ResultState.choices], required=False)
    q = forms.CharField(label="Найти", required=False)

    def __init__(self, *args, windows: Iterable[ResultWindow], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["window"].choices = [(each.number, str(each)) for each in windows]
        if len(self.fields["window"].choices) < 2:
            self.fields["window"].widget = forms.HiddenInput()


class ExecutionForm(TwoEditors):
    """What a unit did about a result: the day, the document that fixes it, a word of explanation."""

    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label="Кто выполнил",
        empty_label="выберите",
        error_messages={
            "required": "Не выбрано, кто выполнил. Выберите из списка.",
            "invalid_choice": "За эту организацию вы выполнение не отмечаете. Выберите из списка.",
        },
    )
    window_number = forms.TypedChoiceField(label="Срок", coerce=int)
    done_on = forms.DateField(
        label="День выполнения",
        required=False,
        widget=day_widget(),
        error_messages=DAY,
        help_text="Оставьте пустым, если ещё выполняется.",
    )
    proof_kind = forms.ChoiceField(label="Вид документа", choices=DocumentKind.choices, initial=DocumentKind.ORDER)
    proof_title = forms.CharField(label="Документ, закрепляющий результат", max_length=500, required=False)
    proof_number = forms.CharField(label="Номер документа", max_length=60, required=False)
    proof_date = forms.DateField(label="Дата документа", required=False, widget=day_widget(), error_messages=DAY)
    proof_url = forms.CharField(label="Ссылка на документ", max_length=600, required=False, widget=forms.URLInput())
    comment = forms.CharField(label="Пояснение", required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, units: QuerySet[Unit], windows: Iterable[ResultWindow], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units
        self.fields["window_number"].choices = [(each.number, str(each)) for each in windows]
        if len(self.fields["window_number"].choices) == 1:
            self.fields["window_number"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, object]:
        """Ask for the document's title wherever anything else of it is written."""
        given = super().clean()
        rest = [given.get("proof_number"), given.get("proof_date"), given.get("proof_url")]
        if any(rest) and not given.get("proof_title"):
            self.add_error("proof_title", "У документа нет названия. Впишите, как он называется.")
        return given

    @property
    def proof(self) -> Paper | None:
        """The document, if one was written down."""
        given = self.cleaned_data
        if not given.get("proof_title"):
            return None
        return Paper(
            kind=DocumentKind(given["proof_kind"]),
            title=given["proof_title"],
            number=given.get("proof_number", ""),
            dated_on=given.get("proof_date"),
            url=given.get("proof_url", ""),
        )


class ReturnForm(forms.Form):
    """Why an execution is returned."""

    reason = forms.CharField(
        label="Чего не хватает",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Не сказано, почему выполнение возвращается. Напишите, чего не хватает."},
    )


def day_or(text: str, otherwise: date) -> date:
    """Read a day of the address, or return the other one."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return otherwise
