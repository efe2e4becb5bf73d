"""What lists of this app are narrowed by; what is not understood is as if it were not there."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from accounts.enums import Operation
from accounts.models import AuditEvent, RowChange, User
from common.searching import having_words
from reports.selectors.journal import ACTIONS, DOORS, TARGETS, searched
from reports.selectors.trail.acts import Asked
from schools.models import Unit

ANY = ("", "все")
PAST = ("past", "мимо портала")


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class HistoryFilter(forms.Form):
    """Narrows the history of one thing."""

    field = forms.ChoiceField(label="Что изменено", required=False)
    person = forms.TypedChoiceField(label="Кто", coerce=int, empty_value=None, required=False)
    since = _day("С")
    until = _day("По")

    def __init__(self, *args, columns: Iterable[tuple[str, str]], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["field"].choices = [ANY, *columns]

    def know(self, people: Iterable[tuple[int, str]]) -> None:
        """Offer the people who did anything; they are known once the acts are read."""
        self.fields["person"].choices = [ANY, *people]

    @property
    def asked(self) -> Asked:
        """What is asked for; whoever is not offered has done nothing here."""
        column = self.data.get("field", "")
        known = dict(self.fields["field"].choices)
        person = self.data.get("person", "")
        days = {name: self.fields[name].to_python(text) for name in ("since", "until") if (text := self._day(name))}
        return Asked(
            column=tuple(column.split(".", 1)) if column and column in known else None,
            person=int(person) if person.isascii() and person.isdecimal() and len(person) < 18 else None,
            **days,
        )

    def _day(self, name: str) -> str:
        text = self.data.get(name, "")
        try:
            date.fromisoformat(text)
        except ValueError:
            return ""
        return text


class JournalFilter(forms.Form):
    """Narrows the journal of actions."""

    q = forms.CharField(
        label="Найти", required=False, widget=forms.TextInput(attrs={"type": "search", "placeholder": "с чем, почему"})
    )
    who = forms.CharField(
        label="Кто", required=False, widget=forms.TextInput(attrs={"type": "search", "placeholder": "фамилия"})
    )
    kind = forms.ChoiceField(
        label="С чем", choices=[ANY, *sorted(TARGETS.items(), key=lambda each: each[1])], required=False
    )
    place = forms.TypedChoiceField(label="Где", coerce=int, empty_value=None, required=False)
    action = forms.ChoiceField(
        label="Что сделано", choices=[ANY, *sorted(ACTIONS.items(), key=lambda each: each[1])], required=False
    )
    via = forms.ChoiceField(label="Как", choices=[ANY, *DOORS.items()], required=False)
    since = _day("С")
    until = _day("По")

    def __init__(self, *args, places: Iterable[Unit], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.places = {unit.pk: unit for unit in places}
        self.fields["place"].choices = [ANY, *((unit.pk, unit.short_name) for unit in self.places.values())]

    def narrow(self, events: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
        """Keep what the filled fields ask for; both days are included."""
        self.is_valid()
        asked = self.cleaned_data
        if asked.get("q"):
            events = searched(events, asked["q"])
        if asked.get("who"):
            events = having_words(events, asked["who"], texts=("actor_name",))
        if asked.get("kind"):
            events = events.filter(target_kind=asked["kind"])
        if asked.get("place"):
            events = events.filter(unit_path__startswith=self.places[asked["place"]].path)
        for name in ("action", "via"):
            if asked.get(name):
                events = events.filter(**{name: asked[name]})
        return _within_days(events, asked)


class RowFilter(forms.Form):
    """Narrows the journal of rows."""

    table = forms.ChoiceField(label="Что", required=False)
    operation = forms.ChoiceField(label="Что сделано", choices=[ANY, *Operation.choices], required=False)
    who = forms.CharField(
        label="Кто", required=False, widget=forms.TextInput(attrs={"type": "search", "placeholder": "фамилия"})
    )
    place = forms.TypedChoiceField(label="Где", coerce=int, empty_value=None, required=False)
    door = forms.ChoiceField(label="Как", choices=[ANY, *DOORS.items(), PAST], required=False)
    since = _day("С")
    until = _day("По")
    transaction = forms.IntegerField(required=False, widget=forms.HiddenInput())
    request = forms.CharField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args, kinds: Iterable[tuple[str, str]], places: Iterable[Unit], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.places = {unit.pk: unit for unit in places}
        self.fields["table"].choices = [ANY, *kinds]
        self.fields["place"].choices = [ANY, *((unit.pk, unit.short_name) for unit in self.places.values())]

    def narrow(self, rows: QuerySet[RowChange]) -> QuerySet[RowChange]:
        """Keep what the filled fields ask for; both days are included."""
        self.is_valid()
        asked = self.cleaned_data
        for name, field in (("table", "table_name"), ("operation", "operation"), ("request", "request")):
            if asked.get(name):
                rows = rows.filter(**{field: asked[name]})
        if asked.get("transaction") is not None:
            rows = rows.filter(transaction_id=asked["transaction"])
        if asked.get("door"):
            rows = rows.filter(door="" if asked["door"] == PAST[0] else asked["door"])
        if asked.get("who"):
            people = having_words(User.objects.all(), asked["who"], texts=("full_name", "login"))
            rows = rows.filter(actor_id__in=people.values("pk"))
        if asked.get("place"):
            within = Unit.objects.within(self.places[asked["place"]])
            rows = rows.filter(unit_id__in=within.values("pk"))
        return _within_days(rows, asked)


def _within_days(rows: QuerySet[Any], asked: dict[str, Any]) -> QuerySet[Any]:
    if asked.get("since"):
        rows = rows.filter(happened_at__gte=timezone.make_aware(datetime.combine(asked["since"], time())))
    if asked.get("until"):
        after = datetime.combine(asked["until"] + timedelta(days=1), time())
        rows = rows.filter(happened_at__lt=timezone.make_aware(after))
    return rows
