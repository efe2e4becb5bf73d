"""
Forms that two people may have open at once: the second is shown both values, chooses, and loses nothing typed.

    class TitleForm(TwoEditors):
        title = forms.CharField()

        @classmethod
        def of(cls, thing):                       # what the form shows of a thing, by the names of its fields
            return {"title": thing.title}

    form = TitleForm(request.POST or None, shown=TitleForm.of(thing))
    if form.is_valid():
        try:
            change(thing=thing, seen=form.cleaned_data["seen"], ...)          # compares again, under its lock
        except ChangedMeanwhile:
            form.show_both(TitleForm.of(fresh))

`components/_form.html` writes what clashes with a box beside each value of the portal; a form that is written by
hand includes `components/_clash.html`. Ticked values are taken at the next saving, the others stay as typed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from common.versions import CHANGED, version_of

TAKEN = "take"


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that another person saved otherwise: what was typed, what stands in the portal."""

    name: str
    label: str
    mine: str
    theirs: str


class TwoEditors(forms.Form):
    """A form that carries the mark of what it shows. `shown` are the values of today, by the names of its fields."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    data: Any  # a QueryDict, or a plain mapping in a script

    def __init__(self, data: Any = None, *args: Any, shown: Mapping[str, Any], **kwargs: Any) -> None:
        self.shown = dict(shown)
        self.clashes: list[Clash] = []
        initial = {**self.shown, "seen": version_of(self.shown), **(kwargs.pop("initial", None) or {})}
        super().__init__(data, *args, initial=initial, **kwargs)
        if self.is_bound:
            self._take()

    def clean(self) -> dict[str, Any]:
        """Show both where another person has saved since the form was opened."""
        given = super().clean() or self.cleaned_data
        seen = given.get("seen", "")
        if seen and seen != version_of(self.shown):
            self.show_both(self.shown)
        return given

    def show_both(self, shown: Mapping[str, Any]) -> None:
        """Say what stands in the portal beside what was typed, and let the next saving be of this."""
        self.shown = dict(shown)
        self._write("seen", version_of(self.shown))
        self.clashes = [clash for name in self.shown if (clash := self._clash(name)) is not None]
        self.add_error(None, CHANGED)

    def _clash(self, name: str) -> Clash | None:
        field = self.fields.get(name)
        if field is None:
            return None
        typed = self[name].value()
        try:
            mine = field.clean(typed)
        except ValidationError:
            mine = typed
        said_mine, said_theirs = _said(field, mine), _said(field, self.shown[name])
        return None if said_mine == said_theirs else Clash(name, str(field.label or name), said_mine, said_theirs)

    def _take(self) -> None:
        taken = self.data.getlist(TAKEN) if isinstance(self.data, QueryDict) else []
        for name in taken:
            if name in self.shown and name in self.fields:
                self._write(name, self.shown[name])

    def _write(self, name: str, value: Any) -> None:
        data: Any = self.data.copy()
        key = self.add_prefix(name)
        if isinstance(value, list | tuple) and hasattr(data, "setlist"):
            data.setlist(key, [str(one) for one in value])
        else:
            data[key] = "" if value is None else value.isoformat() if isinstance(value, date) else str(_key(value))
        self.data = data


def _key(value: Any) -> Any:
    """A row of a table goes by its key, and is read by its name."""
    return getattr(value, "pk", value)


def _said(field: forms.Field, value: Any) -> str:
    """Write a value of a field as a person reads it."""
    if isinstance(value, list | tuple):
        return ", ".join(_said(field, one) for one in value) or "пусто"
    if value is None or value == "":
        return "пусто"
    choices = getattr(field, "choices", None)
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField) and choices:
        labels = {str(key): str(label) for key, label in choices if not isinstance(label, list | tuple)}
        return labels.get(str(value), str(value))
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    return str(value).replace("\r\n", "\n").strip()
