"""Shapes of what people type about schools and about themselves."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from accounts.permissions import Role
from schools.models import Unit


class TokenForm(forms.Form):
    """A new key of the API: what for, where, as whom, until when."""

    title = forms.CharField(
        label="Для чего ключ",
        max_length=200,
        help_text="Например: выгрузка показателей в отчёт министерства.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    unit = forms.TypedChoiceField(label="Где", coerce=int)
    role = forms.TypedChoiceField(
        label="Что может", coerce=Role, help_text="Не больше, чем можете вы сами. Чаще всего хватает первого."
    )
    expires_on = forms.DateField(
        label="Действует по", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, units: Sequence[Unit], roles: Sequence[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [(unit.pk, unit.name) for unit in units]
        self.fields["role"].choices = [(role.value, role.label) for role in roles]
        self.fields["expires_on"].initial = timezone.localdate() + timedelta(days=180)


class SchoolFileForm(forms.Form):
    """A file about schools that somebody hands in."""

    file = forms.FileField(
        label="Файл",
        help_text="xlsx, xls, ods, csv или txt, до 100 МБ. Портал сам узнает, реестр это или социальный паспорт.",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv,.txt"}),
    )
    year = forms.CharField(
        label="Учебный год паспорта",
        required=False,
        help_text="Только если его нет в самом файле. Например, 2021/22.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
