"""Acceptance and return in the API: by the services of the page, named by keys, so that a repeat changes nothing."""

from collections.abc import Callable
from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from indicators.api.serializers import (
    AcceptanceSerializer,
    ObservationSerializer,
    ReturnSerializer,
    ReviewAnswerSerializer,
)
from indicators.enums import EntryStatus
from indicators.models import Observation
from indicators.selectors.reviewing import WITH
from indicators.services.reviewing import Handled, RemarkMissing, accept_observations, return_observations

NOT_THERE = "Одной из записей нет среди видимых вам. Не сделано ничего."
ANSWERS = {
    200: ReviewAnswerSerializer,
    400: OpenApiResponse(description="Записи не названы, или не сказано, чего не хватает."),
    403: OpenApiResponse(description="Ни одну из этих записей вы не вправе ни принять, ни вернуть."),
    404: OpenApiResponse(description="Одной из записей нет среди видимых вам: не сделано ничего."),
    409: OpenApiResponse(ReviewAnswerSerializer, "Ни с одной записью этого не сделать: у каждой сказано почему."),
}


class ReviewingOverTheApi:
    """What is done with entries once they are sent."""

    @extend_schema(responses={200: ObservationSerializer(many=True)})
    @action(detail=False, methods=["get"])
    def waiting(self, request: Request) -> Response:
        """Что ждёт приёмки: записи, которые вы вправе принять или вернуть. Сужается, как и весь список."""
        rows = self.get_queryset().reviewable_by(request.user).in_force().filter(status=EntryStatus.SUBMITTED)
        page = self.paginate_queryset(self.filter_queryset(rows))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(request=AcceptanceSerializer, responses=ANSWERS)
    @action(detail=False, methods=["post"])
    def accept(self, request: Request) -> Response:
        """
        Принять названные записи. Что можно — принимается, у прочих сказано почему; принятое раньше остаётся принятым.

        Ключ записи — это её значение: исправленное значение — другая запись, и по прежнему ключу его не принять.
        """
        said = AcceptanceSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        return self._handled(said.validated_data, accept_observations)

    @extend_schema(request=ReturnSerializer, responses=ANSWERS)
    @action(detail=False, methods=["post"], url_path="return", url_name="return")
    def give_back(self, request: Request) -> Response:
        """Вернуть названные записи с замечанием: они больше не учитываются. Повтор ничего не меняет."""
        said = ReturnSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        return self._handled(said.validated_data, return_observations)

    def _handled(self, given: dict[str, Any], service: Callable[..., Handled]) -> Response:
        """:raises Http404: if an entry is named of which the asker is not told"""
        keys = set(given.pop("entries"))
        rows = list(Observation.objects.told_to(self.request.user).filter(pk__in=keys).select_related(*WITH))
        if len(rows) < len(keys):
            raise Http404(NOT_THERE)
        try:
            handled = service(observations=rows, actor=self.request.user, now=timezone.now(), **given)
        except RemarkMissing as missing:
            raise ValidationError({"remark": [str(missing)]}) from missing
        repeated = {row.pk for row in handled.repeated}
        done = [*handled.done, *handled.repeated]
        refused = [(row.pk, why) for row, why in handled.refused if row.pk not in repeated]
        answer = {
            "done": sorted(({"id": row.pk, "status": row.status} for row in done), key=lambda each: each["id"]),
            "refused": [{"id": key, "why": why} for key, why in sorted(refused)],
        }
        return Response(answer, status=status.HTTP_200_OK if done else status.HTTP_409_CONFLICT)
