from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from schools.enums import Kind, Locality, MunicipalityType, OperationKind, SchoolLevel, SchoolType
from schools.models.units import Unit
from schools.querysets import ScopedQuerySet, UnitVersionQuerySet


class UnitOperation(models.Model):
    """
    One change of the network: what, since which day, by which order, who wrote it down, and whether it was undone.

    `steps` are what was done to single units, in order, by the names of that day and with what is needed to do each
    backwards.
    """

    kind = models.CharField("что сделано", max_length=10, choices=OperationKind)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="operations", verbose_name="где")
    on = models.DateField("с какого дня")
    order = models.CharField("приказ или закон", max_length=300, blank=True, default="")
    note = models.CharField("пояснение", max_length=600, blank=True, default="")
    journal = models.CharField("из журнала", max_length=100, blank=True, default="")
    title = models.CharField("что изменилось", max_length=1000)
    steps = models.JSONField(default=list)
    unit_ids = ArrayField(models.BigIntegerField(), default=list)  # opened, closed, renamed or moved by it
    place_ids = ArrayField(models.BigIntegerField(), default=list)  # those, and the places from which and to which
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undo_reason = models.CharField("почему отменено", max_length=300, blank=True, default="")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-on", "-id"], name="operation_newest_first")]
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="operation_is_undone_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return f"№ {self.pk}, {self.get_kind_display()} с {self.on:%d.%m.%Y}"


class UnitVersion(models.Model):
    """
    What a unit was, until a day: its names, its code, its kind and its sort. What it is now stands in `Unit` itself.

    The first of a unit's versions counts from ever, so each day has at most one.
    """

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="versions")
    valid_from = models.DateField()
    valid_to = models.DateField()
    kind = models.CharField(max_length=20, choices=Kind)
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=400)
    short_name = models.CharField(max_length=200)
    search_key = models.CharField(max_length=900, db_collation="C")
    municipality_type = models.CharField(max_length=20, choices=MunicipalityType, blank=True, default="")
    level = models.CharField(max_length=10, choices=SchoolLevel, blank=True, default="")
    locality = models.CharField(max_length=10, choices=Locality, blank=True, default="")
    type = models.CharField(max_length=15, choices=SchoolType, blank=True, default="")

    objects = UnitVersionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["unit", "valid_to"], name="version_of_unit"),
            models.Index(fields=["code"], name="version_code"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="version_ends_after_it_begins"),
            models.UniqueConstraint(fields=["unit", "valid_to"], name="version_ends_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.short_name}, до {self.valid_to:%d.%m.%Y}"


class Succession(models.Model):
    """That one unit took over from another on a day, wholly or, with a share known, in part."""

    former = models.ForeignKey(Unit, models.CASCADE, related_name="successions")
    successor = models.ForeignKey(Unit, models.CASCADE, related_name="predecessions")
    on = models.DateField()
    share = models.DecimalField(
        max_digits=6, decimal_places=5, null=True, blank=True
    )  # of organisations that came over
    operation = models.ForeignKey(UnitOperation, models.CASCADE, related_name="successions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["former", "successor", "on"], name="succession_once_a_day"),
            models.CheckConstraint(condition=~Q(former=F("successor")), name="succession_is_of_two_units"),
            models.CheckConstraint(
                condition=Q(share=None) | Q(share__gt=0, share__lte=1), name="succession_share_is_a_part"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.former} → {self.successor}"
