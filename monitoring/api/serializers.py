"""Shapes of loads, sums, runs, findings and lists in the API."""

from rest_framework import serializers

from monitoring.models import Finding, IdentificationRun, ListEntry, Load, SchoolList, SchoolResult


class LoadSerializer(serializers.ModelSerializer):
    """A file of results and what became of it."""

    file_name = serializers.CharField(source="upload.name")
    sha256 = serializers.CharField(source="upload.sha256")
    unit = serializers.IntegerField(source="unit_id")

    class Meta:
        model = Load
        fields = [
            "id",
            "file_name",
            "sha256",
            "unit",
            "layout",
            "state",
            "rows",
            "created_at",
            "accepted_at",
            "undone_at",
        ]


class UndoSerializer(serializers.Serializer):
    """Why a load is taken out of force."""

    reason = serializers.CharField(required=False, default="", allow_blank=True, max_length=1000)


class ProblemSerializer(serializers.Serializer):
    """One thing that keeps a file from being taken."""

    sheet = serializers.CharField(allow_blank=True)
    row = serializers.IntegerField()
    column = serializers.CharField(allow_blank=True)
    value = serializers.CharField(allow_blank=True)
    what = serializers.CharField()
    remedy = serializers.CharField()


class RecognisedSerializer(serializers.Serializer):
    """What was understood of a file: per assessment the counts per school, and everything that is wrong with it."""

    recognised = serializers.DictField()
    problems_total = serializers.IntegerField()
    problems = ProblemSerializer(many=True)
    warnings = serializers.ListField(child=serializers.CharField())
    dropped_columns = serializers.ListField(child=serializers.CharField())


class SchoolResultSerializer(serializers.ModelSerializer):
    """The sums of one assessment in one school, as the load in force brought them."""

    procedure = serializers.CharField(source="assessment.procedure.name")
    subject = serializers.CharField(source="assessment.subject.name")
    grade = serializers.IntegerField(source="assessment.grade")
    academic_year = serializers.IntegerField(source="assessment.academic_year")
    unit = serializers.IntegerField(source="unit_id")
    unit_code = serializers.CharField(source="unit.code")
    load = serializers.IntegerField(source="load_id")

    class Meta:
        model = SchoolResult
        fields = [
            "id",
            "procedure",
            "subject",
            "grade",
            "academic_year",
            "unit",
            "unit_code",
            "load",
            "source",
            "n",
            "failed",
            "marks",
            "levels",
            "score_sum",
            "max_score",
            "raised",
            "confirmed",
            "lowered",
        ]


class RunSerializer(serializers.ModelSerializer):
    """One identification, frozen with a hash of its input."""

    method = serializers.CharField(source="edition.methodology.code")
    edition = serializers.IntegerField(source="edition.number")

    class Meta:
        model = IdentificationRun
        fields = ["id", "method", "edition", "academic_year", "schools", "input_hash", "run_at"]


class FindingSerializer(serializers.ModelSerializer):
    """What a run says of a school, with the trace of every criterion."""

    run = serializers.IntegerField(source="run_id")
    unit = serializers.IntegerField(source="unit_id")
    unit_code = serializers.CharField(source="unit.code")

    class Meta:
        model = Finding
        fields = ["id", "run", "unit", "unit_code", "categories", "results_index", "conditions_index", "trace"]


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

    class Meta:
        model = SchoolList
        fields = ["id", "cohort_year", "state", "run", "approved_at"]
