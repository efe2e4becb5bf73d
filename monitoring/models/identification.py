"""Methods by which schools are identified, their runs with every school's trace, and the lists approved by order."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from common.bulk_work import RussianJson
from documents.models import Document
from jobs.models import Job
from monitoring.enums import Category, ListState, MethodKind
from schools.models import Unit
from schools.querysets import ScopedQuerySet


class Methodology(models.Model):
    """A method of identification. What it asks is said by its editions."""

    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=10, choices=MethodKind)
    name = models.CharField("название", max_length=300)

    def __str__(self) -> str:
        return self.name


class MethodologyEdition(models.Model):
    """The parameters of a method from a day on: procedures, thresholds, variables, weights, cuts."""

    methodology = models.ForeignKey(Methodology, models.CASCADE, related_name="editions")
    number = models.PositiveSmallIntegerField("редакция")
    valid_from = models.DateField("действует с")
    parameters = models.JSONField()
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField("основание", blank=True, default="")
    is_current = models.BooleanField(default=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    # Who is accountable, as whom: the one who clicked is another fact.
    signatory = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    signed_as = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["methodology", "number"], name="method_edition_numbered_once"),
            models.UniqueConstraint(
                fields=["methodology"], condition=Q(is_current=True), name="method_edition_one_is_current"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.methodology}, редакция {self.number}"


class IdentificationRun(models.Model):
    """One identification: by which edition, of which academic year's results, frozen with a hash of its input."""

    edition = models.ForeignKey(MethodologyEdition, models.PROTECT, related_name="runs")
    academic_year = models.SmallIntegerField("новейший учебный год")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="identification_runs")
    input_hash = models.CharField(max_length=64)
    schools = models.PositiveIntegerField(default=0)
    run_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    run_at = models.DateTimeField()
    # The job that made it: a job whose worker died after the run was written finds it here and makes no second one.
    job = models.OneToOneField(Job, models.SET_NULL, null=True, blank=True, related_name="identification_run")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["academic_year", "-run_at"], name="run_of_year")]

    def __str__(self) -> str:
        return f"расчёт № {self.pk}"


class Finding(models.Model):
    """What a run says of a school, with the trace of every criterion."""

    run = models.ForeignKey(IdentificationRun, models.CASCADE, related_name="findings")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="findings")
    categories = ArrayField(models.CharField(max_length=20, choices=Category), default=list)
    trace = models.JSONField(encoder=RussianJson)  # monitoring.identification.trace says its shape
    low_count = models.PositiveSmallIntegerField(default=0)
    excluded_as = models.CharField(max_length=20, blank=True, default="")  # a sort of schools the method leaves out
    results_index = models.DecimalField(max_digits=7, decimal_places=3, null=True)
    conditions_index = models.DecimalField(max_digits=7, decimal_places=3, null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "unit"], name="finding_once_a_run")]
        indexes = [models.Index(fields=["unit"], name="finding_of_unit")]

    def __str__(self) -> str:
        return f"{self.run}: {self.unit}"


class SchoolList(models.Model):
    """The list of a cohort year as it was approved by order, beside the run that it was made from."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="school_lists")
    cohort_year = models.SmallIntegerField("осень года")
    run = models.ForeignKey(IdentificationRun, models.PROTECT, related_name="lists")
    state = models.CharField(max_length=10, choices=ListState, default=ListState.DRAFT)
    order = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    # Who is accountable, as whom: the one who clicked is another fact.
    signatory = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    signed_as = models.CharField(max_length=300, blank=True, default="")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "cohort_year"],
                condition=Q(state=ListState.APPROVED),
                name="list_one_is_approved",
            ),
            models.CheckConstraint(
                condition=Q(state=ListState.DRAFT, approved_at=None)
                | (~Q(state=ListState.DRAFT) & Q(approved_at__isnull=False)),
                name="list_approved_at_goes_with_approved",
            ),
        ]

    def __str__(self) -> str:
        return f"список {self.cohort_year} года"


class ListEntry(models.Model):
    """A school of a list. Where it differs from the computed finding, the reason is compulsory."""

    school_list = models.ForeignKey(SchoolList, models.CASCADE, related_name="entries")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="list_entries")
    categories = ArrayField(models.CharField(max_length=20, choices=Category))
    computed = ArrayField(models.CharField(max_length=20, choices=Category), default=list)
    reason = models.TextField("почему иначе, чем посчитано", blank=True, default="")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school_list", "unit"], name="list_entry_once"),
            models.CheckConstraint(
                condition=Q(categories=models.F("computed")) | ~Q(reason=""),
                name="list_entry_change_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school_list}: {self.unit}"
