"""Jobs and uploads in the API: everybody sees his own, and a key what was ordered with it."""

from django.db.models import QuerySet
from rest_framework.viewsets import ReadOnlyModelViewSet

from jobs.api.serializers import JobSerializer, UploadSerializer
from jobs.models import Job, Upload
from jobs.selectors import jobs_of, uploads_of


class JobViewSet(ReadOnlyModelViewSet):
    """Ваши задания: что делается, сколько осталось, чем кончилось. Ключ видит заказанные с ним."""

    queryset = Job.objects.none()
    serializer_class = JobSerializer

    def get_queryset(self) -> QuerySet[Job]:
        return jobs_of(user=self.request.user)


class UploadViewSet(ReadOnlyModelViewSet):
    """Файлы, которые вы передали. Ключ видит переданные с ним."""

    queryset = Upload.objects.none()
    serializer_class = UploadSerializer

    def get_queryset(self) -> QuerySet[Upload]:
        return uploads_of(user=self.request.user)
