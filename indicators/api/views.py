"""Indicators and their values in the API."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.permissions import Permission
from common.numbers import whole
from indicators.api.filters import IndicatorFilter, IndicatorValueFilter
from indicators.api.serializers import IndicatorSerializer, IndicatorValueSerializer
from indicators.models import Indicator, IndicatorValue
from indicators.selectors.distributions import beside
from indicators.selectors.today_list import Narrowing, TodaysValues
from schools.enums import Territories

NO_UNIT = 0  # the key of nothing, for a number that is no key


class IndicatorViewSet(ReadOnlyModelViewSet):
    """Показатели и все редакции их формул. Определения видны каждому, кто вошёл."""

    queryset = Indicator.objects.none()
    serializer_class = IndicatorSerializer
    filterset_class = IndicatorFilter

    def get_queryset(self) -> QuerySet[Indicator]:
        return Indicator.objects.prefetch_related("editions").order_by("sort_key", "pk")


class IndicatorValueViewSet(ReadOnlyModelViewSet):
    """
    Значения показателей: числитель и знаменатель по единицам и периодам.

    Территории — в границах последнего дня периода, а с `territories=today` — в сегодняшних: числители и знаменатели
    школ те же, сложены иначе. Таких сумм портал не хранит, поэтому `id` и `computed_at` у них — null.
    """

    queryset = IndicatorValue.objects.none()
    serializer_class = IndicatorValueSerializer
    filterset_class = IndicatorValueFilter

    def get_queryset(self) -> QuerySet[IndicatorValue]:
        values = IndicatorValue.objects.visible_to(self.request.user, Permission.INDICATOR_VIEW)
        return beside(values).select_related("edition__indicator", "period", "unit", "run").order_by("pk")

    def list(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Перечислить значения, которые вам видны."""
        asked = self._asked(request)
        if asked.get("territories") != Territories.TODAY:
            return super().list(request, *args, **kwargs)
        if asked.get("status"):
            raise ValidationError({"status": ["С territories=today не сочетается: суммы считаются при чтении."]})
        narrowing = Narrowing(
            indicator=asked["indicator"],
            period=asked["period"],
            unit=None if asked["unit"] is None else whole(asked["unit"]) or NO_UNIT,
            unit_code=asked["unit_code"],
            level=asked["level"],
        )
        page = self.paginate_queryset(TodaysValues(user=request.user, narrowing=narrowing))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def _asked(self, request: Request) -> dict[str, Any]:
        """What the address narrows the list by; what makes no sense there is refused as every list refuses it."""
        form = IndicatorValueFilter(request.query_params, queryset=IndicatorValue.objects.none()).form
        return form.cleaned_data if form.is_valid() else {}
