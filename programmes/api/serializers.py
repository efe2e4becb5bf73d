"""Shapes of programmes in the API."""

from rest_framework import serializers

from documents.models import Document
from programmes.models import Direction, Programme, Target


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
            "operator",
            "value",
            "scope",
            "also",
            "verbatim",
            "slip",
        ]
