import re
from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.formats import date_format

from documents.models import Document
from indicators.enums import (
    Better,
    IndicatorKind,
    PeriodKind,
    RollUp,
    Severity,
    ValueStatus,
)
from indicators.formula.words import POINTS
from schools.enums import Kind
from schools.models import Unit
from schools.querysets import ScopedQuerySet

PER = re.compile(r"на (\d+)")


class Period(models.Model):
    """A stretch of time that numbers belong to. Programme years are calendar years, coded `2021`."""

    code = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=15, choices=PeriodKind)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="period_ends_after_it_begins")
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def closing(self) -> models.Model | None:
        """The closing in force, None of an open period; whoever shows values reads it with the period (`in_force`)."""
        return getattr(self, "in_force", None)

    @property
    def year(self) -> int:
        """The calendar year that it is, or is a part of."""
        return int(self.code[:4])

    @property
    def in_words(self) -> str:
        """The period as it is read: «2021 год», «1-е полугодие 2021 года», «волна: сентябрь 2021 года»."""
        if self.kind == PeriodKind.YEAR:
            return f"{self.code} год"
        if self.kind == PeriodKind.HALF:
            return f"{1 if self.starts_on.month == 1 else 2}-е полугодие {self.year} года"
        if self.kind == PeriodKind.WAVE:
            return f"волна: {date_format(self.starts_on, 'F').lower()} {self.year} года"
        return self.code


class Indicator(models.Model):
    """What is measured. How it is measured is said by its editions."""

    code = models.CharField("код", max_length=60, unique=True)
    name = models.CharField("наименование", max_length=600)
    owner = models.ForeignKey(  # whose it is where it is not the region's: computed for this unit and those below it
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="чей показатель"
    )
    sort_key = models.CharField(max_length=600, db_collation="C")
    search_key = models.CharField(max_length=1200, db_collation="C")

    def __str__(self) -> str:
        return self.name


class IndicatorEdition(models.Model):
    """How an indicator is computed from a day on. Never edited in place: a change is a new edition, old values stay."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="editions")
    number = models.PositiveSmallIntegerField("редакция")
    valid_from = models.DateField("действует с")
    purpose = models.TextField("зачем", blank=True, default="")
    kind = models.CharField("вид", max_length=15, choices=IndicatorKind)
    better = models.CharField("направление", max_length=5, choices=Better, default=Better.MORE)
    unit_of_measure = models.CharField("единица", max_length=40, default="%")
    precision = models.PositiveSmallIntegerField("знаков после запятой", default=1)
    level = models.CharField("уровень сбора", max_length=20, choices=Kind)
    formula = models.TextField("формула")
    depends_on = models.JSONField(null=True)  # facts of the formula, by name and with parameters; None: not looked yet
    roll_up = models.CharField("как складывается выше", max_length=10, choices=RollUp, blank=True, default="")
    parts = models.JSONField(default=list)  # names of the parts of a distribution, in the order of its cells
    reach = models.PositiveSmallIntegerField(default=0)  # how many years back the formula looks
    in_words = models.TextField("формула словами", blank=True, default="")
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="документ"
    )
    source = models.CharField("раздел документа", max_length=300, blank=True, default="")
    page = models.CharField("страница", max_length=40, blank=True, default="")
    # Who keeps the definition and who reviews it: a person of the portal, a role or an institution by name, or both.
    methodologist = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="кто ведёт"
    )
    methodologist_named = models.CharField("кто ведёт: роль или учреждение", max_length=300, blank=True, default="")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="кто проверяет"
    )
    reviewer_named = models.CharField("кто проверяет: роль или учреждение", max_length=300, blank=True, default="")
    next_review_on = models.DateField("пересмотреть до", null=True, blank=True)
    reason = models.TextField("почему новая редакция", blank=True, default="")
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["indicator", "number"], name="edition_numbered_once"),
            models.UniqueConstraint(fields=["indicator"], condition=Q(is_current=True), name="edition_one_is_current"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator}, редакция {self.number}"

    @property
    def has_pair(self) -> bool:
        """Whether n and d are numbers of something; those of a change are products that serve to divide exactly."""
        return self.kind not in (IndicatorKind.CHANGE, IndicatorKind.DISTRIBUTION)

    @property
    def scale(self) -> int:
        """What n / d is multiplied by to be shown: a share is in percent, a ratio as its unit says («на 1000»)."""
        return shown_scale(self.kind, self.unit_of_measure)

    @property
    def unit_shown(self) -> str:
        """The unit of the number that is shown: answers of many are a share of them."""
        of_answers = self.kind in (IndicatorKind.YES_NO, IndicatorKind.THREE_STATE)
        return "%" if of_answers else self.unit_of_measure

    def shown(self, n: Decimal | None, d: Decimal | None) -> Decimal | None:
        """The value that people read, unrounded; None where it is unknown."""
        return shown_value(n, d, self.scale)


def shown_scale(kind: str, unit_of_measure: str) -> int:
    """What a quotient of this kind and unit is multiplied by to be shown."""
    if kind not in (IndicatorKind.RATIO, IndicatorKind.CHANGE) or unit_of_measure in ("%", POINTS):
        return 100
    said = PER.match(unit_of_measure)
    return int(said[1]) if said else 1


def shown_value(n: Decimal | None, d: Decimal | None, scale: int) -> Decimal | None:
    """The value that people read: a count as it is, a quotient in its scale."""
    if n is None or d is None:
        return n
    return n * scale / d if d else None


class PeriodBasis(models.Model):
    """
    What feeds a programme year: which academic year's results, which autumn's cohort, which wave.

    A row without an indicator is the rule of the year, a row with one is that indicator's exception.
    """

    period = models.ForeignKey(Period, models.CASCADE, related_name="bases")
    indicator = models.ForeignKey(Indicator, models.CASCADE, null=True, blank=True, related_name="bases")
    academic_year = models.SmallIntegerField("результаты учебного года")
    cohort_year = models.SmallIntegerField("список школ осени года")
    wave = models.CharField("волна", max_length=100, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "indicator"], name="basis_once_a_period", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"{self.period}: результаты {self.academic_year}, список {self.cohort_year}"


class RecalculationRun(models.Model):
    """One recalculation: why, of what, how long, how much changed."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    # How long it was at work; of a long run, from its laying out to its last part, waiting for workers included.
    took_ms = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=300)
    editions = models.PositiveIntegerField(default=0)
    written = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=dict)  # indicators whose formula has ceased to make sense, and why
    parts_total = models.PositiveIntegerField(default=0)  # of a long run; nought where it was done in one piece

    def __str__(self) -> str:
        return f"пересчёт № {self.pk}"


class RecalculationPart(models.Model):
    """A piece of a long run: one edition, in which years, of which units. Whoever works on it holds its row."""

    run = models.ForeignKey(RecalculationRun, models.CASCADE, related_name="parts")
    edition = models.ForeignKey(IndicatorEdition, models.CASCADE, related_name="+")
    years = models.JSONField(null=True)  # None means every one
    unit_ids = models.JSONField(null=True)  # None means every one
    editions = models.PositiveIntegerField(default=0)
    written = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True, default="")
    done_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.run}: {self.edition_id}"


class IndicatorValue(models.Model):
    """
    The value of an edition for a unit and a period: numerator, denominator and how many had to be left out.

    Written by recalculation only, for leaves and for every ancestor in the geography of the period.
    """

    # No constraints and no indexes of their own: on millions of derived rows they cost more than all the rest.
    edition = models.ForeignKey(
        IndicatorEdition, models.CASCADE, related_name="values", db_constraint=False, db_index=False
    )
    period = models.ForeignKey(Period, models.CASCADE, related_name="values", db_constraint=False, db_index=False)
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="indicator_values", db_constraint=False, db_index=False)
    n = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    d = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    left_out = models.IntegerField(default=0)
    status = models.CharField(max_length=15, choices=ValueStatus)
    run = models.ForeignKey(
        RecalculationRun, models.PROTECT, related_name="values", db_constraint=False, db_index=False
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "period", "unit"], name="value_once")]
        indexes = [models.Index(fields=["unit", "period"], name="value_of_unit")]

    def __str__(self) -> str:
        return f"{self.edition_id}/{self.period_id}/{self.unit_id}"


class ValueCells(models.Model):
    """
    The cells of a distribution: how many in each of its parts, in the order of `IndicatorEdition.parts`.

    Written together with the value of the same edition, period and unit, whose n is their sum; none where that is
    unknown. A table of its own, so that the millions of values that are one number carry nothing of it.
    """

    pk = models.CompositePrimaryKey("edition_id", "period_id", "unit_id")
    edition = models.ForeignKey(
        IndicatorEdition, models.CASCADE, related_name="cells", db_constraint=False, db_index=False
    )
    period = models.ForeignKey(Period, models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    cells = ArrayField(models.DecimalField(max_digits=20, decimal_places=4))

    objects = ScopedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.edition_id}/{self.period_id}/{self.unit_id}: {self.cells}"


class HeldAgainst(models.Model):
    """
    A number of a territory with which an edition compares its members below it: the mean of the region, its norm.

    Kept by the computation, for whoever opens a value of his own place reads nothing of the rest of the region.
    """

    pk = models.CompositePrimaryKey("edition_id", "period_id", "place", "unit_id")
    edition = models.ForeignKey(IndicatorEdition, models.CASCADE, related_name="+", db_index=False)
    period = models.ForeignKey(Period, models.CASCADE, related_name="+", db_index=False)
    place = models.PositiveSmallIntegerField()  # which of those in the formula, in its order
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="+", db_index=False)
    value = models.DecimalField(max_digits=40, decimal_places=12, null=True)

    objects = ScopedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.edition_id}/{self.period_id}/{self.place}/{self.unit_id}: {self.value}"


class RecalculationRequest(models.Model):
    """A note that something below a number has changed: which facts, which units, which programme years."""

    facts = models.JSONField()  # names of facts; ["*"] means every one
    unit_ids = models.JSONField(null=True)  # None means every unit
    years = models.JSONField(null=True)  # programme years; None means every one
    reason = models.CharField(max_length=300)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    fulfilled_at = models.DateTimeField(null=True, blank=True)
    run = models.ForeignKey(RecalculationRun, models.SET_NULL, null=True, blank=True, related_name="requests")

    class Meta:
        indexes = [models.Index(fields=["requested_at"], condition=Q(fulfilled_at=None), name="request_waiting")]

    def __str__(self) -> str:
        return self.reason


class CheckRun(models.Model):
    """One look at whether definitions, questions, answers and values hold together."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    counts = models.JSONField(default=dict)  # of what each check has found, by its code

    def __str__(self) -> str:
        return f"проверка № {self.pk}"


class Remark(models.Model):
    """Something that a check has found: what, in what way, where it is mended. Kept of the newest run alone."""

    run = models.ForeignKey(CheckRun, models.CASCADE, related_name="remarks")
    check_code = models.CharField(max_length=40)
    severity = models.CharField(max_length=10, choices=Severity)
    number = models.PositiveIntegerField()  # its place among what the check has found
    title = models.CharField(max_length=700)
    said = models.TextField(blank=True, default="")
    page = models.JSONField(default=list)  # the name of an address and its keys
    indicator = models.ForeignKey(Indicator, models.CASCADE, null=True, related_name="remarks")
    unit = models.ForeignKey(Unit, models.CASCADE, null=True, related_name="+")  # whose it is, where it is somebody's

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "check_code", "number"], name="remark_once_a_run")]

    def __str__(self) -> str:
        return self.title
