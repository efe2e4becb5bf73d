"""What is done with entered values: which of them, what, and why they are returned."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.http import QueryDict

from common.numbers import key_of
from indicators.enums import EntryStatus

ENTRY = "entry"
SHOWN = {
    EntryStatus.SUBMITTED: "Ждут приёмки",
    EntryStatus.RETURNED: "Возвращено",
    EntryStatus.ACCEPTED: "Принято",
}


class ReviewForm(forms.Form):
    """What is done with the chosen values, or with all that wait; `upto` is the newest that the person was shown."""

    act = forms.ChoiceField(choices=[("accept", "принять"), ("return", "вернуть")])
    remark = forms.CharField(
        label="Чего не хватает", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    all = forms.BooleanField(required=False)
    upto = forms.IntegerField(required=False)


def chosen_entries(data: QueryDict) -> list[int]:
    """Return the keys of the values that were ticked."""
    return [key for text in data.getlist(ENTRY) if (key := key_of(text)) is not None]


def shown_status(text: str) -> EntryStatus:
    """Read which values are listed: those that wait, unless others are asked for."""
    return EntryStatus(text) if text in [status.value for status in SHOWN] else EntryStatus.SUBMITTED


def is_whole(keys: Sequence[int], found: Sequence[object]) -> bool:
    """Whether every value that was named has been found."""
    return len(set(keys)) == len(found)
