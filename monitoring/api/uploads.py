"""Handing files of results in over the API."""

from typing import Any

from django.db.models import Q
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Permission
from common.spreadsheets.gate import MAX_BYTES
from common.uploads import content_of, keep
from jobs.api.serializers import JobSerializer
from jobs.api.views import UploadViewSet
from monitoring.api.conflicts import Conflict, ConflictSerializer
from monitoring.selectors.hints import hints_from
from monitoring.services.reading import AlreadyLoaded, hand_in, places_for
from schools.models import Unit


class ResultFileSerializer(serializers.Serializer):
    """A file of results and what is said of it beside the file itself."""

    file = serializers.FileField(help_text="xlsx, xls, ods, csv или txt, до 100 МБ.")
    unit = serializers.CharField(
        required=False, help_text="Код территории, за которую сдаются результаты, или её ключ."
    )
    procedure = serializers.CharField(required=False, help_text="Процедура, если её не называет файл.")
    subject = serializers.CharField(required=False, help_text="Предмет, если его не называет файл.")
    grade = serializers.IntegerField(required=False, min_value=1, max_value=12, help_text="Класс.")
    year = serializers.CharField(required=False, help_text="Учебный год, например 2021/22.")

    def validate_file(self, file: Any) -> Any:
        """Refuse what is too big before it is stored."""
        if file.size > MAX_BYTES:
            raise ValidationError("Файл больше 100 МБ: разделите его на части, например по муниципалитетам.")
        return file


class ResultUploadViewSet(UploadViewSet):
    """Файлы, которые вы передали. Новый файл результатов читается отдельным заданием; потом загрузку принимают."""

    parser_classes = [MultiPartParser]

    @extend_schema(
        request={"multipart/form-data": ResultFileSerializer},
        responses={
            202: JobSerializer,
            400: OpenApiResponse(description="Поля формы неверны."),
            403: OpenApiResponse(description="Нет права загружать результаты за эту территорию."),
            409: ConflictSerializer,
        },
    )
    def create(self, request: Request) -> Response:
        """Передать файл результатов и заказать его чтение."""
        said = ResultFileSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        given = said.validated_data
        unit = _place(request, given.get("unit"))
        try:
            hints = hints_from(
                unit=unit, **{name: given.get(name) for name in ("procedure", "subject", "grade", "year")}
            )
        except ValueError as wrong:
            raise ValidationError(str(wrong)) from wrong
        file = given["file"]
        try:
            job = hand_in(
                name=file.name,
                content=content_of(file),
                unit=unit,
                hints=hints,
                actor=request.user,
                now=timezone.now(),
            )
        except AlreadyLoaded as twin:
            raise Conflict(str(twin)) from twin
        keep(file)
        return Response(JobSerializer(job).data, status=status.HTTP_202_ACCEPTED)


def _place(request: Request, said: str | None) -> Unit:
    """Return the place of the address, or the only one of whoever asks."""
    places = places_for(actor=request.user)
    if said:
        by_key = Q(pk=int(said)) if said.isdecimal() and len(said) < 10 else Q()
        seen = Unit.objects.visible_to(request.user, Permission.UNIT_VIEW)
        found = seen.filter(Q(code=said) | by_key if by_key else Q(code=said))
        chosen = sorted(found, key=lambda unit: unit.code != said)
        if not chosen:
            raise ValidationError({"unit": f"Территории «{said}» нет: укажите её код или ключ."})
        return chosen[0]
    if len(places) > 1:
        listed = ", ".join(place.code for place in places)
        raise ValidationError({"unit": f"Укажите, за какую территорию сдаются результаты: {listed}."})
    return places[0]
