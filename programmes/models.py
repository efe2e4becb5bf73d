from django.conf import settings
from django.db import models
from django.db.models import F, Q

from documents.models import Document
from indicators.models import Indicator, Period
from programmes.enums import (
    ChangeCause,
    Cumulation,
    ProgrammeKind,
    ProgrammeStatus,
    RowChoice,
    SectionPart,
    TargetOperator,
    TargetScope,
)
from programmes.querysets import ProgrammeIndicatorQuerySet, ProgrammeQuerySet
from schools.models import Unit


class Programme(models.Model):
    """A programme of the region, a municipality or a school: the promise that indicators and activities belong to."""

    code = models.CharField("код", max_length=60, unique=True)
    version = models.CharField("версия каталога", max_length=20, blank=True, default="")  # of the last that was loaded
    fingerprint = models.CharField(max_length=64, blank=True, default="")  # of what that version said
    kind = models.CharField("вид", max_length=20, choices=ProgrammeKind)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="programmes", verbose_name="чья программа")
    title = models.CharField("название", max_length=600)
    short_title = models.CharField("кратко", max_length=120, blank=True, default="")
    search_key = models.CharField(max_length=800, db_collation="C", default="")
    starts_on = models.DateField("с")
    ends_on = models.DateField("по")
    status = models.CharField("состояние", max_length=10, choices=ProgrammeStatus, default=ProgrammeStatus.DRAFT)
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="programmes")
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField("подана", null=True, blank=True)
    # Who is accountable, as whom: the one who clicked is another fact.
    submitted_signatory = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    submitted_signed_as = models.CharField(max_length=300, blank=True, default="")
    approved_on = models.DateField("утверждена", null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    approved_signatory = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_signed_as = models.CharField(max_length=300, blank=True, default="")
    return_comment = models.TextField("почему возвращена", blank=True, default="")
    # By how much a value of a running year may be short of its target before the target is in danger.
    band_points = models.DecimalField("допуск долей, п. п.", max_digits=6, decimal_places=2, default=0)
    band_units = models.DecimalField("допуск количеств", max_digits=10, decimal_places=2, default=0)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="programme_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(status=ProgrammeStatus.APPROVED, approved_on__isnull=False)
                | (~Q(status=ProgrammeStatus.APPROVED) & Q(approved_on__isnull=True)),
                name="programme_approved_on_goes_with_approved",
            ),
            models.CheckConstraint(
                condition=Q(band_points__gte=0, band_units__gte=0), name="programme_bands_are_not_below_nought"
            ),
        ]
        indexes = [models.Index(fields=["unit", "kind", "status"], name="programme_of_unit")]

    def __str__(self) -> str:
        return self.short_title or self.title


class PassportSection(models.Model):
    """A piece of a programme's text, as the document words it: a row of the passport, a chapter, a note to the text."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="sections")
    part = models.CharField(max_length=15, choices=SectionPart, default=SectionPart.PASSPORT)
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=300)
    items = models.JSONField(default=list)  # the row's statements, one string each
    slip = models.TextField("описка документа", blank=True, default="")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["programme", "part", "number"], name="section_numbered_once")]

    def __str__(self) -> str:
        return self.title


class Goal(models.Model):
    """A goal of a programme, or, under a goal, one of its tasks."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="goals")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="tasks")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    slip = models.TextField("описка документа", blank=True, default="")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "parent", "number"], name="goal_numbered_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return self.text


class Direction(models.Model):
    """A direction of a programme, under which its indicators and activities stand."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="directions")
    number = models.PositiveSmallIntegerField()
    label = models.CharField(
        "номер в документе", max_length=10, blank=True, default=""
    )  # such as 2.1, where not number
    title = models.CharField(max_length=400)
    short_title = models.CharField(max_length=120, blank=True, default="")
    slip = models.TextField("описка документа", blank=True, default="")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["programme", "number"], name="direction_numbered_once")]

    def __str__(self) -> str:
        return f"{self.numbered}. {self.title}"

    @property
    def numbered(self) -> str:
        """The number as the document has it."""
        return self.label or str(self.number)


END_OPERATORS = [TargetOperator.AT_LEAST, TargetOperator.AT_MOST, TargetOperator.EQUALS]


class ProgrammeIndicator(models.Model):
    """That an indicator stands in a programme, where, and how the document words it."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="programme_indicators")
    direction = models.ForeignKey(Direction, models.CASCADE, null=True, blank=True, related_name="programme_indicators")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="programme_indicators")
    number = models.CharField("номер", max_length=40)  # such as 5.4.2; of a closed one «5.4.2 (до 2024)» if it is taken
    sort_order = models.PositiveSmallIntegerField()
    group_number = models.CharField("номер таблицы", max_length=20, blank=True, default="")  # 5.4 for its row 5.4.2
    group_title = models.CharField("таблица", max_length=600, blank=True, default="")
    rows_by = models.CharField("по чему строки таблицы", max_length=60, blank=True, default="")
    part_of = models.CharField("в том числе: часть показателя №", max_length=40, blank=True, default="")
    is_of_parent = models.BooleanField("целое — числитель того показателя", default=False)
    choice = models.CharField("обязательность", max_length=10, choices=RowChoice, default=RowChoice.COMPULSORY)
    cumulation = models.CharField(  # empty: a count for the year, anything else by its latest value
        "как складывается", max_length=12, choices=Cumulation, blank=True, default=""
    )
    end_operator = models.CharField("сравнение к концу", max_length=20, choices=TargetOperator, blank=True, default="")
    end_value = models.DecimalField("цель к концу программы", max_digits=14, decimal_places=4, null=True, blank=True)
    is_headline = models.BooleanField("целевой показатель края", default=False)
    is_added = models.BooleanField("добавлена в портале", default=False)  # it stands in no package
    # What came with a package a later version may have no more: from this year on it is neither asked nor judged.
    closed_from = models.PositiveSmallIntegerField("закрыта с года", null=True, blank=True)
    counted = models.JSONField(default=dict)  # {"what", "subjects", "grades", "out"}: what is counted and who leaves
    management = models.JSONField(default=dict)  # mechanisms, documents, methods, terms as the document has them
    why_asked = models.TextField("почему вносится", blank=True, default="")
    basis = models.TextField("чем кормится", blank=True, default="")
    verbatim = models.TextField("как в документе", blank=True, default="")
    slip = models.TextField("описка документа", blank=True, default="")

    objects = ProgrammeIndicatorQuerySet.as_manager()

    class Meta:
        ordering = ["sort_order"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "indicator"], name="indicator_once_a_programme"),
            models.UniqueConstraint(fields=["programme", "number"], name="programme_indicator_numbered_once"),
            models.CheckConstraint(
                condition=Q(end_operator="", end_value=None)
                | Q(end_operator__in=END_OPERATORS, end_value__isnull=False),
                name="programme_indicator_end_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(is_of_parent=False) | ~Q(part_of=""), name="programme_indicator_of_a_parent_names_it"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.indicator}"

    def is_closed_in(self, year: int) -> bool:
        """Whether its document has it no more in a year; of a queryset, the others are `in_force`."""
        return self.closed_from is not None and self.closed_from <= year


WITHOUT_VALUE = [
    TargetOperator.YES,
    TargetOperator.NOT_APPLICABLE,
    TargetOperator.GROWTH,
    TargetOperator.POSITIVE_DYNAMICS,
]


class Target(models.Model):
    """What a programme promises of an indicator for a period."""

    programme_indicator = models.ForeignKey(ProgrammeIndicator, models.CASCADE, related_name="targets")
    period = models.ForeignKey(Period, models.PROTECT, related_name="targets")
    unit = models.ForeignKey(  # whose own target it is, which stands before the programme's; None: the programme's
        Unit, models.PROTECT, null=True, blank=True, related_name="targets", verbose_name="чья своя цель"
    )
    operator = models.CharField("сравнение", max_length=20, choices=TargetOperator)
    value = models.DecimalField("цель", max_digits=14, decimal_places=4, null=True, blank=True)
    upper = models.DecimalField("до", max_digits=14, decimal_places=4, null=True, blank=True)  # of a «between»
    base_year = models.SmallIntegerField("базовый год", null=True, blank=True)  # of a growth
    band = models.DecimalField(  # None: the programme's own
        "допуск", max_digits=10, decimal_places=2, null=True, blank=True
    )
    scope = models.CharField("чего", max_length=20, choices=TargetScope, default=TargetScope.WHOLE)
    verbatim = models.CharField("как в документе", max_length=400, blank=True, default="")
    also = models.JSONField(
        null=True, blank=True
    )  # the other half of a compound target: {"element", "operator", "value"}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme_indicator", "period", "unit"], name="target_once_a_period", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(operator__in=WITHOUT_VALUE, value=None)
                | Q(operator=TargetOperator.UNSPECIFIED)
                | (~Q(operator__in=[*WITHOUT_VALUE, TargetOperator.UNSPECIFIED]) & Q(value__isnull=False)),
                name="target_value_goes_with_its_operator",
            ),
            models.CheckConstraint(
                condition=Q(operator=TargetOperator.BETWEEN, upper__gte=F("value"))
                | (~Q(operator=TargetOperator.BETWEEN) & Q(upper=None)),
                name="target_upper_goes_with_between",
            ),
            models.CheckConstraint(
                condition=Q(operator=TargetOperator.GROWTH, base_year__isnull=False)
                | (~Q(operator=TargetOperator.GROWTH) & Q(base_year=None)),
                name="target_base_year_goes_with_growth",
            ),
            models.CheckConstraint(condition=Q(band=None) | Q(band__gte=0), name="target_band_is_not_below_nought"),
        ]

    def __str__(self) -> str:
        return self.verbatim or f"{self.get_operator_display()} {self.value}"


class TargetChange(models.Model):
    """
    That a target was changed, or its sign settled: from what to what, by whom, when, why, by which document.

    Of a target that was withdrawn it stays with the row of the programme, and says which target that was.
    """

    target = models.ForeignKey(
        Target, models.CASCADE, null=True, blank=True, related_name="changes", verbose_name="цель"
    )
    withdrawn_from = models.ForeignKey(
        ProgrammeIndicator,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="changes_withdrawn",
        verbose_name="из какой строки цель снята",
    )
    withdrawn = models.CharField("какая цель снята", max_length=400, blank=True, default="")
    scope = models.CharField("чего", max_length=20, choices=TargetScope, blank=True, default="")  # of one withdrawn
    is_settling = models.BooleanField("определено сравнение", default=False)
    was = models.JSONField("было")
    became = models.JSONField("стало")
    cause = models.CharField("причина", max_length=12, choices=ChangeCause, blank=True, default="")
    reason = models.TextField("почему", blank=True, default="")
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="target_changes")
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="кто внёс")
    changed_at = models.DateTimeField("когда внесено")
    # Who decided, as whom: the one who typed it is another fact.
    signatory = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    signed_as = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        ordering = ["changed_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(target__isnull=False, withdrawn_from=None, withdrawn="", scope="")
                | Q(target=None, withdrawn_from__isnull=False) & ~Q(withdrawn="") & ~Q(scope=""),
                name="target_change_is_of_a_target_or_of_one_withdrawn",
            )
        ]

    def __str__(self) -> str:
        return f"{self.target_id or self.withdrawn}: {self.changed_at:%d.%m.%Y}"
