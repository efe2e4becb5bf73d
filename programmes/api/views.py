"""Programmes, directions and targets in the API."""

from django.db.models import QuerySet
from rest_framework.viewsets import ReadOnlyModelViewSet

from programmes.api.filters import DirectionFilter, ProgrammeFilter, TargetFilter
from programmes.api.serializers import DirectionSerializer, ProgrammeSerializer, TargetSerializer
from programmes.models import Direction, Programme, Target
from programmes.selectors.register import programme_register


class ProgrammeViewSet(ReadOnlyModelViewSet):
    """Программы: свои в любом состоянии и утверждённые программы тех, кто выше."""

    queryset = Programme.objects.none()
    serializer_class = ProgrammeSerializer
    filterset_class = ProgrammeFilter

    def get_queryset(self) -> QuerySet[Programme]:
        programmes = programme_register(user=self.request.user).select_related("approved_by", "approved_signatory")
        return programmes.order_by("kind", "unit__sort_key", "pk")


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
