"""Loads and sums per school in the API. Rows of pupils are not in the API at all."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.permissions import Permission
from jobs.api.serializers import JobSerializer
from monitoring.api import filters, serializers
from monitoring.api.conflicts import Conflict, ConflictSerializer
from monitoring.models import Load, SchoolResult
from monitoring.selectors.recognised import recognised
from monitoring.services.accepting import HasProblems, NotWaiting, order_acceptance
from monitoring.services.undoing import NotAccepted, NotPreviewed, cancel_load, undo_load


class LoadViewSet(ReadOnlyModelViewSet):
    """Загрузки результатов: что за файл, сколько строк, что с ним стало."""

    queryset = Load.objects.none()
    serializer_class = serializers.LoadSerializer
    filterset_class = filters.LoadFilter

    def get_queryset(self) -> QuerySet[Load]:
        loads = Load.objects.visible_to(self.request.user, Permission.RESULT_VIEW)
        return loads.select_related("upload", "unit", "accepted_by", "signatory").order_by("-created_at", "-pk")

    @extend_schema(request=None, responses={202: JobSerializer, 409: ConflictSerializer})
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str | None = None) -> Response:
        """Заказать приём прочитанной загрузки: целиком."""
        job = self._decided(order_acceptance)
        return Response(JobSerializer(job).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(request=None, responses={200: serializers.LoadSerializer, 409: ConflictSerializer})
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str | None = None) -> Response:
        """Не принимать прочитанную загрузку: её строки стираются."""
        return Response(self.get_serializer(self._decided(cancel_load)).data)

    @extend_schema(
        request=serializers.UndoSerializer, responses={200: serializers.LoadSerializer, 409: ConflictSerializer}
    )
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: str | None = None) -> Response:
        """Отменить принятую загрузку: снова действуют результаты, которые она заменила."""
        said = serializers.UndoSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        return Response(self.get_serializer(self._decided(undo_load, reason=said.validated_data["reason"])).data)

    @extend_schema(responses={200: serializers.RecognisedSerializer})
    @action(detail=True, methods=["get"])
    def recognised(self, request: Request, pk: str | None = None) -> Response:
        """Что узнано в файле по школам и каждое замечание к нему."""
        summary = self.get_object().summary
        found = {name: summary[name] for name in ("problems_total", "problems", "warnings", "dropped_columns")}
        return Response({"recognised": recognised(summary), **found})

    def _decided(self, decide: Callable[..., Any], **more: Any) -> Any:
        try:
            return decide(load=self.get_object(), actor=self.request.user, now=timezone.now(), **more)
        except (NotWaiting, HasProblems, NotPreviewed, NotAccepted) as refusal:
            raise Conflict(str(refusal)) from refusal


class SchoolResultViewSet(ReadOnlyModelViewSet):
    """Результаты школ по процедурам, предметам и классам: действующие суммы."""

    queryset = SchoolResult.objects.none()
    serializer_class = serializers.SchoolResultSerializer
    filterset_class = filters.SchoolResultFilter

    def get_queryset(self) -> QuerySet[SchoolResult]:
        results = SchoolResult.objects.visible_to(self.request.user, Permission.RESULT_VIEW).filter(is_current=True)
        return results.select_related("assessment__procedure", "assessment__subject", "unit").order_by("pk")
