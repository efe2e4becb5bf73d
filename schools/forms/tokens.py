"""The shape of a new key of the API."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from accounts.permissions import READING, Permission
from schools.models import Unit


class TokenForm(forms.Form):
    """A new key of the API: what for, where, what it may, until when."""

    title = forms.CharField(
        label="Для чего ключ",
        max_length=200,
        help_text="Например: выгрузка показателей в отчёт министерства.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    units = forms.TypedMultipleChoiceField(label="Где", coerce=int, widget=forms.CheckboxSelectMultiple)
    permissions = forms.TypedMultipleChoiceField(
        label="Что может",
        coerce=Permission,
        help_text="Не больше, чем можете вы сами, и только пока можете. Отмечено чтение: его хватает чаще всего.",
        widget=forms.CheckboxSelectMultiple,
    )
    expires_on = forms.DateField(
        label="Действует по",
        help_text="Не дольше года.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, units: Sequence[Unit], permissions: Sequence[Permission], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"].choices = [(unit.pk, unit.name) for unit in units]
        self.fields["permissions"].choices = [(one.value, one.label) for one in permissions]
        self.fields["expires_on"].initial = timezone.localdate() + timedelta(days=180)
        self.fields["permissions"].initial = [one.value for one in permissions if one in READING]
        self.fields["units"].initial = [unit.pk for unit in units[:1]]
