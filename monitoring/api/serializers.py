"""Shapes of loads and sums in the API."""

from rest_framework import serializers

from monitoring.models import Load, SchoolResult


class LoadSerializer(serializers.ModelSerializer):
    """A file of results and what became of it."""

    file_name = serializers.CharField(source="upload.name")
    sha256 = serializers.CharField(source="upload.sha256")
    unit = serializers.IntegerField(source="unit_id")
    accepted_by = serializers.CharField(allow_null=True, help_text="Кто принял.")
    signatory = serializers.CharField(allow_null=True, help_text="Кто отвечает за сведения.")

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
            "accepted_by",
            "signatory",
            "signed_as",
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
