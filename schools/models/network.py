from django.conf import settings
from django.db import models
from django.db.models import F, Q

from schools.enums import PartnerKind, ProjectKind
from schools.models.units import Unit
from schools.querysets import PartnerQuerySet, ScopedQuerySet


class Partner(models.Model):
    """
    An organisation outside the tree with which schools agree on things: a museum, a works, a university.

    `unit` is where it stands: a municipality, or the region if it works for all of it.
    """

    kind = models.CharField("вид", max_length=20, choices=PartnerKind)
    name = models.CharField("наименование", max_length=400)
    short_name = models.CharField("краткое наименование", max_length=200)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="partners", verbose_name="где находится")
    inn = models.CharField("ИНН", max_length=12, blank=True, default="")
    site = models.URLField("сайт", blank=True, default="")
    sort_key = models.CharField(max_length=300, db_collation="C")
    search_key = models.CharField(max_length=900, db_collation="C")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    objects = PartnerQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["sort_key"], name="partner_sorted")]
        constraints = [
            models.UniqueConstraint(fields=["inn"], condition=~Q(inn=""), name="partner_inn_is_taken_once"),
        ]

    def __str__(self) -> str:
        return self.short_name


class Project(models.Model):
    """A project or a piece of infrastructure that organisations belong to for a time: «500+», «Точка роста»."""

    code = models.CharField("код", max_length=60, unique=True)
    kind = models.CharField("вид", max_length=20, choices=ProjectKind)
    name = models.CharField("наименование", max_length=400)
    short_name = models.CharField("краткое наименование", max_length=100)
    document = models.CharField("чем введён", max_length=400, blank=True, default="")
    url = models.URLField("где прочитать", blank=True, default="")
    keys = models.JSONField(
        default=list
    )  # every name by which sheets and formulas call it, as `search_key` writes them
    sort_key = models.CharField(max_length=300, db_collation="C")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["short_name"], name="project_is_called_by_one_name")]

    def __str__(self) -> str:
        return self.short_name


class Membership(models.Model):
    """That an organisation takes part in a project, from a day to a day, by an order (no end means to this day)."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="memberships")
    project = models.ForeignKey(Project, models.PROTECT, related_name="memberships")
    since = models.DateField("с")
    until = models.DateField("по", null=True, blank=True)
    order = models.CharField("приказ", max_length=300, blank=True, default="")
    source = models.CharField("откуда", max_length=300, blank=True, default="")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["project", "since"], name="membership_of_project")]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "project"], condition=Q(until=None), name="membership_one_is_in_force"
            ),
            models.UniqueConstraint(fields=["unit", "project", "since"], name="membership_begins_once_a_day"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="membership_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit}: {self.project} с {self.since:%d.%m.%Y}"
