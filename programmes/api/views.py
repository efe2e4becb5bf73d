"""Programmes, directions and targets in the API."""

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from common.numbers import key_of
from indicators.selectors.places import place_within
from programmes.api.filters import DirectionFilter, ProgrammeFilter, TargetFilter
from programmes.api.serializers import DirectionSerializer, ProgrammeSerializer, StandingSerializer, TargetSerializer
from programmes.models import Direction, Programme, Target
from programmes.selectors.indicator_table import indicator_table
from programmes.selectors.register import programme_register


class ProgrammeViewSet(ReadOnlyModelViewSet):
    """Программы: свои в любом состоянии и утверждённые программы тех, кто выше."""

    queryset = Programme.objects.none()
    serializer_class = ProgrammeSerializer
    filterset_class = ProgrammeFilter

    def get_queryset(self) -> QuerySet[Programme]:
        programmes = programme_register(user=self.request.user).select_related("approved_by", "approved_signatory")
        return programmes.order_by("kind", "unit__sort_key", "pk")

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "unit", int, description="Ключ территории; без него — самая высокая из ваших в программе."
            ),
            OpenApiParameter("year", int, description="Год программы; без него — все годы."),
        ],
        responses={200: StandingSerializer(many=True)},
    )
    @action(detail=True, methods=["get"], pagination_class=None, filterset_class=None)
    def standings(self, request: Request, pk: str | None = None) -> Response:
        """Как территория стоит к целям программы: значение, состояние, причина, прогноз на конец года."""
        programme = self.get_queryset().filter(pk=key_of(pk or "")).first()
        asked, year = (request.query_params.get(name, "") for name in ("unit", "year"))
        unit = programme and place_within(user=request.user, above=programme.unit, asked=asked)
        if programme is None or unit is None:
            raise Http404  # in the same words whether it is the programme or the unit that is not there
        years = None if key_of(year) is None else [int(year)]
        table = indicator_table(unit=unit, programme=programme, today=timezone.localdate(), years=years)
        told = [{"row": row, "cell": cell, "unit": unit.pk} for row in table.rows for cell in row.cells]
        return Response(StandingSerializer(told, many=True).data)


class DirectionViewSet(ReadOnlyModelViewSet):
    """Направления программ."""

    queryset = Direction.objects.none()
    serializer_class = DirectionSerializer
    filterset_class = DirectionFilter

    def get_queryset(self) -> QuerySet[Direction]:
        readable = Programme.objects.readable_by(self.request.user)
        return Direction.objects.filter(programme__in=readable).order_by("programme_id", "number")


class TargetViewSet(ReadOnlyModelViewSet):
    """Цели показателей по программам и годам: сравнение, число и чего оно касается."""

    queryset = Target.objects.none()
    serializer_class = TargetSerializer
    filterset_class = TargetFilter

    def get_queryset(self) -> QuerySet[Target]:
        readable = Programme.objects.readable_by(self.request.user)
        targets = Target.objects.filter(programme_indicator__programme__in=readable)
        related = ("programme_indicator__indicator", "programme_indicator__direction", "period")
        return targets.select_related(*related).order_by(
            "programme_indicator__programme_id", "programme_indicator__sort_order", "period__starts_on", "pk"
        )
