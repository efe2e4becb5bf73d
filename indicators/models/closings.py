"""Periods that were closed: which values were approved with them, and what has come out otherwise since."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from documents.models import Document
from indicators.enums import ChangesTaken, ValueStatus
from indicators.models.measures import Indicator, IndicatorEdition, Period, RecalculationRun
from schools.models import Unit
from schools.querysets import ScopedQuerySet


class PeriodClosing(models.Model):
    """
    A period closed by order: from then on its values are official, and what is computed later stands beside them.

    A period that was opened again keeps its closing; closed once more, it gets another one.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="чей")
    period = models.ForeignKey(Period, models.PROTECT, related_name="closings", verbose_name="период")
    # The same period while this closing is in force: of each period one is.
    closes = models.OneToOneField(Period, models.PROTECT, null=True, blank=True, related_name="in_force")
    order = models.ForeignKey(Document, models.PROTECT, related_name="+", verbose_name="приказ о закрытии")
    by_order = models.CharField("каким приказом", max_length=200)  # its number and day as they were then: «№ 15 от …»
    closed_at = models.DateTimeField("закрыт")
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="кто внёс")
    # Who is accountable, as whom: the one who clicked is another fact.
    signatory = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="подписал")
    signed_as = models.CharField(max_length=300, blank=True, default="")
    pinned = models.PositiveIntegerField("закреплено значений", default=0)
    reopened_at = models.DateTimeField("открыт снова", null=True, blank=True)
    reopened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reopened_signatory = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reopened_signed_as = models.CharField(max_length=300, blank=True, default="")
    reopening_order = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="приказ об открытии"
    )
    reopening_reason = models.TextField("почему открыт снова", blank=True, default="")
    changes_taken = models.CharField("что с изменившимся", max_length=10, choices=ChangesTaken, blank=True, default="")
    changes = models.PositiveIntegerField("сколько изменилось к открытию", null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reopened_at=None, closes=F("period"), reopened_by=None, changes_taken="")
                | Q(reopened_at__isnull=False, closes=None, reopened_by__isnull=False) & ~Q(changes_taken=""),
                name="closing_reopened_at_goes_with_who_and_how",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} закрыт приказом {self.by_order}"


class PinnedEdition(models.Model):
    """By which edition an indicator's values of a closed period are official."""

    closing = models.ForeignKey(PeriodClosing, models.CASCADE, related_name="editions")
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="pins")
    edition = models.ForeignKey(IndicatorEdition, models.PROTECT, related_name="pins")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["closing", "indicator"], name="edition_pinned_once")]

    def __str__(self) -> str:
        return f"{self.closing_id}: {self.edition_id}"


class ValueSinceClosing(models.Model):
    """
    What an official value of a closed period would be by the data and definitions of now, where it would be another.

    `status` is empty where the value would be no more. Written by recalculation only; gone when the two agree again.
    """

    # As with values: no constraints and no indexes of their own on derived rows.
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    period = models.ForeignKey(Period, models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    unit = models.ForeignKey(
        Unit, models.CASCADE, related_name="values_since_closing", db_constraint=False, db_index=False
    )
    edition = models.ForeignKey(IndicatorEdition, models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    n = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    d = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    left_out = models.IntegerField(default=0)
    status = models.CharField(max_length=15, choices=ValueStatus, blank=True, default="")
    cells = ArrayField(models.DecimalField(max_digits=20, decimal_places=4), null=True)  # of a distribution
    run = models.ForeignKey(RecalculationRun, models.PROTECT, related_name="+", db_constraint=False, db_index=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["period", "indicator", "unit"], name="since_closing_once")]

    def __str__(self) -> str:
        return f"{self.indicator_id}/{self.period_id}/{self.unit_id}"
