"""Entries in the API: read as on their pages, and sent by other systems through the same service as the form."""

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.permissions import Permission
from indicators.api.filters import ObservationFilter
from indicators.api.serializers import DataElementSerializer, NewObservationSerializer, ObservationSerializer
from indicators.models import DataElement, Observation, Period
from indicators.services.entries import ANYTHING, Entry, Evidence, ObservationRefused, SomebodySavedFirst
from indicators.services.sending import KeyOfAnother, send_observation
from schools.models import Unit

KEY = "Idempotency-Key"
LONGEST_KEY = 100


class Overtaken(APIException):
    """The cell or the key holds something else; the detail says what."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"


class DataElementViewSet(ReadOnlyModelViewSet):
    """Первичные показатели: что, кто и с каким подтверждением вносит. Определения видны каждому, кто вошёл."""

    queryset = DataElement.objects.select_related("system", "not_above").order_by("code")
    serializer_class = DataElementSerializer


class ObservationViewSet(ReadOnlyModelViewSet):
    """Внесённые значения первичных показателей с подтверждением. Новая запись сменяет прежнюю, история остаётся."""

    queryset = Observation.objects.none()
    serializer_class = ObservationSerializer
    filterset_class = ObservationFilter

    def get_queryset(self) -> QuerySet[Observation]:
        seen = Observation.objects.visible_to(self.request.user, Permission.INDICATOR_VIEW)
        return seen.select_related("element", "unit", "period", "document", "signatory").order_by("-pk")

    @extend_schema(
        request=NewObservationSerializer,
        parameters=[
            OpenApiParameter(
                KEY,
                str,
                OpenApiParameter.HEADER,
                description="Ваш собственный ключ этого значения, до 100 знаков: повтор с тем же ключом ничего не "
                "внесёт дважды и вернёт первую запись.",
            )
        ],
        responses={
            201: ObservationSerializer,
            200: OpenApiResponse(ObservationSerializer, "Такое значение уже внесено: тем же ключом или раньше."),
            400: OpenApiResponse(description="Поля неверны, значение не подходит, нет подтверждения."),
            403: OpenApiResponse(description="Нет права вносить значения этой территории."),
            404: OpenApiResponse(description="Такой единицы, показателя или периода нет среди видимых вам."),
            409: OpenApiResponse(description="Запись уже сменили, или ключ занят другим значением."),
        },
    )
    def create(self, request: Request) -> Response:
        """Внести значение. Показатели, которые от него зависят, пересчитываются сразу после."""
        said = NewObservationSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        key = request.headers.get(KEY, "").strip()
        if len(key) > LONGEST_KEY:
            raise ValidationError({KEY: [f"Ключ длиннее {LONGEST_KEY} знаков."]})
        entry = _entry(request, said.validated_data)
        try:
            sent = send_observation(entry=entry, key=key, actor=request.user, now=timezone.now())
        except (SomebodySavedFirst, KeyOfAnother) as overtaken:
            raise Overtaken(str(overtaken)) from overtaken
        except ObservationRefused as refused:
            raise ValidationError({"value": [str(refused)]}) from refused
        answer = ObservationSerializer(self.get_queryset().get(pk=sent.observation.pk)).data
        return Response(answer, status=status.HTTP_201_CREATED if sent.is_new else status.HTTP_200_OK)


def _entry(request: Request, given: dict) -> Entry:
    """Find what is spoken of. A foreign unit is answered as a missing one. :raises Http404: if something is missing"""
    unit = Unit.objects.visible_to(request.user, Permission.INDICATOR_VIEW).filter(code=given["unit"]).first()
    if unit is None:
        raise Http404("Единицы с таким кодом среди ваших нет.")
    element = DataElement.objects.filter(code=given["element"]).first()
    if element is None:
        raise Http404("Первичного показателя с таким кодом нет.")
    period = Period.objects.filter(code=given["period"]).first()
    if period is None:
        raise Http404("Такого периода нет.")
    return Entry(
        element=element,
        unit=unit,
        period=period,
        value=given["value"],
        evidence=Evidence(url=given["url"], number=given["number"], dated_on=given["dated_on"]),
        comment=given["comment"],
        seen=given.get("replaces", ANYTHING),
    )
