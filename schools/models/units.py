from django.conf import settings
from django.db import models
from django.db.models import F, Q

from schools.enums import Kind, Locality, MunicipalityType, SchoolLevel, SchoolType
from schools.querysets import ScopedQuerySet, UnitQuerySet


def chain(path: str) -> list[int]:
    """Return the keys of a path from the root down to the unit itself."""
    return [int(key) for key in path.strip("/").split("/")]


class Unit(models.Model):
    """
    A place that is answerable: the region, a district, a municipality or an organisation.

    `parent`, `path` and `kind` are today's copy of the newest `Placement`, written only by `schools.services.registry`.
    `path` is the chain of keys from the root, such as `/1/4/17/`.
    """

    kind = models.CharField("вид", max_length=20, choices=Kind)
    code = models.CharField("код", max_length=40, unique=True)
    name = models.CharField("наименование", max_length=400)
    short_name = models.CharField("краткое наименование", max_length=200)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=200, db_collation="C")
    sort_key = models.CharField(max_length=300, db_collation="C")
    search_key = models.CharField(max_length=900, db_collation="C")
    opened_on = models.DateField("открыта", null=True, blank=True)
    closed_on = models.DateField("закрыта", null=True, blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["path"], name="unit_path"),
            models.Index(fields=["kind", "sort_key"], name="unit_kind_sorted"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=Kind.REGION, parent__isnull=True) | (~Q(kind=Kind.REGION) & Q(parent__isnull=False)),
                name="unit_region_alone_has_no_parent",
            )
        ]

    def __str__(self) -> str:
        return self.short_name

    @property
    def line(self) -> list[int]:
        """The keys of the units from the root down to this one."""
        return chain(self.path)


class Placement(models.Model):
    """Under which parent a unit stood, from a day to a day (both included; no end means to this day)."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="placements")
    parent = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    path = models.CharField(max_length=200, db_collation="C")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit"], condition=Q(valid_to=None), name="placement_one_is_in_force"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="placement_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit}: с {self.valid_from:%d.%m.%Y}"


class Ancestry(models.Model):
    """That a unit stood under an ancestor (itself included), from a day to a day. The only join for roll-ups."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="ancestry")
    ancestor = models.ForeignKey(Unit, models.CASCADE, related_name="descent")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["unit", "ancestor"], name="ancestry_up"),
            models.Index(fields=["ancestor", "unit"], name="ancestry_down"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} ≤ {self.ancestor_id}"


class Alias(models.Model):
    """Another name by which files call a unit; unique within its parent only, so that towns and districts never mix."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=400)
    key = models.CharField(max_length=400, db_collation="C")
    until = models.DateField(null=True, blank=True)  # the last day of a former name; names that still hold have none

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "key"], name="alias_once_a_unit")]
        indexes = [models.Index(fields=["key"], name="alias_key")]

    def __str__(self) -> str:
        return self.name


class Municipality(models.Model):
    """What is known of a municipality beside its place in the tree."""

    unit = models.OneToOneField(Unit, models.CASCADE, primary_key=True, related_name="municipality")
    type = models.CharField("тип", max_length=20, choices=MunicipalityType)
    tile_label = models.CharField("подпись плитки", max_length=4)
    tile_order = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return self.unit.short_name


class School(models.Model):
    """
    What is known of an organisation beside its place in the tree: its codes in other systems and its sort.

    Of any kind, not of schools alone; one that gives no general education has no level.
    """

    unit = models.OneToOneField(Unit, models.CASCADE, primary_key=True, related_name="school")
    fisoko_login = models.CharField("логин ФИС ОКО", max_length=20, null=True, blank=True, unique=True)
    inn = models.CharField("ИНН", max_length=12, blank=True, default="")
    level = models.CharField("уровень", max_length=10, choices=SchoolLevel, blank=True, default="")
    locality = models.CharField("местность", max_length=10, choices=Locality)
    type = models.CharField("тип", max_length=15, choices=SchoolType, default=SchoolType.ORDINARY)
    site = models.URLField("сайт", blank=True, default="")

    def __str__(self) -> str:
        return self.unit.short_name


class SchoolYear(models.Model):
    """
    The social passport of a school for one academic year, in pupils unless said otherwise.

    Unknown is null, which is not nought. Source: the region's social passport form, a row of a file or a form.
    """

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="school_years")
    academic_year = models.SmallIntegerField("учебный год")
    pupils = models.PositiveIntegerField("обучающихся всего", null=True)
    parents_higher_education = models.PositiveIntegerField("оба родителя с высшим образованием", null=True)
    single_parent = models.PositiveIntegerField("неполные семьи", null=True)
    low_income = models.PositiveIntegerField("малообеспеченные", null=True)
    parents_unemployed = models.PositiveIntegerField("родители безработные", null=True)
    on_record = models.PositiveIntegerField("состоят на учёте", null=True)
    russian_not_native = models.PositiveIntegerField("русский язык неродной", null=True)
    special_needs = models.PositiveIntegerField("ОВЗ и дети-инвалиды", null=True)
    teachers = models.PositiveIntegerField("учителей всего", null=True)
    narrow_specialists = models.PositiveIntegerField("узких специалистов", null=True)
    distance_km = models.PositiveIntegerField("расстояние до центра, км", null=True)
    upload_id = models.UUIDField(null=True, blank=True)  # jobs.Upload; kept when the upload row is gone
    source = models.CharField("источник", max_length=300, blank=True, default="")
    source_row = models.PositiveIntegerField(null=True, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "academic_year"], name="school_year_once")]

    def __str__(self) -> str:
        return f"{self.unit}: {self.academic_year}"
