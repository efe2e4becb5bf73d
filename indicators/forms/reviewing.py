"""What is done with entered values: which of them, what, and why they are returned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

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
    """What is done with the chosen values, or with all that wait; `upto` is how far the person was shown them."""

    act = forms.ChoiceField(choices=[("accept", "принять"), ("return", "вернуть")])
    remark = forms.CharField(
        label="Чего не хватает", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    all = forms.BooleanField(required=False)
    upto = forms.CharField(required=False, max_length=80)


def mark_of(newest: int | None, sent_at: datetime | None) -> str:
    """Write down how far somebody was shown what waits: the newest key, and when the last of them was sent."""
    return f"{newest} {sent_at.isoformat()}" if newest and sent_at else ""


def read_mark(text: str) -> tuple[int, datetime] | None:
    """Read such a mark; None if it is none."""
    newest, _, moment = text.partition(" ")
    try:
        sent_at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    key = key_of(newest)
    return None if key is None or sent_at.tzinfo is None else (key, sent_at)


def chosen_entries(data: QueryDict) -> list[int]:
    """Return the keys of the values that were ticked."""
    return [key for text in data.getlist(ENTRY) if (key := key_of(text)) is not None]


def shown_status(text: str) -> EntryStatus:
    """Read which values are listed: those that wait, unless others are asked for."""
    return EntryStatus(text) if text in [status.value for status in SHOWN] else EntryStatus.SUBMITTED


def is_whole(keys: Sequence[int], found: Sequence[object]) -> bool:
    """Whether every value that was named has been found."""
    return len(set(keys)) == len(found)
