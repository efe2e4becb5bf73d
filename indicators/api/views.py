"""Indicators and their values in the API."""

from django.db.models import QuerySet
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.permissions import Permission
from indicators.api.filters import IndicatorFilter, IndicatorValueFilter
from indicators.api.serializers import IndicatorSerializer, IndicatorValueSerializer
from indicators.models import Indicator, IndicatorValue


class IndicatorViewSet(ReadOnlyModelViewSet):
    """Показатели и все редакции их формул. Определения видны каждому, кто вошёл."""

    queryset = Indicator.objects.none()
    serializer_class = IndicatorSerializer
    filterset_class = IndicatorFilter

    def get_queryset(self) -> QuerySet[Indicator]:
        return Indicator.objects.prefetch_related("editions").order_by("sort_key", "pk")


class IndicatorValueViewSet(ReadOnlyModelViewSet):
    """Значения показателей: числитель и знаменатель по единицам и периодам."""

    queryset = IndicatorValue.objects.none()
    serializer_class = IndicatorValueSerializer
    filterset_class = IndicatorValueFilter

    def get_queryset(self) -> QuerySet[IndicatorValue]:
        values = IndicatorValue.objects.visible_to(self.request.user, Permission.INDICATOR_VIEW)
        return values.select_related("edition__indicator", "period", "unit", "run").order_by("pk")
