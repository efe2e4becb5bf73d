"""Reports in the API: order one, see how far it is, take its file."""

from django.db.models import QuerySet
from django.http import FileResponse, Http404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.permissions import Permission
from reports.api.serializers import NewOrderSerializer, ReportOrderSerializer
from reports.models import ReportOrder
from reports.selectors.orders import orders_of
from reports.services.orders import ReportDoesNotFit, order_report
from reports.views.orders import file_of
from schools.models import Unit


class ReportOrderViewSet(ReadOnlyModelViewSet):
    """Отчёты, которые вы заказали. Отчёт составляется отдельным заданием; в него входит то, что видно вам."""

    queryset = ReportOrder.objects.none()
    serializer_class = ReportOrderSerializer

    def get_queryset(self) -> QuerySet[ReportOrder]:
        return orders_of(user=self.request.user).order_by("-ordered_at", "-pk")

    @extend_schema(
        request=NewOrderSerializer,
        responses={
            202: ReportOrderSerializer,
            400: OpenApiResponse(description="Отчёт по такой единице не составляется, или поля неверны."),
            403: OpenApiResponse(description="Нет права заказывать отчёты этой территории."),
            404: OpenApiResponse(description="Единицы с таким кодом нет среди видимых вам."),
        },
    )
    def create(self, request: Request) -> Response:
        """Заказать отчёт. Пока такой же заказ не выполнен, вернётся он."""
        asked = NewOrderSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        visible = Unit.objects.visible_to(request.user, Permission.UNIT_VIEW)
        unit = visible.filter(code=given["unit"]).first()
        if unit is None:
            raise Http404(f"Единицы с кодом «{given['unit']}» нет.")
        try:
            order = order_report(
                name=given["name"],
                unit=unit,
                year=given["year"],
                territories=given["territories"],
                file_format=given["format"],
                actor=request.user,
                now=timezone.now(),
            )
        except ReportDoesNotFit as wrong:
            raise ValidationError(str(wrong)) from wrong
        return Response(ReportOrderSerializer(order).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"])
    def file(self, request: Request, pk: str) -> FileResponse:
        """Забрать готовый файл."""
        return file_of(self.get_object())
