"""Forms of closing a period by order, and of opening it again."""

from __future__ import annotations

from django import forms

from indicators.enums import ChangesTaken
from indicators.services.documents import Order
from schools.forms.signatory import SignatoryForm


class ClosingForm(SignatoryForm):
    """The requisites of the order that closes a period, and who has signed it."""

    field_order = ("number", "dated_on", "url", "signatory")

    number = forms.CharField(label="Номер приказа", max_length=100)
    dated_on = forms.DateField(label="Дата приказа", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    url = forms.URLField(
        label="Ссылка на приказ", required=False, max_length=1000, assume_scheme="https",
        help_text="Страница или файл на официальном сайте.",
    )  # fmt: skip
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def order(self) -> Order:
        """Return the order as the service takes it."""
        return Order(**{name: self.cleaned_data[name] for name in ("number", "dated_on", "url")})

    def look_again(self, seen: str) -> None:
        """Take what is shown now for seen, keeping everything that was typed."""
        self.data = self.data.copy()
        self.data["seen"] = seen


class ReopeningForm(ClosingForm):
    """The same of the order that opens a period again, why, and what becomes of what came out otherwise."""

    field_order = ("reason", "taken", "number", "dated_on", "url", "signatory")

    reason = forms.CharField(
        label="Почему период открывается снова", max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    taken = forms.ChoiceField(
        label="Что изменилось после закрытия",
        choices=[
            (ChangesTaken.ADOPTED.value, "принять: эти значения станут действующими сразу"),
            (ChangesTaken.DROPPED.value, "не принимать: останутся утверждённые, пока сведения снова не изменятся"),
        ],
        initial=ChangesTaken.ADOPTED.value,
        widget=forms.RadioSelect,
    )
