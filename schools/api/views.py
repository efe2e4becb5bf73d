"""Units, schools and social passports in the API."""

from django.db.models import QuerySet
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.permissions import Permission
from schools.api.filters import SchoolFilter, SchoolYearFilter, UnitFilter
from schools.api.serializers import SchoolSerializer, SchoolYearSerializer, UnitSerializer
from schools.enums import Kind
from schools.models import SchoolYear, Unit


class UnitViewSet(ReadOnlyModelViewSet):
    """Край, округа, муниципалитеты и организации, которые вам видны."""

    queryset = Unit.objects.none()
    serializer_class = UnitSerializer
    filterset_class = UnitFilter

    def get_queryset(self) -> QuerySet[Unit]:
        return Unit.objects.visible_to(self.request.user, Permission.UNIT_VIEW).in_order()


class SchoolViewSet(ReadOnlyModelViewSet):
    """Школы с кодами РЦОИ и ФИС ОКО."""

    queryset = Unit.objects.none()
    serializer_class = SchoolSerializer
    filterset_class = SchoolFilter

    def get_queryset(self) -> QuerySet[Unit]:
        schools = Unit.objects.visible_to(self.request.user, Permission.UNIT_VIEW).of_kind(Kind.SCHOOL)
        return schools.filter(school__isnull=False).select_related("school").in_order()


class SchoolYearViewSet(ReadOnlyModelViewSet):
    """Социальные паспорта школ по учебным годам."""

    queryset = SchoolYear.objects.none()
    serializer_class = SchoolYearSerializer
    filterset_class = SchoolYearFilter

    def get_queryset(self) -> QuerySet[SchoolYear]:
        years = SchoolYear.objects.visible_to(self.request.user, Permission.UNIT_VIEW)
        return years.select_related("unit").order_by("-academic_year", "unit__sort_key", "pk")
