from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q

from jobs.models import Job, UuidV7
from reports.enums import ReportFormat, ReportName
from schools.enums import Territories
from schools.models import Unit
from schools.querysets import ScopedQuerySet


class ReportOrder(models.Model):
    """A report that somebody asked for, and the file once it is made."""

    id = models.UUIDField(primary_key=True, db_default=UuidV7(), editable=False)
    name = models.CharField("отчёт", max_length=30, choices=ReportName)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="report_orders")
    year = models.SmallIntegerField("год")
    territories = models.CharField("территории", max_length=5, choices=Territories, default=Territories.OWN)
    format = models.CharField(max_length=5, choices=ReportFormat)
    job = models.OneToOneField(Job, models.PROTECT, related_name="report_order", null=True)
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="report_orders")
    ordered_at = models.DateTimeField()
    file_name = models.CharField(max_length=200, blank=True, default="")
    file_size = models.BigIntegerField(null=True)
    file_sha256 = models.CharField(max_length=64, blank=True, default="")
    file_erased_at = models.DateTimeField("файл удалён", null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["unit", "-ordered_at"], name="order_newest_of_unit")]
        constraints = [
            models.CheckConstraint(
                condition=Q(file_erased_at=None) | ~Q(file_sha256=""), name="order_erased_is_only_a_file_that_was_made"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_name_display()}, {self.unit}, {self.year}"

    @property
    def path(self) -> Path:
        """Where the file lies. Its name there says nothing of its content."""
        return Path(settings.DATA_DIR) / "files" / f"{self.pk}.{self.format}"

    @property
    def has_file(self) -> bool:
        """Whether the file has been made and is still kept."""
        return bool(self.file_sha256) and self.file_erased_at is None
