"""Shapes of report orders in the API."""

from rest_framework import serializers

from jobs.api.serializers import JobSerializer
from reports.enums import ReportFormat, ReportName
from reports.models import ReportOrder
from schools.enums import Territories


class ReportOrderSerializer(serializers.ModelSerializer):
    """A report that you ordered, how far it is, and its file once it is made."""

    unit = serializers.CharField(source="unit.code", help_text="Код края, округа, муниципалитета или школы.")
    job = JobSerializer(allow_null=True)
    erased_at = serializers.DateTimeField(
        source="file_erased_at", allow_null=True, help_text="Когда файл удалён за давностью; отчёт заказывают ещё раз."
    )
    is_ready = serializers.BooleanField(source="has_file", help_text="Готов ли файл: его отдаёт …/file/.")

    class Meta:
        model = ReportOrder
        fields = [
            "id",
            "name",
            "unit",
            "year",
            "territories",
            "format",
            "ordered_at",
            "is_ready",
            "file_name",
            "file_size",
            "file_sha256",
            "erased_at",
            "job",
        ]


class NewOrderSerializer(serializers.Serializer):
    """What is ordered."""

    name = serializers.ChoiceField(choices=ReportName.choices)
    unit = serializers.CharField(help_text="Код края (24), округа, муниципалитета (131) или школы.")
    year = serializers.IntegerField(min_value=2016, max_value=2035, help_text="Год программы.")
    territories = serializers.ChoiceField(
        choices=Territories.choices, default=Territories.OWN, help_text="В границах своего года или в сегодняшних."
    )
    format = serializers.ChoiceField(choices=ReportFormat.choices, default=ReportFormat.PDF)
