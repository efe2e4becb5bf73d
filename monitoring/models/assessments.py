"""Procedures, their norms, the files that brought results, the rows and their sums per school."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from documents.models import Document
from jobs.models import Upload
from monitoring.enums import LoadState, MeasureKind, Source
from schools.models import Unit
from schools.querysets import ScopedQuerySet

FIRST_YEAR, LAST_YEAR = 2016, 2035  # academic years that have a partition of result rows of their own


class Procedure(models.Model):
    """An assessment procedure: ВПР, ОГЭ, ЕГЭ, КДР, or one that a municipality holds for itself."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField("название", max_length=100)
    full_name = models.CharField("полное название", max_length=300, blank=True, default="")
    measure = models.CharField(max_length=10, choices=MeasureKind)
    owner = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="procedures")
    # Where pupils keep their codes from work to work: who sees to it, by which document, shared with which procedure.
    codes_keeper = models.CharField("кто ведёт постоянные коды", max_length=200, blank=True, default="")
    codes_document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    codes_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="sharing_codes")
    terms = models.JSONField(default=dict)  # how files speak of it: aliases, grades, session, not_held, levels

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(codes_document=None, codes_keeper="", codes_of=None)
                | (Q(codes_document__isnull=False) & ~Q(codes_keeper="")),
                name="procedure_with_lasting_codes_has_keeper_and_document",
            ),
            models.CheckConstraint(
                condition=Q(codes_of=None) | ~Q(codes_of=models.F("pk")), name="procedure_shares_codes_with_another"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_lasting_codes(self) -> bool:
        """Whether somebody has answered for it that a pupil has one code in all works."""
        return self.codes_document_id is not None

    @property
    def codes_holder(self) -> "Procedure":
        """The procedure by whose key codes are hashed: its own, or the one with which it shares them."""
        return self.codes_of or self


class Subject(models.Model):
    """A school subject, or a kind of literacy, that results are about."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField("название", max_length=200, unique=True)
    terms = models.JSONField(default=dict)  # how files speak of it: aliases, tokens, codes, within

    def __str__(self) -> str:
        return self.name


class MarkScale(models.Model):
    """The dated norm of a procedure in a subject and grade: maximum, lowest scores of the marks, or names of levels."""

    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="scales")
    subject = models.ForeignKey(Subject, models.CASCADE, related_name="scales")
    grade = models.PositiveSmallIntegerField()
    from_year = models.SmallIntegerField("с учебного года")
    to_year = models.SmallIntegerField("по учебный год", null=True, blank=True)
    measure = models.CharField(max_length=10, choices=MeasureKind, blank=True, default="")  # where not the procedure's
    max_score = models.PositiveSmallIntegerField(null=True, blank=True)
    passing_score = models.PositiveSmallIntegerField("минимальный балл", null=True, blank=True)
    mark_bounds = ArrayField(models.PositiveSmallIntegerField(), null=True, blank=True)  # lowest score of 3, 4, 5
    levels = ArrayField(models.CharField(max_length=60), null=True, blank=True)  # lowest level first
    basic_level = models.PositiveSmallIntegerField(null=True, blank=True)  # index of «базовый»
    source = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["procedure", "subject", "grade", "from_year"], name="scale_once_from_a_year"
            )
        ]

    def __str__(self) -> str:
        return f"{self.procedure} {self.subject} {self.grade}"


class Assessment(models.Model):
    """A procedure held in a subject and grade in an academic year."""

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="assessments")
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="assessments")
    grade = models.PositiveSmallIntegerField("класс")
    academic_year = models.SmallIntegerField("учебный год")
    held_on = models.DateField("дата", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["procedure", "subject", "grade", "academic_year"], name="assessment_once_a_year"
            )
        ]
        indexes = [models.Index(fields=["academic_year"], name="assessment_year")]

    def __str__(self) -> str:
        return f"{self.procedure}, {self.subject}, {self.grade} класс, {self.academic_year}"


class Load(models.Model):
    """One file of results: read, shown, then accepted whole or not at all; undone whole."""

    upload = models.ForeignKey(Upload, models.PROTECT, related_name="loads")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="loads")  # for whose territory it was handed in
    layout = models.CharField(max_length=60)
    state = models.CharField("состояние", max_length=12, choices=LoadState, default=LoadState.PREVIEWED)
    summary = models.JSONField(default=dict)  # what the parser said, without rows
    staging = models.CharField(max_length=100, blank=True, default="")  # the folder of its rows until it is accepted
    rows = models.PositiveIntegerField(default=0)
    loaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="loads")
    created_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    # Who is accountable, as whom: the one who clicked is another fact.
    signatory = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    signed_as = models.CharField(max_length=300, blank=True, default="")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-created_at"], name="load_newest")]

    def __str__(self) -> str:
        return f"загрузка № {self.pk}: {self.upload}"


class AssessmentLoad(models.Model):
    """What one load brought of one assessment: how fine, of which place in the file, with which plan of tasks."""

    load = models.ForeignKey(Load, models.CASCADE, related_name="parts")
    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="parts")
    source = models.CharField(max_length=10, choices=Source)
    sheet = models.CharField(max_length=200, blank=True, default="")
    rows = models.PositiveIntegerField(default=0)
    schools = models.PositiveIntegerField(default=0)
    max_score = models.PositiveSmallIntegerField(null=True, blank=True)
    threshold = models.PositiveSmallIntegerField(null=True, blank=True)
    coded = models.PositiveIntegerField(default=0)  # rows with a pupil's hash
    codes_mark = models.CharField(max_length=16, blank=True, default="")  # tells the key of those hashes from others
    tasks = models.JSONField(default=list)  # [{"label", "max", "level"}] in the order of ResultRow.tasks

    class Meta:
        constraints = [models.UniqueConstraint(fields=["load", "assessment"], name="load_part_once")]

    def __str__(self) -> str:
        return f"{self.load}: {self.assessment}"


class ResultRow(models.Model):
    """
    One anonymous result: never updated, partitioned by academic year, filled by COPY.

    It has no key but its own, for a foreign key on each of a million rows costs thirteen seconds. `task_scores` are in
    the order of `AssessmentLoad.tasks`; null is a task not attempted («X»).
    """

    pk = models.CompositePrimaryKey("academic_year", "load_id", "row_no")
    academic_year = models.SmallIntegerField()
    load_id = models.BigIntegerField()
    row_no = models.IntegerField()  # the line of the file, counted on over its sheets
    assessment_id = models.BigIntegerField()
    unit_id = models.BigIntegerField()
    class_name = models.CharField(max_length=20, null=True)
    variant = models.CharField(max_length=20, null=True)
    task_scores = ArrayField(models.SmallIntegerField(null=True), null=True)
    score = models.SmallIntegerField(null=True)
    mark = models.SmallIntegerField(null=True)
    journal_mark = models.SmallIntegerField(null=True)
    level = models.SmallIntegerField(null=True)  # which of the scale's levels, the lowest is nought
    pupil = models.BinaryField(null=True)  # keyed hash, only where the procedure's codes last over years

    def __str__(self) -> str:
        return f"{self.load_id}:{self.row_no}"


class SchoolResult(models.Model):
    """
    The sums of one assessment in one school as one load brought them.

    Of all loads one is in force per assessment and school (`is_current`): the finest, then the newest. `failed` counts
    mark «2», scores below the minimum, or the lowest level.
    """

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="school_results")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="school_results")
    load = models.ForeignKey(Load, models.PROTECT, related_name="school_results")
    source = models.CharField(max_length=10, choices=Source)
    is_current = models.BooleanField(default=False)
    n = models.PositiveIntegerField("участников")
    failed = models.PositiveIntegerField("не справились", null=True)
    marks = ArrayField(models.PositiveIntegerField(), null=True)  # how many 2, 3, 4, 5
    levels = ArrayField(models.PositiveIntegerField(), null=True)  # lowest level first
    score_sum = models.BigIntegerField(null=True)
    max_score = models.PositiveSmallIntegerField(null=True)
    raised = models.PositiveIntegerField("повысили", null=True)
    confirmed = models.PositiveIntegerField("подтвердили", null=True)
    lowered = models.PositiveIntegerField("понизили", null=True)
    row_no = models.PositiveIntegerField(null=True)  # the line of the file; the first one, where the file brings rows
    last_row_no = models.PositiveIntegerField(null=True)  # and the last, so that few rows are looked through

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "unit", "load"], name="school_result_once_a_load"),
            models.UniqueConstraint(
                fields=["assessment", "unit"],
                condition=Q(is_current=True),
                name="school_result_one_is_in_force",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "assessment"], name="school_result_of_unit"),
            # Comparisons with the journal are few among results, and are asked for by every fact about objectivity.
            models.Index(
                fields=["assessment", "unit"], condition=Q(source=Source.JOURNAL), name="school_result_of_journal"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment}: {self.unit}"
