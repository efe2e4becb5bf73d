"""Shapes of programmes in the API."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from documents.models import Document
from indicators.formula.evaluate import decimal
from programmes.enums import Standing
from programmes.models import Direction, Programme, Target
from programmes.selectors.forecasting import Forecast


class RequisitesSerializer(serializers.ModelSerializer):
    """The document behind a programme or an execution."""

    class Meta:
        model = Document
        fields = ["id", "kind", "title", "number", "dated_on", "url", "page_reference"]


class ProgrammeSerializer(serializers.ModelSerializer):
    """A programme of the region, a municipality or a school."""

    unit = serializers.IntegerField(source="unit_id", help_text="Ключ того, чья программа.")
    unit_code = serializers.CharField(source="unit.code")
    document = RequisitesSerializer(allow_null=True)
    approved_by = serializers.CharField(allow_null=True, help_text="Кто внёс утверждение.")
    approved_signatory = serializers.CharField(allow_null=True, help_text="Кто утвердил и отвечает за это.")

    class Meta:
        model = Programme
        fields = [
            "id",
            "code",
            "kind",
            "unit",
            "unit_code",
            "title",
            "short_title",
            "starts_on",
            "ends_on",
            "status",
            "approved_on",
            "approved_by",
            "approved_signatory",
            "approved_signed_as",
            "document",
        ]


class DirectionSerializer(serializers.ModelSerializer):
    """A direction of a programme."""

    programme = serializers.IntegerField(source="programme_id")

    class Meta:
        model = Direction
        fields = ["id", "programme", "number", "title", "short_title", "slip"]


class TargetSerializer(serializers.ModelSerializer):
    """
    What a programme promises of an indicator for a period.

    `also` is the other half of a compound target; `verbatim` is how the document words it, `slip` what is wrong there.
    """

    programme = serializers.IntegerField(source="programme_indicator.programme_id")
    direction = serializers.IntegerField(source="programme_indicator.direction.number", default=None, allow_null=True)
    number = serializers.CharField(source="programme_indicator.number")
    indicator = serializers.CharField(source="programme_indicator.indicator.code")
    name = serializers.CharField(source="programme_indicator.indicator.name")
    table = serializers.CharField(source="programme_indicator.group_title")
    period = serializers.CharField(source="period.code")
    unit = serializers.IntegerField(source="unit_id", allow_null=True, help_text="Чья своя цель; пусто — программы.")
    also = serializers.JSONField(allow_null=True)
    slip = serializers.CharField(source="programme_indicator.slip")

    class Meta:
        model = Target
        fields = [
            "id",
            "programme",
            "direction",
            "number",
            "indicator",
            "name",
            "table",
            "period",
            "unit",
            "operator",
            "value",
            "upper",
            "base_year",
            "band",
            "scope",
            "also",
            "verbatim",
            "slip",
        ]


class ForecastSerializer(serializers.Serializer):
    """What a running year may end with, between which limits, and the years that this rests on."""

    value = serializers.SerializerMethodField(help_text="Ожидаемое значение.")
    low = serializers.SerializerMethodField(help_text="Нижний предел.")
    high = serializers.SerializerMethodField(help_text="Верхний предел.")
    years = serializers.ListField(child=serializers.IntegerField())

    def get_value(self, forecast: Forecast) -> str:
        """The expected value, rounded as it is kept."""
        return str(decimal(forecast.value, 4))

    def get_low(self, forecast: Forecast) -> str:
        """The lower limit."""
        return str(decimal(forecast.low, 4))

    def get_high(self, forecast: Forecast) -> str:
        """The upper limit."""
        return str(decimal(forecast.high, 4))


class LackingSerializer(serializers.Serializer):
    """How many more (with `is_to_leave`, fewer) a territory needs for the target, with today's denominator."""

    unit = serializers.IntegerField(help_text="Ключ территории.")
    count = serializers.DecimalField(20, 4, help_text="На сколько.")
    needed = serializers.DecimalField(20, 4, help_text="Каким должен стать числитель.")
    whole = serializers.DecimalField(20, 4, allow_null=True, help_text="Знаменатель.")
    is_to_leave = serializers.BooleanField()
    is_impossible = serializers.BooleanField()


class StandingSerializer(serializers.Serializer):
    """How a territory stands to the target of an indicator in a year; made of a row of the table and its cell."""

    number = serializers.CharField(source="row.place.number")
    indicator = serializers.CharField(source="row.indicator.code")
    name = serializers.CharField(source="row.indicator.name")
    unit = serializers.IntegerField(help_text="Ключ территории.")
    period = serializers.CharField(source="cell.period.code")
    target = serializers.IntegerField(source="cell.target.pk", default=None, allow_null=True, help_text="Ключ цели.")
    promise = serializers.CharField(source="cell.promise", help_text="Цель словами.")
    n = serializers.DecimalField(20, 4, source="cell.value.n", default=None, allow_null=True)
    d = serializers.DecimalField(20, 4, source="cell.value.d", default=None, allow_null=True)
    standing = serializers.ChoiceField(choices=Standing.choices, source="cell.judgement.standing")
    cause = serializers.CharField(source="cell.judgement.cause")
    forecast = ForecastSerializer(source="cell.outlook.forecast", default=None, allow_null=True)
    forecast_in_words = serializers.CharField(source="cell.forecast")
    lacking = serializers.SerializerMethodField(help_text="Чего не хватает территории, или каждой под ней.")
    is_stale = serializers.BooleanField(source="cell.is_stale")

    @extend_schema_field(LackingSerializer(many=True))
    def get_lacking(self, told: dict[str, Any]) -> list[dict[str, Any]]:
        """What is lacking, of the territory or of each under it."""
        found = [
            {
                "unit": one.unit_id,
                "count": decimal(lacking.count, 4),
                "needed": decimal(lacking.needed, 4),
                "whole": decimal(lacking.whole, 4),
                "is_to_leave": lacking.is_to_leave,
                "is_impossible": lacking.is_impossible,
            }
            for one, lacking in told["cell"].lacking
        ]
        return LackingSerializer(found, many=True).data
