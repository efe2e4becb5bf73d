"""Shapes of methods, runs, findings, lists and recommendations in the API."""

from rest_framework import serializers

from common.years import YearError, parse_academic_year
from monitoring.enums import RecommendationState
from monitoring.identification.findings import Lack
from monitoring.models import Finding, IdentificationRun, ListEntry, MethodologyEdition, Recommendation, SchoolList


class MethodSerializer(serializers.ModelSerializer):
    """A method as its edition in force states it."""

    code = serializers.CharField(source="methodology.code")
    name = serializers.CharField(source="methodology.name")
    kind = serializers.CharField(source="methodology.kind")
    edition = serializers.IntegerField(source="number")

    class Meta:
        model = MethodologyEdition
        fields = ["id", "code", "name", "kind", "edition", "valid_from", "note", "parameters"]


class RunSerializer(serializers.ModelSerializer):
    """One identification, frozen with a hash of its input. `schools` counts those that you see."""

    method = serializers.CharField(source="edition.methodology.code")
    edition = serializers.IntegerField(source="edition.number")
    schools = serializers.IntegerField(source="own_schools")

    class Meta:
        model = IdentificationRun
        fields = ["id", "method", "edition", "academic_year", "schools", "input_hash", "run_at"]


class RunOrderSerializer(serializers.Serializer):
    """What is asked of a new identification."""

    academic_year = serializers.CharField(help_text="Новейший учебный год результатов, например 2021/22.")
    method = serializers.CharField(default="federal", help_text="Код методики.")

    def validate_academic_year(self, value: str) -> int:
        """Read the year as documents write it."""
        try:
            return parse_academic_year(value)
        except YearError as wrong:
            raise serializers.ValidationError(str(wrong)) from wrong


class TraceLineSerializer(serializers.Serializer):
    """One procedure of one year."""

    procedure = serializers.CharField()
    subject = serializers.CharField()
    grade = serializers.IntegerField()
    academic_year = serializers.CharField()
    n = serializers.IntegerField()
    failed = serializers.IntegerField()
    share = serializers.FloatField(allow_null=True)
    verdict = serializers.CharField()


class LeftOutSerializer(serializers.Serializer):
    """Why an index was not counted for the school; given only where it was not."""

    criterion = serializers.CharField(help_text="results, conditions или all: школы такого вида не рассматриваются.")
    lack = serializers.ChoiceField(choices=[lack.value for lack in Lack])
    count = serializers.IntegerField(help_text="Сколько есть; у missing_variables — скольких не хватает.")
    needed = serializers.IntegerField(help_text="Сколько нужно; у missing_variables — скольких может не быть.")
    years = serializers.ListField(child=serializers.IntegerField(), help_text="Учебные годы по первому году.")
    missing = serializers.ListField(child=serializers.CharField(), help_text="Каких переменных или процедур нет.")
    text = serializers.CharField()


class SchoolAnswerSerializer(serializers.Serializer):
    """What a run says of one school."""

    categories = serializers.ListField(child=serializers.CharField())
    trace = TraceLineSerializer(many=True)
    left_out = LeftOutSerializer(many=True, required=False)


class AnswerSerializer(serializers.Serializer):
    """A run in the form of `identify_schools --json`."""

    schools = serializers.DictField(child=SchoolAnswerSerializer())


class FindingSerializer(serializers.ModelSerializer):
    """What a run says of a school, with the trace of every criterion."""

    run = serializers.IntegerField(source="run_id")
    unit = serializers.IntegerField(source="unit_id")
    unit_code = serializers.CharField(source="unit.code")

    class Meta:
        model = Finding
        fields = [
            "id",
            "run",
            "unit",
            "unit_code",
            "categories",
            "excluded_as",
            "low_count",
            "results_index",
            "conditions_index",
            "trace",
        ]


class ListEntrySerializer(serializers.ModelSerializer):
    """A school of an approved list beside what was computed for it."""

    unit = serializers.IntegerField(source="unit_id")
    unit_code = serializers.CharField(source="unit.code")
    unit_name = serializers.CharField(source="unit.short_name")
    cohort_year = serializers.IntegerField(source="school_list.cohort_year")
    order = serializers.CharField(source="school_list.order", allow_null=True)

    class Meta:
        model = ListEntry
        fields = ["id", "unit", "unit_code", "unit_name", "cohort_year", "categories", "computed", "reason", "order"]


class SchoolListSerializer(serializers.ModelSerializer):
    """A list of schools of one autumn."""

    run = serializers.IntegerField(source="run_id")
    order = serializers.CharField(allow_null=True)
    approved_by = serializers.CharField(allow_null=True, help_text="Кто внёс утверждение.")
    signatory = serializers.CharField(allow_null=True, help_text="Кто утвердил и отвечает за это.")

    class Meta:
        model = SchoolList
        fields = [
            "id",
            "cohort_year",
            "state",
            "run",
            "order",
            "approved_at",
            "approved_by",
            "signatory",
            "signed_as",
        ]


class RecommendationSerializer(serializers.ModelSerializer):
    """An addressed recommendation and what came of it."""

    run = serializers.IntegerField(source="run_id")
    unit = serializers.IntegerField(source="unit_id")
    unit_code = serializers.CharField(source="unit.code")

    class Meta:
        model = Recommendation
        fields = [
            "id",
            "run",
            "unit",
            "unit_code",
            "rule",
            "reason",
            "text",
            "state",
            "answer",
            "answered_at",
            "issued_at",
        ]


class RecommendationAnswerSerializer(serializers.Serializer):
    """What is answered to a recommendation."""

    state = serializers.ChoiceField(
        choices=[RecommendationState.ACCEPTED, RecommendationState.DECLINED, RecommendationState.DONE],
        help_text="accepted — принята, declined — отклонена, done — выполнена.",
    )
    answer = serializers.CharField(
        default="", allow_blank=True, max_length=2000, help_text="Нужно, если отклонена или выполнена."
    )
