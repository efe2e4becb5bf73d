"""Forms of ordering an identification, of changing a list and of approving it, and of answering a recommendation."""

from django import forms
from django.db.models import QuerySet

from common.two_editors import TwoEditors
from common.years import format_academic_year
from indicators.services.documents import Order
from monitoring.enums import LISTED, Category
from monitoring.models import MethodologyEdition
from monitoring.services.identification_lists import USUAL_TITLE
from schools.forms.signatory import SignatoryForm


class RunForm(forms.Form):
    """Which year's results, by which method."""

    year = forms.TypedChoiceField(label="Новейший учебный год результатов", coerce=int)
    edition = forms.ModelChoiceField(label="Методика", queryset=MethodologyEdition.objects.none(), empty_label=None)

    def __init__(
        self, *args: object, years: list[int], editions: QuerySet[MethodologyEdition], **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(year, format_academic_year(year)) for year in years]
        self.fields["edition"].queryset = editions


class EntryForm(TwoEditors):
    """How a school stands on a list, and why if otherwise than computed."""

    categories = forms.MultipleChoiceField(
        label="В списке как",
        choices=[(str(one), Category(one).label) for one in LISTED],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Ничего не отмечено — школы в списке нет.",
    )
    reason = forms.CharField(
        label="Почему иначе, чем посчитано",
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=2000,
        help_text="Нужно, если список расходится с расчётом: решение комиссии, апелляция, ошибка в данных.",
    )


class OrderForm(SignatoryForm):
    """The requisites of the order that approves a list, and who has signed it."""

    field_order = ("number", "dated_on", "title", "url", "signatory")

    number = forms.CharField(label="Номер приказа", max_length=100)
    dated_on = forms.DateField(label="Дата приказа", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    title = forms.CharField(label="Заголовок приказа", max_length=500, initial=USUAL_TITLE)
    url = forms.URLField(
        label="Ссылка на приказ", required=False, max_length=1000, assume_scheme="https",
        help_text="Страница или файл на официальном сайте.",
    )  # fmt: skip

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def order(self) -> Order:
        """Return the order as the service takes it."""
        return Order(**{name: self.cleaned_data[name] for name in ("number", "dated_on", "title", "url")})

    def look_again(self, seen: str) -> None:
        """Take what the list says now for seen, keeping everything that was typed."""
        self.data = self.data.copy()
        self.data["seen"] = seen


class AnswerForm(TwoEditors):
    """What is answered to a recommendation."""

    state = forms.ChoiceField(
        label="Ответ", choices=[("accepted", "Принять"), ("declined", "Отклонить"), ("done", "Выполнена")]
    )
    answer = forms.CharField(
        label="Пояснение", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Нужно, если отклоняете или выполнили.",
    )  # fmt: skip
    next = forms.CharField(required=False, widget=forms.HiddenInput)
