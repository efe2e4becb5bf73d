"""Filters of loads, sums, findings and lists in the API."""

import django_filters
from django.db.models import QuerySet

from monitoring.enums import Category, ListState, LoadState, RecommendationState
from monitoring.models import Finding, IdentificationRun, ListEntry, Load, Recommendation, SchoolList, SchoolResult


class LoadFilter(django_filters.FilterSet):
    """What a list of loads can be narrowed by."""

    state = django_filters.ChoiceFilter(choices=LoadState.choices, label="Состояние загрузки.")

    class Meta:
        model = Load
        fields: list[str] = []


class SchoolResultFilter(django_filters.FilterSet):
    """What a list of sums can be narrowed by."""

    procedure = django_filters.CharFilter(field_name="assessment__procedure__name", label="Процедура, например ОГЭ.")
    subject = django_filters.CharFilter(field_name="assessment__subject__name", label="Предмет.")
    grade = django_filters.NumberFilter(field_name="assessment__grade", label="Класс.")
    academic_year = django_filters.NumberFilter(
        field_name="assessment__academic_year", label="Первый год учебного года."
    )
    unit = django_filters.NumberFilter(field_name="unit_id", label="Ключ школы.")
    unit_code = django_filters.CharFilter(field_name="unit__code", label="Код ОО.")

    class Meta:
        model = SchoolResult
        fields: list[str] = []


class RunFilter(django_filters.FilterSet):
    """What a list of identifications can be narrowed by."""

    academic_year = django_filters.NumberFilter(label="Первый год учебного года.")
    method = django_filters.CharFilter(field_name="edition__methodology__code", label="Код методики.")

    class Meta:
        model = IdentificationRun
        fields: list[str] = []


class _WithCategory(django_filters.FilterSet):
    category = django_filters.ChoiceFilter(method="of_category", choices=Category.choices, label="Категория школы.")
    unit = django_filters.NumberFilter(field_name="unit_id", label="Ключ школы.")
    unit_code = django_filters.CharFilter(field_name="unit__code", label="Код ОО.")

    def of_category(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Keep schools of a category."""
        return rows.filter(categories__contains=[value])


class FindingFilter(_WithCategory):
    """What a list of findings can be narrowed by."""

    run = django_filters.NumberFilter(field_name="run_id", label="Номер расчёта.")

    class Meta:
        model = Finding
        fields: list[str] = []


class ListEntryFilter(_WithCategory):
    """What the schools of lists can be narrowed by."""

    cohort_year = django_filters.NumberFilter(field_name="school_list__cohort_year", label="Осень года.")
    state = django_filters.ChoiceFilter(
        field_name="school_list__state", choices=ListState.choices, label="Состояние списка."
    )

    class Meta:
        model = ListEntry
        fields: list[str] = []


class SchoolListFilter(django_filters.FilterSet):
    """What the lists can be narrowed by."""

    cohort_year = django_filters.NumberFilter(label="Осень года.")
    state = django_filters.ChoiceFilter(choices=ListState.choices, label="Состояние списка.")

    class Meta:
        model = SchoolList
        fields: list[str] = []


class RecommendationFilter(django_filters.FilterSet):
    """What recommendations can be narrowed by."""

    run = django_filters.NumberFilter(field_name="run_id", label="Номер расчёта.")
    unit = django_filters.NumberFilter(field_name="unit_id", label="Ключ муниципалитета или школы.")
    unit_code = django_filters.CharFilter(field_name="unit__code", label="Код муниципалитета или школы.")
    state = django_filters.ChoiceFilter(choices=RecommendationState.choices, label="Состояние.")

    class Meta:
        model = Recommendation
        fields: list[str] = []
