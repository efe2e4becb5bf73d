"""Filters of the roadmap in the API. Keys are plain numbers and never looked up."""

import django_filters

from roadmap.enums import ExecutionState
from roadmap.models import Activity, Execution, ExpectedResult
from schools.enums import Kind


class ActivityFilter(django_filters.FilterSet):
    """What a list of activities can be narrowed by."""

    programme = django_filters.NumberFilter(field_name="programme_id", label="Ключ программы.")
    direction = django_filters.NumberFilter(field_name="direction__number", label="Номер направления.")
    level = django_filters.ChoiceFilter(choices=Kind.choices, label="Чей результат.")

    class Meta:
        model = Activity
        fields: list[str] = []


class ExpectedResultFilter(django_filters.FilterSet):
    """What a list of promised results can be narrowed by."""

    programme = django_filters.NumberFilter(field_name="activity__programme_id", label="Ключ программы.")
    activity = django_filters.NumberFilter(field_name="activity_id", label="Ключ мероприятия.")
    year = django_filters.NumberFilter(label="Год программы.")
    due_by = django_filters.DateFilter(field_name="ends_on", lookup_expr="lte", label="Срок кончается не позже дня.")

    class Meta:
        model = ExpectedResult
        fields: list[str] = []


class ExecutionFilter(django_filters.FilterSet):
    """What a list of executions can be narrowed by."""

    result = django_filters.NumberFilter(field_name="result_id", label="Ключ результата.")
    activity = django_filters.NumberFilter(field_name="result__activity_id", label="Ключ мероприятия.")
    year = django_filters.NumberFilter(field_name="result__year", label="Год программы.")
    unit = django_filters.NumberFilter(field_name="unit_id", label="Ключ единицы.")
    unit_code = django_filters.CharFilter(field_name="unit__code", label="Код единицы.")
    state = django_filters.ChoiceFilter(choices=ExecutionState.choices, label="Состояние.")

    class Meta:
        model = Execution
        fields: list[str] = []
