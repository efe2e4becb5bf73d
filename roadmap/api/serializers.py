"""Shapes of the roadmap in the API."""

from rest_framework import serializers

from programmes.api.serializers import RequisitesSerializer
from roadmap.models import Activity, Execution, ExpectedResult, ResultWindow


class ActivitySerializer(serializers.ModelSerializer):
    """A row of the roadmap."""

    programme = serializers.IntegerField(source="programme_id")
    direction = serializers.IntegerField(source="direction.number", default=None, allow_null=True)
    responsible = serializers.ListField(child=serializers.CharField())
    confirming = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = Activity
        fields = [
            "id",
            "programme",
            "direction",
            "number",
            "title",
            "responsible",
            "responsible_text",
            "level",
            "confirming",
            "slip",
        ]


class WindowSerializer(serializers.ModelSerializer):
    """A stretch of days, both ends included, in which a result is due."""

    class Meta:
        model = ResultWindow
        fields = ["number", "starts_on", "ends_on"]


class ExpectedResultSerializer(serializers.ModelSerializer):
    """A promised result of an activity in a year; `window` is the term as the document words it."""

    programme = serializers.IntegerField(source="activity.programme_id")
    activity = serializers.IntegerField(source="activity_id")
    activity_number = serializers.IntegerField(source="activity.number")
    windows = WindowSerializer(many=True)

    class Meta:
        model = ExpectedResult
        fields = [
            "id",
            "programme",
            "activity",
            "activity_number",
            "year",
            "number",
            "title",
            "window",
            "windows",
            "recurrence",
            "threshold_percent",
            "threshold_count",
            "threshold_of",
            "slip",
        ]


class ExecutionSerializer(serializers.ModelSerializer):
    """What a unit did about a promised result in one of its windows."""

    result = serializers.IntegerField(source="result_id")
    activity_number = serializers.IntegerField(source="result.activity.number")
    year = serializers.IntegerField(source="result.year")
    unit = serializers.IntegerField(source="unit_id")
    unit_code = serializers.CharField(source="unit.code")
    document = RequisitesSerializer(allow_null=True)
    reported_by = serializers.CharField(help_text="Кто внёс.")
    reported_signatory = serializers.CharField(allow_null=True, help_text="Кто отвечает за сведения.")
    accepted_by = serializers.CharField(allow_null=True, help_text="Кто внёс приёмку.")
    accepted_signatory = serializers.CharField(allow_null=True, help_text="Кто принял и отвечает за это.")

    class Meta:
        model = Execution
        fields = [
            "id",
            "result",
            "activity_number",
            "year",
            "window_number",
            "unit",
            "unit_code",
            "state",
            "done_on",
            "document",
            "comment",
            "return_comment",
            "reported_at",
            "reported_by",
            "reported_signatory",
            "reported_signed_as",
            "accepted_at",
            "accepted_by",
            "accepted_signatory",
            "accepted_signed_as",
        ]
