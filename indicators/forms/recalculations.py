"""What the journal of recalculations is narrowed by; what is not understood is as if it were not there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from indicators.enums import RunState


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class RunFilter(forms.Form):
    """Narrows the journal of recalculations."""

    q = forms.CharField(label="Почему", required=False, widget=forms.TextInput(attrs={"type": "search"}))
    who = forms.CharField(
        label="Кто", required=False, widget=forms.TextInput(attrs={"type": "search", "placeholder": "фамилия"})
    )
    state = forms.ChoiceField(label="Состояние", choices=[("", "любое"), *RunState.choices], required=False)
    year = forms.TypedChoiceField(label="Какой год", coerce=int, empty_value=None, required=False)
    since = _day("С")
    until = _day("По")

    def __init__(self, data: Any, *, years: Iterable[int]) -> None:
        super().__init__(data)
        field = self.fields["year"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [("", "любой"), *((year, str(year)) for year in years)]

    def asked(self) -> dict[str, Any]:
        """What is filled in and understood."""
        self.is_valid()
        return self.cleaned_data
