"""The journal of recalculations in the API."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.viewsets import ReadOnlyModelViewSet

from indicators.enums import RunState
from indicators.models import RecalculationRequest, RecalculationRun
from indicators.selectors.run_journal import narrowed, runs

FIRST_NOTES = 20


class NoteSerializer(serializers.ModelSerializer):
    """Why values were computed anew: what has changed, of whom, in which programme years; `null` means all of them."""

    requested_by = serializers.CharField(source="requested_by.login")
    facts = serializers.ListField(child=serializers.CharField())
    years = serializers.ListField(child=serializers.IntegerField(), allow_null=True)
    units = serializers.ListField(source="unit_ids", child=serializers.IntegerField(), allow_null=True)

    class Meta:
        model = RecalculationRequest
        fields = ["requested_at", "requested_by", "reason", "facts", "years", "units"]


class RecalculationSerializer(serializers.ModelSerializer):
    """A recalculation: when, why, how long, how many values it computed and changed, what it could not compute."""

    state = serializers.ChoiceField(choices=RunState.choices)
    problems = serializers.DictField(
        child=serializers.CharField(), help_text="Показатели, которые не посчитаны, по коду: почему."
    )
    computed = serializers.IntegerField(source="written", help_text="Сколько значений посчитано.")
    note_count = serializers.IntegerField(help_text="Сколько записок вызвало пересчёт.")
    notes = NoteSerializer(many=True, source="first_notes", help_text=f"Первые {FIRST_NOTES} записок.")

    class Meta:
        model = RecalculationRun
        fields = [
            "id",
            "started_at",
            "finished_at",
            "took_ms",
            "reason",
            "state",
            "editions",
            "computed",
            "changed",
            "problems",
            "note_count",
            "notes",
        ]


class RecalculationFilter(django_filters.FilterSet):
    """What the journal can be narrowed by."""

    state = django_filters.ChoiceFilter(method="told", choices=RunState.choices, label="Состояние.")
    year = django_filters.NumberFilter(method="told", label="Программный год, которого касается.")
    since = django_filters.DateFilter(method="told", label="Не раньше дня, 2021-09-01.")
    until = django_filters.DateFilter(method="told", label="Не позже дня.")

    class Meta:
        model = RecalculationRun
        fields: list[str] = []

    def told(self, rows: QuerySet[RecalculationRun], name: str, value: Any) -> QuerySet[RecalculationRun]:
        """Narrow as the page does."""
        return narrowed(rows, {name: int(value) if name == "year" else value})


class RecalculationViewSet(ReadOnlyModelViewSet):
    """Журнал пересчётов: видит его, кто видит историю изменений всего края; остальным он пуст."""

    queryset = RecalculationRun.objects.none()
    serializer_class = RecalculationSerializer
    filterset_class = RecalculationFilter

    def get_queryset(self) -> QuerySet[RecalculationRun]:
        found = runs(user=self.request.user, notes=FIRST_NOTES)
        return self.queryset if found is None else found.order_by("-started_at", "-pk")
