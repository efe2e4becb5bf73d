"""Entries in the API: read as on their pages, and sent by other systems through the same service as the form."""

import json
from contextlib import suppress
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.permissions import Permission
from indicators.api.blocks import NO_ELEMENT, NO_PERIOD, NO_UNIT, entries_of_block, entry_of, wrong_row
from indicators.api.filters import ObservationFilter
from indicators.api.reviewing import ReviewingOverTheApi
from indicators.api.serializers import (
    BlockAnswerSerializer,
    DataElementSerializer,
    NewBlockSerializer,
    NewObservationSerializer,
    ObservationSerializer,
)
from indicators.models import DataElement, Observation
from indicators.services.entries import Entry, NotYourDirection, ObservationRefused, SomebodySavedFirst
from indicators.services.periods import period_to_enter
from indicators.services.sending import BlockRefused, KeyOfAnother, send_block, send_observation
from schools.access import NotAllowed
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


class ObservationViewSet(ReviewingOverTheApi, ReadOnlyModelViewSet):
    """Внесённые значения первичных показателей с подтверждением. Новая запись сменяет прежнюю, история остаётся."""

    queryset = Observation.objects.none()
    serializer_class = ObservationSerializer
    filterset_class = ObservationFilter

    def get_queryset(self) -> QuerySet[Observation]:
        told = Observation.objects.told_to(self.request.user).with_remarks_for(self.request.user)
        return told.select_related("element", "unit", "period", "document", "signatory", "system").order_by("-pk")

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
        key = _key_of(request)
        entry = _entry(request, said.validated_data)
        try:
            sent = send_observation(entry=entry, key=key, actor=request.user, now=timezone.now())
        except (SomebodySavedFirst, KeyOfAnother) as overtaken:
            raise Overtaken(str(overtaken)) from overtaken
        except NotYourDirection as foreign:
            raise NotAllowed(str(foreign)) from foreign
        except ObservationRefused as refused:
            raise ValidationError({"value": [str(refused)]}) from refused
        answer = ObservationSerializer(self.get_queryset().get(pk=sent.observation.pk)).data
        return Response(answer, status=status.HTTP_201_CREATED if sent.is_new else status.HTTP_200_OK)

    @extend_schema(
        request=NewBlockSerializer,
        parameters=[
            OpenApiParameter(
                KEY,
                str,
                OpenApiParameter.HEADER,
                description="Ваш собственный ключ блока, до 100 знаков: повтор с тем же ключом ничего не внесёт "
                "дважды и вернёт первый ответ, байт в байт.",
            )
        ],
        responses={
            201: BlockAnswerSerializer,
            400: OpenApiResponse(description="Не внесено ничего: у каждой неверной строки сказано почему."),
            403: OpenApiResponse(description="Нет права вносить значения одной из территорий."),
            409: OpenApiResponse(description="Ключ занят другим блоком."),
        },
    )
    @action(detail=False, methods=["post"])
    def bulk(self, request: Request) -> Response | HttpResponse:
        """Внести до 1000 значений сразу: все или ни одного. Показатели пересчитываются следом."""
        said = NewBlockSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        entries, wrong = entries_of_block(request.user, said.validated_data["rows"])
        if wrong:
            return _refused(wrong)
        try:
            answer = send_block(
                entries=entries, key=_key_of(request), actor=request.user, now=timezone.now(), answer=_answer
            )
        except KeyOfAnother as taken:
            raise Overtaken(str(taken)) from taken
        except BlockRefused as refused:
            foreign = next((why for _, why in refused.refused if isinstance(why, NotYourDirection)), None)
            if foreign is not None:
                raise NotAllowed(str(foreign)) from refused
            rows = {entry.cell: number for number, entry in enumerate(entries, start=1)}
            found = sorted((rows[entry.cell], str(why)) for entry, why in refused.refused)
            return _refused([wrong_row(number, "value", why) for number, why in found])
        return HttpResponse(answer, content_type="application/json", status=status.HTTP_201_CREATED)


def _refused(rows: list[dict[str, Any]]) -> Response:
    return Response({"rows": rows}, status=status.HTTP_400_BAD_REQUEST)


def _answer(rows: list[Observation]) -> str:
    told = [{"row": number, "id": row.pk} for number, row in enumerate(rows, start=1)]
    return json.dumps({"entered": len(told), "rows": told})


def _key_of(request: Request) -> str:
    """:raises ValidationError: if the key is longer than is kept, or has signs that no text has"""
    key = _in_utf8(request.headers.get(KEY, "").strip())
    if len(key) > LONGEST_KEY:
        raise ValidationError({KEY: [f"Ключ длиннее {LONGEST_KEY} знаков."]})
    if not key.isprintable():
        raise ValidationError({KEY: ["В ключе есть знаки, которых не видно. Составьте его из букв, цифр и дефисов."]})
    return key


def _in_utf8(head: str) -> str:
    """Read a head as its sender wrote it: the server takes its bytes for Latin letters."""
    with suppress(UnicodeError):
        return head.encode("latin-1").decode()
    return head


def _entry(request: Request, given: dict) -> Entry:
    """Find what is spoken of. A foreign unit is answered as a missing one. :raises Http404: if something is missing"""
    unit = Unit.objects.visible_to(request.user, Permission.INDICATOR_VIEW).filter(code=given["unit"]).first()
    if unit is None:
        raise Http404(NO_UNIT)
    element = DataElement.objects.filter(code=given["element"]).first()
    if element is None:
        raise Http404(NO_ELEMENT)
    period = period_to_enter(given["period"], element)
    if period is None:
        raise Http404(NO_PERIOD)
    return entry_of(given, element, unit, period)
