"""Units, schools and social passports in the API."""

from django.db.models import QuerySet
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.permissions import Permission
from schools.api.filters import MembershipFilter, PartnerFilter, SchoolFilter, SchoolYearFilter, UnitFilter
from schools.api.serializers import (
    MembershipSerializer,
    PartnerSerializer,
    SchoolSerializer,
    SchoolYearSerializer,
    UnitSerializer,
)
from schools.enums import ORGANISATIONS, Kind
from schools.models import Membership, Partner, SchoolYear, Unit


class UnitViewSet(ReadOnlyModelViewSet):
    """Край, округа, муниципалитеты и организации, которые вам видны."""

    queryset = Unit.objects.none()
    serializer_class = UnitSerializer
    filterset_class = UnitFilter

    def get_queryset(self) -> QuerySet[Unit]:
        units = Unit.objects.visible_to(self.request.user, Permission.UNIT_VIEW)
        return units.prefetch_related("versions").in_order()


class SchoolViewSet(ReadOnlyModelViewSet):
    """Школы с кодами РЦОИ и ФИС ОКО; другие организации — с отбором по виду."""

    queryset = Unit.objects.none()
    serializer_class = SchoolSerializer
    filterset_class = SchoolFilter

    def get_queryset(self) -> QuerySet[Unit]:
        kinds = ORGANISATIONS if self.detail or self.request.query_params.get("kind") else [Kind.SCHOOL]
        schools = Unit.objects.visible_to(self.request.user, Permission.UNIT_VIEW).of_kind(*kinds)
        schools = schools.filter(school__isnull=False).select_related("school")
        return schools.prefetch_related("versions").in_order()


class PartnerViewSet(ReadOnlyModelViewSet):
    """Партнёры вне дерева: учреждения культуры, предприятия, вузы."""

    queryset = Partner.objects.none()
    serializer_class = PartnerSerializer
    filterset_class = PartnerFilter

    def get_queryset(self) -> QuerySet[Partner]:
        return Partner.objects.visible_to(self.request.user).order_by("sort_key", "pk")


class MembershipViewSet(ReadOnlyModelViewSet):
    """Участие организаций в проектах и инфраструктуре по срокам."""

    queryset = Membership.objects.none()
    serializer_class = MembershipSerializer
    filterset_class = MembershipFilter

    def get_queryset(self) -> QuerySet[Membership]:
        seen = Membership.objects.visible_to(self.request.user, Permission.UNIT_VIEW)
        return seen.select_related("unit", "project").order_by("unit__sort_key", "since", "pk")


class SchoolYearViewSet(ReadOnlyModelViewSet):
    """Социальные паспорта школ по учебным годам."""

    queryset = SchoolYear.objects.none()
    serializer_class = SchoolYearSerializer
    filterset_class = SchoolYearFilter

    def get_queryset(self) -> QuerySet[SchoolYear]:
        years = SchoolYear.objects.visible_to(self.request.user, Permission.UNIT_VIEW)
        return years.select_related("unit").order_by("-academic_year", "unit__sort_key", "pk")
