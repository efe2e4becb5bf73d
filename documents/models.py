from django.conf import settings
from django.db import models

from documents.enums import DocumentKind
from schools.models import Unit
from schools.querysets import ScopedQuerySet


class Document(models.Model):
    """A document that confirms something: its requisites and where it can be read."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="documents", verbose_name="чей документ")
    kind = models.CharField("вид", max_length=20, choices=DocumentKind)
    title = models.CharField("название", max_length=500)
    number = models.CharField("номер", max_length=60, blank=True, default="")
    dated_on = models.DateField("дата", null=True, blank=True)
    url = models.URLField("ссылка", max_length=600, blank=True, default="")
    page_reference = models.CharField("место в документе", max_length=200, blank=True, default="")
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    filed_at = models.DateTimeField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["unit", "kind"], name="document_of_unit")]

    def __str__(self) -> str:
        requisites = " ".join(
            part
            for part in (
                f"№ {self.number}" if self.number else "",
                f"от {self.dated_on:%d.%m.%Y}" if self.dated_on else "",
            )
            if part
        )
        return f"{self.title} {requisites}".strip()
