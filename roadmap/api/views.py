"""The roadmap in the API: activities, promised results, executions."""

from django.db.models import QuerySet
from rest_framework.viewsets import ReadOnlyModelViewSet

from roadmap.api.filters import ActivityFilter, ExecutionFilter, ExpectedResultFilter
from roadmap.api.serializers import ActivitySerializer, ExecutionSerializer, ExpectedResultSerializer
from roadmap.models import Activity, Execution, ExpectedResult
from roadmap.selectors.executions import executions_seen, roadmap_activities, roadmap_results


class ActivityViewSet(ReadOnlyModelViewSet):
    """Мероприятия дорожных карт: исполнители и документы, закрепляющие результат."""

    queryset = Activity.objects.none()
    serializer_class = ActivitySerializer
    filterset_class = ActivityFilter

    def get_queryset(self) -> QuerySet[Activity]:
        return roadmap_activities(user=self.request.user).order_by("programme_id", "number")


class ExpectedResultViewSet(ReadOnlyModelViewSet):
    """Обещанные результаты мероприятий по годам, со сроками и порогами."""

    queryset = ExpectedResult.objects.none()
    serializer_class = ExpectedResultSerializer
    filterset_class = ExpectedResultFilter

    def get_queryset(self) -> QuerySet[ExpectedResult]:
        results = roadmap_results(user=self.request.user)
        return results.order_by("activity__programme_id", "activity__number", "year", "number")


class ExecutionViewSet(ReadOnlyModelViewSet):
    """Выполнение результатов: свои единицы и те, кто выше."""

    queryset = Execution.objects.none()
    serializer_class = ExecutionSerializer
    filterset_class = ExecutionFilter

    def get_queryset(self) -> QuerySet[Execution]:
        return executions_seen(user=self.request.user).order_by("pk")
