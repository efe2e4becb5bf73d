from django.conf import settings
from django.db import models
from django.db.models import F, Q

from documents.models import Document
from programmes.models import Direction, Programme
from roadmap.enums import ExecutionState, Recurrence
from schools.enums import Kind
from schools.models import Unit
from schools.querysets import ScopedQuerySet


class Activity(models.Model):
    """A row of the roadmap: what is done, by whom, and which documents fix its result."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="activities")
    direction = models.ForeignKey(Direction, models.PROTECT, null=True, blank=True, related_name="activities")
    number = models.PositiveSmallIntegerField("номер")
    title = models.TextField("мероприятие")
    responsible = models.JSONField("ответственные", default=list)  # short names of bodies
    responsible_text = models.CharField("ответственные, как в документе", max_length=400, blank=True, default="")
    level = models.CharField("чей результат", max_length=20, choices=Kind, default=Kind.REGION)
    levels = models.JSONField("на каких уровнях отвечают", default=list)  # of every body, the first one's included
    confirming = models.JSONField("документы, закрепляющие результат", default=list)
    slip = models.TextField("описка документа", blank=True, default="")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["programme", "number"], name="activity_numbered_once")]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"

    @property
    def answering(self) -> set[Kind]:
        """The kinds of units that may say that its results are done: of its bodies, and whoever stands above them."""
        levels = {Kind(level) for level in (self.levels or [self.level])}
        return {above for level in levels for above in ANSWERS[level]}


# Who may mark a result, by the level of a body that answers for it.
ANSWERS = {
    Kind.REGION: (Kind.REGION,),
    Kind.MUNICIPALITY: (Kind.REGION, Kind.MUNICIPALITY),
    Kind.SCHOOL: (Kind.REGION, Kind.MUNICIPALITY, Kind.SCHOOL),
}


class ExpectedResult(models.Model):
    """One promised result of an activity in a year, with the window it is due in."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="results")
    year = models.SmallIntegerField("год")
    number = models.PositiveSmallIntegerField()
    title = models.TextField("результат")
    is_inherited = models.BooleanField("срок общий для ячейки", default=False)
    window = models.CharField("срок, как в документе", max_length=300, blank=True, default="")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    recurrence = models.CharField(max_length=15, choices=Recurrence, default=Recurrence.ONCE)
    threshold_percent = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    threshold_count = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    threshold_of = models.CharField("доля или число чего", max_length=300, blank=True, default="")
    slip = models.TextField("описка документа", blank=True, default="")

    class Meta:
        ordering = ["activity", "year", "number"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "year", "number"], name="result_numbered_once"),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="result_window_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ResultWindow(models.Model):
    """A stretch of days in which a result is due. A recurrent result has one for each time."""

    result = models.ForeignKey(ExpectedResult, models.CASCADE, related_name="windows")
    number = models.PositiveSmallIntegerField()
    starts_on = models.DateField("с")
    ends_on = models.DateField("по")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["result", "number"], name="window_numbered_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="window_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on:%d.%m.%Y} – {self.ends_on:%d.%m.%Y}"


class Execution(models.Model):
    """What a unit did about a promised result: when, confirmed by which document, accepted by whom."""

    result = models.ForeignKey(ExpectedResult, models.CASCADE, related_name="executions")
    window_number = models.PositiveSmallIntegerField("который раз", default=1)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="executions")
    state = models.CharField("состояние", max_length=12, choices=ExecutionState)
    done_on = models.DateField("выполнено", null=True, blank=True)
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="executions")
    comment = models.TextField("пояснение", blank=True, default="")
    return_comment = models.TextField("почему возвращено", blank=True, default="")
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reported_at = models.DateTimeField()
    # Who is accountable, as whom: the one who clicked is another fact.
    reported_signatory = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reported_signed_as = models.CharField(max_length=300, blank=True, default="")
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_signatory = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    accepted_signed_as = models.CharField(max_length=300, blank=True, default="")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["result", "unit", "window_number"], name="execution_once_a_window"),
            models.CheckConstraint(
                condition=Q(state="accepted", accepted_at__isnull=False)
                | (~Q(state="accepted") & Q(accepted_at__isnull=True)),
                name="execution_accepted_at_goes_with_accepted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.result_id}: {self.unit}"
