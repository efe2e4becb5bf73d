"""Shapes of indicators and their values in the API."""

from rest_framework import serializers

from indicators.models import Indicator, IndicatorEdition, IndicatorValue


class EditionSerializer(serializers.ModelSerializer):
    """How an indicator is computed from a day on."""

    class Meta:
        model = IndicatorEdition
        fields = [
            "number",
            "valid_from",
            "kind",
            "better",
            "unit_of_measure",
            "precision",
            "level",
            "formula",
            "in_words",
            "source",
            "is_current",
        ]


class IndicatorSerializer(serializers.ModelSerializer):
    """What is measured, with every edition of how."""

    editions = EditionSerializer(many=True)

    class Meta:
        model = Indicator
        fields = ["id", "code", "name", "editions"]


class IndicatorValueSerializer(serializers.ModelSerializer):
    """
    A value as a pair. A share is `n / d`; a count has no `d`.

    `status` says whether there is a value, and if not, why; `left_out` counts members whose data are unknown.
    """

    indicator = serializers.CharField(source="edition.indicator.code")
    edition = serializers.IntegerField(source="edition.number")
    period = serializers.CharField(source="period.code")
    unit = serializers.IntegerField(source="unit_id")
    unit_code = serializers.CharField(source="unit.code")
    computed_at = serializers.DateTimeField(source="run.finished_at", allow_null=True)

    class Meta:
        model = IndicatorValue
        fields = [
            "id",
            "indicator",
            "edition",
            "period",
            "unit",
            "unit_code",
            "n",
            "d",
            "left_out",
            "status",
            "computed_at",
        ]
