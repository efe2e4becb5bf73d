"""Shapes of a sheet of people, of the decision about it, and of how an invited person comes in."""

from typing import Any

from django import forms
from django.core import signing

from accounts.forms import PasswordForm

SALT = "people.sheet.once"
LONGEST = 2 * 60 * 60  # seconds between the preview and the decision
BIGGEST = 5 * 1024 * 1024


class SheetForm(forms.Form):
    """A sheet of people to be invited."""

    file = forms.FileField(
        label="Файл",
        help_text="xlsx, xls, ods или csv: ФИО, роль, код места; ещё бывают должность, почта, логин, приказ, с, по.",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv,.txt"}),
    )

    def clean_file(self) -> Any:
        """Refuse what is no list of people by its size alone."""
        file = self.cleaned_data["file"]
        if file.size > BIGGEST:
            raise forms.ValidationError("Файл больше 5 МБ: это не список людей.")
        return file


class DecisionForm(forms.Form):
    """The rows that were read and looked through, as this portal signed them."""

    rows = forms.CharField(widget=forms.HiddenInput)

    def clean_rows(self) -> dict[str, Any]:
        """Return what was read, if it is what this portal gave out within the last hours."""
        try:
            return signing.loads(self.cleaned_data["rows"], salt=SALT, max_age=LONGEST)
        except signing.BadSignature as foreign:
            raise forms.ValidationError("Просмотр устарел. Загрузите файл ещё раз.") from foreign


def signed(found: dict[str, Any]) -> str:
    """Return what was read, for the decision to bring back."""
    return signing.dumps(found, salt=SALT, compress=True)


class AcceptForm(forms.Form):
    """How an invited person is called, and the password, twice."""

    full_name = forms.CharField(label="Фамилия, имя, отчество", max_length=200)
    new = forms.CharField(
        label="Пароль",
        strip=False,
        help_text=PasswordForm.base_fields["new"].help_text,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="Пароль ещё раз",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_again(self) -> str:
        """Notice a slip of the hand."""
        if self.cleaned_data["again"] != self.cleaned_data.get("new"):
            raise forms.ValidationError("Пароли не совпали. Введите пароль дважды одинаково.")
        return self.cleaned_data["again"]
