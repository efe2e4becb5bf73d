"""Closed periods in the API: which are, by which order, and which values came out otherwise since."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.viewsets import ReadOnlyModelViewSet

from indicators.enums import ValueStatus
from indicators.models import PeriodClosing, ValueSinceClosing
from indicators.selectors.closings import every_closing, values_since_closing
from schools.enums import Kind


class PeriodClosingSerializer(serializers.ModelSerializer):
    """A period closed by order; `reopened_at` is null while it is in force, and its values are official."""

    period = serializers.CharField(source="period.code")
    order = serializers.CharField(source="by_order", help_text="Номер и дата приказа.")
    closed_by = serializers.CharField(help_text="Кто внёс.")
    signatory = serializers.CharField(help_text="Кто подписал.")
    changed = serializers.IntegerField(help_text="Сколько значений, видных вам, сейчас получилось бы иначе.")

    class Meta:
        model = PeriodClosing
        fields = [
            "id",
            "period",
            "order",
            "closed_at",
            "closed_by",
            "signatory",
            "pinned",
            "changed",
            "reopened_at",
            "reopening_reason",
            "changes_taken",
        ]


class ValueSinceClosingSerializer(serializers.ModelSerializer):
    """
    What an official value of a closed period would be now: `n`, `d`, `status`, beside `was_n`, `was_d`, `was_status`.

    An empty `status` means that the value would be no more, no `was_status` that there was none.
    """

    indicator = serializers.CharField(source="indicator.code")
    period = serializers.CharField(source="period.code")
    unit = serializers.IntegerField(source="unit_id")
    unit_code = serializers.CharField(source="unit.code")
    edition = serializers.IntegerField(source="edition.number", help_text="По какой редакции получилось бы.")
    was_edition = serializers.IntegerField(source="was_number", help_text="По какой редакции утверждено.")
    was_n = serializers.DecimalField(max_digits=20, decimal_places=4, allow_null=True)
    was_d = serializers.DecimalField(max_digits=20, decimal_places=4, allow_null=True)
    was_status = serializers.ChoiceField(choices=ValueStatus.choices, allow_null=True)
    computed_at = serializers.DateTimeField(source="run.finished_at", allow_null=True)

    class Meta:
        model = ValueSinceClosing
        fields = [
            "id",
            "indicator",
            "period",
            "unit",
            "unit_code",
            "was_edition",
            "was_n",
            "was_d",
            "was_status",
            "edition",
            "n",
            "d",
            "left_out",
            "status",
            "computed_at",
        ]


class PeriodClosingFilter(django_filters.FilterSet):
    """What closings can be narrowed by."""

    period = django_filters.CharFilter(field_name="period__code", label="Код периода, например 2021.")
    in_force = django_filters.BooleanFilter(
        field_name="reopened_at", lookup_expr="isnull", label="Только действующие (или только прежние)."
    )

    class Meta:
        model = PeriodClosing
        fields: list[str] = []


class ValueSinceClosingFilter(django_filters.FilterSet):
    """What values since closings can be narrowed by."""

    indicator = django_filters.CharFilter(field_name="indicator__code", label="Код показателя.")
    period = django_filters.CharFilter(field_name="period__code", label="Код периода, например 2021.")
    unit = django_filters.NumberFilter(field_name="unit_id", label="Ключ единицы.")
    unit_code = django_filters.CharFilter(field_name="unit__code", label="Код единицы.")
    level = django_filters.ChoiceFilter(field_name="unit__kind", choices=Kind.choices, label="Вид единицы.")

    class Meta:
        model = ValueSinceClosing
        fields: list[str] = []


class PeriodClosingViewSet(ReadOnlyModelViewSet):
    """Закрытые периоды: каким приказом, кто подписал, сколько изменилось с тех пор. Видны каждому, кто вошёл."""

    queryset = PeriodClosing.objects.none()
    serializer_class = PeriodClosingSerializer
    filterset_class = PeriodClosingFilter

    def get_queryset(self) -> QuerySet[PeriodClosing]:
        return every_closing(user=self.request.user)


class ValueSinceClosingViewSet(ReadOnlyModelViewSet):
    """Значения закрытых периодов, которые по сегодняшним сведениям были бы другими. Официальные — в `/values/`."""

    queryset = ValueSinceClosing.objects.none()
    serializer_class = ValueSinceClosingSerializer
    filterset_class = ValueSinceClosingFilter

    def get_queryset(self) -> QuerySet[ValueSinceClosing]:
        return values_since_closing(user=self.request.user).order_by("pk")
