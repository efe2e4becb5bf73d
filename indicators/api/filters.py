"""Filters of indicators and values in the API."""

import django_filters
from django.db.models import QuerySet

from indicators.enums import EntryStatus, IndicatorKind, ValueStatus
from indicators.models import Indicator, IndicatorValue, Observation
from schools.enums import Kind, Territories


class IndicatorFilter(django_filters.FilterSet):
    """What a list of indicators can be narrowed by."""

    code = django_filters.CharFilter(label="Код показателя.")
    kind = django_filters.ChoiceFilter(
        field_name="editions__kind", choices=IndicatorKind.choices, distinct=True, label="Вид показателя."
    )

    class Meta:
        model = Indicator
        fields: list[str] = []


class ObservationFilter(django_filters.FilterSet):
    """What a list of entries can be narrowed by."""

    element = django_filters.CharFilter(field_name="element__code", label="Код первичного показателя.")
    period = django_filters.CharFilter(field_name="period__code", label="Код периода, например 2021.")
    unit = django_filters.NumberFilter(field_name="unit_id", label="Ключ единицы.")
    unit_code = django_filters.CharFilter(field_name="unit__code", label="Код единицы.")
    category = django_filters.CharFilter(label="Код категории.")
    in_force = django_filters.BooleanFilter(
        field_name="replaced_at", lookup_expr="isnull", label="Только действующие записи (или только прежние)."
    )

    status = django_filters.ChoiceFilter(choices=EntryStatus.choices, label="Состояние записи.")

    class Meta:
        model = Observation
        fields: list[str] = []


class IndicatorValueFilter(django_filters.FilterSet):
    """What a list of values can be narrowed by."""

    indicator = django_filters.CharFilter(field_name="edition__indicator__code", label="Код показателя.")
    period = django_filters.CharFilter(field_name="period__code", label="Код периода, например 2021.")
    unit = django_filters.NumberFilter(field_name="unit_id", label="Ключ единицы.")
    unit_code = django_filters.CharFilter(field_name="unit__code", label="Код единицы.")
    level = django_filters.ChoiceFilter(field_name="unit__kind", choices=Kind.choices, label="Вид единицы.")
    status = django_filters.ChoiceFilter(choices=ValueStatus.choices, label="Есть ли значение.")
    territories = django_filters.ChoiceFilter(
        method="told_in",
        choices=Territories.choices,
        label="В чьих границах территории: own (если не сказано) — на последний день периода, как значения хранятся; "
        "today — в сегодняшних, суммой школ. Со status не сочетается.",
    )

    class Meta:
        model = IndicatorValue
        fields: list[str] = []

    def told_in(self, values: QuerySet[IndicatorValue], name: str, value: str) -> QuerySet[IndicatorValue]:
        """Keep everything: what is not stored is summed by the list itself, and a stored value is opened as it is."""
        return values
