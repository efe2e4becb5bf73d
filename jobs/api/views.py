"""Jobs and uploads in the API: everybody sees his own."""

from django.db.models import QuerySet
from rest_framework.viewsets import ReadOnlyModelViewSet

from jobs.api.serializers import JobSerializer, UploadSerializer
from jobs.models import Job, Upload


class JobViewSet(ReadOnlyModelViewSet):
    """Ваши задания: что делается, сколько осталось, чем кончилось."""

    queryset = Job.objects.none()
    serializer_class = JobSerializer

    def get_queryset(self) -> QuerySet[Job]:
        return Job.objects.filter(ordered_by=self.request.user).order_by("-ordered_at", "-pk")


class UploadViewSet(ReadOnlyModelViewSet):
    """Файлы, которые вы передали."""

    queryset = Upload.objects.none()
    serializer_class = UploadSerializer

    def get_queryset(self) -> QuerySet[Upload]:
        return Upload.objects.filter(uploaded_by=self.request.user).order_by("-uploaded_at", "-pk")
