from calendar import monthrange
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import ApiToken, User
from documents.models import Document
from indicators.enums import COUNTED, AskedEvery, CollectionMethod, ElementType, EntryStatus, PeriodKind, YearValue
from indicators.models.measures import Period
from indicators.querysets import DataElementQuerySet, ObservationQuerySet
from schools.enums import Kind
from schools.models import Unit

MONTHS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


class SourceSystem(models.Model):
    """An information system that keeps what the portal would otherwise ask people for, and from when to when."""

    code = models.CharField("код", max_length=40, unique=True)
    name = models.CharField("название", max_length=200)
    valid_from = models.DateField("ведётся с", null=True, blank=True)
    valid_to = models.DateField("ведётся по", null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class SystemKey(models.Model):
    """A key of the API by which an information system writes what it keeps, and nothing else."""

    token = models.OneToOneField(ApiToken, models.CASCADE, related_name="+", verbose_name="ключ доступа")
    system = models.ForeignKey(SourceSystem, models.PROTECT, related_name="keys", verbose_name="какой системы")

    def __str__(self) -> str:
        return f"{self.system}: {self.token}"


class DataElement(models.Model):
    """Something that is asked for, once, at one level of the tree."""

    code = models.CharField("код", max_length=60, unique=True)
    name = models.CharField("что вносится", max_length=600)
    type = models.CharField("тип", max_length=15, choices=ElementType)
    unit_of_measure = models.CharField("единица", max_length=40, blank=True, default="")
    level = models.CharField("кто вносит", max_length=20, choices=Kind)
    asked_under = models.ForeignKey(  # a municipality's own question is put to nobody else
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="кого спрашивают"
    )
    needs_evidence = models.BooleanField("нужна ссылка", default=False)
    hint = models.TextField("подсказка", blank=True, default="")
    states = models.JSONField(default=dict)  # what each step of a scale means: {"0": "Отсутствует", …}
    # How often it is asked for, and what the year's value is where that is more than once.
    asked_every = models.CharField("как часто", max_length=10, choices=AskedEvery, default=AskedEvery.YEAR)
    waves = models.JSONField("в каких месяцах", default=list, blank=True)  # of waves: [5, 10]
    year_value = models.CharField("значение года", max_length=10, choices=YearValue, blank=True, default="")
    # By what it is entered in parts, each a code and a name in order: [["логопед", "Логопед"], …]. They add up to it.
    breakdown = models.CharField("разбивка", max_length=100, blank=True, default="")
    categories = models.JSONField("категории", default=list, blank=True)
    # Where its values come from, and by when: a day of the period's last year, or so many days after the period.
    system = models.ForeignKey(
        SourceSystem, models.PROTECT, null=True, blank=True, related_name="elements", verbose_name="какая система ведёт"
    )
    collection = models.CharField(
        "как собирают", max_length=15, choices=CollectionMethod, default=CollectionMethod.FORM
    )
    due_month = models.PositiveSmallIntegerField("срок: месяц", null=True, blank=True)
    due_day = models.PositiveSmallIntegerField("срок: день", null=True, blank=True)
    due_after = models.PositiveSmallIntegerField("срок: дней после периода", null=True, blank=True)
    # What a value must keep to; nothing said is nothing asked.
    least = models.DecimalField("не меньше", max_digits=18, decimal_places=4, null=True, blank=True)
    most = models.DecimalField("не больше", max_digits=18, decimal_places=4, null=True, blank=True)
    is_whole = models.BooleanField("только целое", default=False)
    not_above = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name="не больше, чем"
    )
    change_limit = models.PositiveSmallIntegerField("пояснить изменение, %", null=True, blank=True)

    is_left_over = False  # said by a form: answered in a year in which nobody asks for it any more

    objects = DataElementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(due_month=None, due_day=None)
                | Q(
                    due_month__isnull=False,
                    due_day__isnull=False,
                    due_month__range=(1, 12),
                    due_day__range=(1, 31),
                    due_after=None,
                ),
                name="element_is_due_once",
            ),
            models.CheckConstraint(
                condition=Q(asked_every=AskedEvery.YEAR, year_value="", waves=[])
                | ~Q(asked_every=AskedEvery.YEAR) & ~Q(year_value=""),
                name="element_asked_more_often_says_its_year",
            ),
            models.CheckConstraint(
                condition=Q(asked_every=AskedEvery.WAVE) & ~Q(waves=[]) | ~Q(asked_every=AskedEvery.WAVE) & Q(waves=[]),
                name="element_of_waves_says_which",
            ),
            models.CheckConstraint(
                condition=Q(breakdown="", categories=[]) | ~Q(breakdown="") & ~Q(categories=[]),
                name="element_breakdown_has_categories",
            ),
            models.CheckConstraint(
                condition=Q(breakdown="") | Q(type__in=[ElementType.COUNT, ElementType.AMOUNT]),
                name="element_breakdown_is_of_numbers",
            ),
            models.CheckConstraint(
                condition=Q(least=None) | Q(most=None) | Q(most__gte=F("least")), name="element_most_is_above_least"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def category_names(self) -> dict[str, str]:
        """The categories by which it is entered, in order: names by code; of what is entered whole none."""
        return dict(self.categories)

    @property
    def listed_categories(self) -> list[dict[str, str]]:
        """The categories in order, each with its code and its name."""
        return [{"code": code, "name": name} for code, name in self.categories]

    @property
    def cells(self) -> list[str]:
        """The categories of the cells in which one answer is entered; one cell, of no category, where it is whole."""
        return list(self.category_names) or [""]

    def is_asked_under(self, unit: Unit) -> bool:
        """Whether it is put to everybody, or to the units under one that this unit stands under."""
        return self.asked_under_id is None or f"/{self.asked_under_id}/" in unit.path

    def codes_within(self, period: Period) -> list[str]:
        """Return the codes of the periods in a period for which it is asked, the first first; of a year its own."""
        year = period.year
        match self.asked_every:
            case AskedEvery.HALF:
                named = [(f"{year}-H1", 1, 6), (f"{year}-H2", 7, 12)]
            case AskedEvery.WAVE:
                named = [(f"{year}-{MONTHS[month - 1]}", month, month) for month in sorted(self.waves)]
            case _:
                return [period.code] if period.kind == PeriodKind.YEAR else []
        if period.kind not in (PeriodKind.YEAR, PeriodKind.HALF, PeriodKind.WAVE):
            return []
        first, last = period.starts_on.month, period.ends_on.month
        return [code for code, begins, ends in named if first <= begins and ends <= last]

    def is_asked_in(self, period: Period) -> bool:
        """Whether it is asked for this very period."""
        return self.codes_within(period) == [period.code] and period.kind == PeriodKind(self.asked_every)

    def due_on(self, period: Period) -> date | None:
        """Return the last day on which a value for the period is in time, None where it is not said."""
        if self.due_after is not None:
            return period.ends_on + timedelta(days=self.due_after)
        if self.due_month is None or self.due_day is None:
            return None
        year = period.ends_on.year
        return date(year, self.due_month, min(self.due_day, monthrange(year, self.due_month)[1]))


class Observation(models.Model):
    """
    What somebody wrote into a data element for a unit and a period, with proof. A newer entry replaces an older.

    It is typed as a draft, submitted, accepted or returned; what comes by another door than the form is submitted as
    it comes, what a system sends is accepted so.
    """

    element = models.ForeignKey(DataElement, models.PROTECT, related_name="observations")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="observations")
    period = models.ForeignKey(Period, models.PROTECT, related_name="observations")
    category = models.CharField("категория", max_length=60, blank=True, default="")  # of an element that has some
    value = models.DecimalField("значение", max_digits=18, decimal_places=4)
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="observations")
    comment = models.TextField("пояснение", blank=True, default="")
    via = models.CharField("откуда", max_length=20, default="form")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    status = models.CharField("состояние", max_length=10, choices=EntryStatus, default=EntryStatus.SUBMITTED)
    # Who has sent a draft, where typing and sending were two acts.
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    # Who is accountable for what was sent or is proved by an order, as whom: the one who clicked is another fact.
    signatory = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    signed_as = models.CharField(max_length=300, blank=True, default="")
    # Who has accepted or returned it; who is accountable for the acceptance; what was missing.
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_signatory = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reviewed_signed_as = models.CharField(max_length=300, blank=True, default="")
    remark = models.TextField("замечание", blank=True, default="")  # a mended draft keeps it until it is accepted
    replaced_at = models.DateTimeField(null=True, blank=True)
    # Which information system sent it; or that a person wrote over what one had sent, the comment says why.
    system = models.ForeignKey(
        SourceSystem, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="какая система передала"
    )
    is_over_system = models.BooleanField("исправляет переданное системой", default=False)

    objects = ObservationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["element", "period", "unit", "category"],
                condition=Q(replaced_at=None),
                name="observation_one_is_in_force",
            ),
            models.CheckConstraint(
                condition=Q(system=None) | Q(is_over_system=False), name="observation_is_of_system_or_over_it"
            ),
            models.CheckConstraint(
                condition=~Q(status=EntryStatus.DRAFT) | Q(submitted_at=None), name="observation_draft_is_not_submitted"
            ),
            models.CheckConstraint(
                condition=Q(status__in=[EntryStatus.DRAFT, EntryStatus.SUBMITTED], reviewed_at=None)
                | Q(status__in=[EntryStatus.ACCEPTED, EntryStatus.RETURNED], reviewed_at__isnull=False)
                | Q(status=EntryStatus.ACCEPTED, system__isnull=False),
                name="observation_reviewed_at_goes_with_review",
            ),
            models.CheckConstraint(
                condition=~Q(status=EntryStatus.RETURNED) | ~Q(remark=""), name="observation_returned_with_remark"
            ),
        ]

    def __str__(self) -> str:
        category = f", {self.category_name}" if self.category else ""
        return f"{self.element}{category}: {self.unit}, {self.period}"

    @property
    def category_name(self) -> str:
        """The category in words, empty where the element is entered whole."""
        return self.element.category_names.get(self.category, self.category)

    @property
    def is_counted(self) -> bool:
        """Whether indicators are computed of it."""
        return self.replaced_at is None and self.status in COUNTED

    @property
    def is_draft(self) -> bool:
        """Whether nobody has sent it yet."""
        return self.status == EntryStatus.DRAFT

    @property
    def is_returned(self) -> bool:
        """Whether it came back with a remark."""
        return self.status == EntryStatus.RETURNED

    @property
    def is_submitted(self) -> bool:
        """Whether it waits for whoever reviews it."""
        return self.status == EntryStatus.SUBMITTED

    @property
    def is_accepted(self) -> bool:
        """Whether it was accepted."""
        return self.status == EntryStatus.ACCEPTED

    @property
    def sent_by(self) -> User:
        """Who clicked: whoever sent the draft, or typed it where that was one act."""
        return self.submitted_by or self.entered_by

    @property
    def sent_at(self) -> datetime:
        """When it was sent, or typed where that was one act."""
        return self.submitted_at or self.entered_at


class SentEntry(models.Model):
    """A value that another system sent under a key of its own, so that sending it again enters nothing twice."""

    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    token = models.ForeignKey(ApiToken, models.CASCADE, null=True, related_name="+")  # each counts for itself
    key = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)  # of everything that was sent: the same key never means two things
    observation = models.ForeignKey(Observation, models.PROTECT, related_name="+", null=True)
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sent_by", "token", "key"], name="entry_sent_once_under_a_key", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return self.key


class SentBlock(models.Model):
    """A block of values that was sent under a key, and what it was answered: sent again, it is answered the same."""

    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    token = models.ForeignKey(ApiToken, models.CASCADE, null=True, related_name="+")
    key = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    answer = models.TextField(default="")
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sent_by", "token", "key"], name="block_sent_once_under_a_key", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return self.key
