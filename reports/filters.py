"""What lists of this app are narrowed by; what is not understood is as if it were not there."""

from datetime import datetime, time, timedelta

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import AuditEvent
from reports.selectors.journal import ACTIONS, DOORS, searched

ANY = ("", "все")


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class JournalFilter(forms.Form):
    """Narrows the journal of actions."""

    q = forms.CharField(
        label="Найти", required=False, widget=forms.TextInput(attrs={"type": "search", "placeholder": "кто или с чем"})
    )
    action = forms.ChoiceField(
        label="Что сделано", choices=[ANY, *sorted(ACTIONS.items(), key=lambda each: each[1])], required=False
    )
    via = forms.ChoiceField(label="Как", choices=[ANY, *DOORS.items()], required=False)
    since = _day("С")
    until = _day("По")

    def narrow(self, events: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
        """Keep what the filled fields ask for; both days are included."""
        self.is_valid()
        asked = self.cleaned_data
        if asked.get("q"):
            events = searched(events, asked["q"])
        for name in ("action", "via"):
            if asked.get(name):
                events = events.filter(**{name: asked[name]})
        if asked.get("since"):
            events = events.filter(happened_at__gte=timezone.make_aware(datetime.combine(asked["since"], time())))
        if asked.get("until"):
            after = datetime.combine(asked["until"] + timedelta(days=1), time())
            events = events.filter(happened_at__lt=timezone.make_aware(after))
        return events
