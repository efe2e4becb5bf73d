from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q

from accounts.models import ApiToken
from jobs.enums import JobState, Queue, UploadState


class UuidV7(Func):
    """A key that sorts by the moment it was made."""

    function = "uuidv7"
    template = "%(function)s()"
    output_field = models.UUIDField()


class Upload(models.Model):
    """A file that somebody handed in. Its bytes wait encrypted in the spool and are erased once it is parsed."""

    id = models.UUIDField(primary_key=True, db_default=UuidV7(), editable=False)
    name = models.CharField("имя файла", max_length=255)
    size = models.BigIntegerField("размер, байт")
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=UploadState, default=UploadState.STORED)
    spool_name = models.CharField(max_length=100, blank=True, default="")
    spool_key = models.BinaryField(null=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="uploads")
    uploaded_at = models.DateTimeField()
    uploaded_with = models.ForeignKey(ApiToken, models.PROTECT, related_name="uploads", null=True)

    class Meta:
        indexes = [models.Index(fields=["sha256"], name="upload_sha256")]

    def __str__(self) -> str:
        return self.name


class Job(models.Model):
    """Long work: who ordered it, how far it is, what came of it. This row is the truth; the broker only wakes."""

    id = models.UUIDField(primary_key=True, db_default=UuidV7(), editable=False)
    kind = models.CharField("вид работы", max_length=60)
    title = models.CharField("что делается", max_length=300)
    queue = models.CharField(max_length=10, choices=Queue, default=Queue.SHORT)
    state = models.CharField("состояние", max_length=10, choices=JobState, default=JobState.QUEUED)
    payload = models.JSONField(default=dict)
    dedupe_key = models.CharField(max_length=200, blank=True, default="")
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="jobs")
    ordered_at = models.DateTimeField()
    ordered_with = models.ForeignKey(ApiToken, models.PROTECT, related_name="jobs", null=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=3)
    lease_until = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    progress_done = models.BigIntegerField(default=0)
    progress_total = models.BigIntegerField(default=0)
    progress_text = models.CharField(max_length=300, blank=True, default="")
    result = models.JSONField(null=True, blank=True)
    failure = models.TextField("почему не выполнено", blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dedupe_key"],
                condition=~Q(dedupe_key="") & Q(state__in=[JobState.QUEUED, JobState.RUNNING]),
                name="job_ordered_once_while_unfinished",
            ),
            models.CheckConstraint(
                condition=Q(state=JobState.RUNNING, lease_until__isnull=False) | ~Q(state=JobState.RUNNING),
                name="job_running_goes_with_a_lease",
            ),
        ]
        indexes = [
            models.Index(fields=["queue", "ordered_at"], condition=Q(state="queued"), name="job_waiting"),
            models.Index(fields=["lease_until"], condition=Q(state="running"), name="job_leased"),
            models.Index(F("ordered_by"), F("ordered_at").desc(), name="job_of_person"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def percent(self) -> int | None:
        """How much is done, in whole percents, or None while that is not known."""
        if self.state == JobState.DONE:
            return 100
        return min(100, 100 * self.progress_done // self.progress_total) if self.progress_total else None
