"""What became of the same pupils from one work to a later one, as sums per school."""

from django.db import models
from django.db.models import F, Q

from common.russian import counted
from common.years import format_academic_year
from monitoring.models.assessments import Assessment
from schools.models import Unit
from schools.querysets import ScopedQuerySet


class SamePupils(models.Model):
    """
    Of those who wrote a work in a school: how many wrote an earlier one, and how they wrote it against that.

    Made by the database of rows in force (`opora_join_pupils`), and made anew whenever other rows of either work are. A
    pupil who has moved counts where the later work was written.
    """

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="same_pupils")
    before = models.ForeignKey(Assessment, models.CASCADE, related_name="same_pupils_later")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="same_pupils")
    n = models.PositiveIntegerField("участников")
    wrote_both = models.PositiveIntegerField("писали обе работы")
    only_now = models.PositiveIntegerField("прежней не писали")
    doubled = models.PositiveIntegerField("код стоит дважды")  # in either work, so that nobody knows whose it is
    uncoded = models.PositiveIntegerField("без кода")
    risen = models.PositiveIntegerField("поднялись")
    kept = models.PositiveIntegerField("сохранили")
    fallen = models.PositiveIntegerField("опустились")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "before", "unit"], name="same_pupils_once"),
            models.CheckConstraint(
                condition=Q(n=F("wrote_both") + F("only_now") + F("doubled") + F("uncoded")),
                name="same_pupils_are_all_who_wrote",
            ),
            models.CheckConstraint(
                condition=Q(wrote_both=F("risen") + F("kept") + F("fallen")),
                name="same_pupils_rose_kept_or_fell",
            ),
        ]
        indexes = [models.Index(fields=["unit", "assessment"], name="same_pupils_of_unit")]

    def __str__(self) -> str:
        return f"{self.assessment} против {self.before}: {self.unit}"

    @property
    def title(self) -> str:
        """Name the two works: «КДР, Читательская грамотность, 6 класс, 2021/22 против 4 класса, 2019/20»."""
        now, before = self.assessment, self.before
        other = "" if now.procedure_id == before.procedure_id else f"{before.procedure}, "
        then, year = (format_academic_year(one.academic_year) for one in (before, now))
        return f"{now.procedure}, {now.subject}, {now.grade} класс, {year} против {other}{before.grade} класса, {then}"

    @property
    def in_words(self) -> str:
        """Say what became of the same pupils: «из 212 учеников оба раза писали 187: поднялись 40, …»."""
        people = counted(self.n, "ученика", "учеников", "учеников")
        said = f"из {people} оба раза писали {self.wrote_both}"
        if self.wrote_both:
            said += f": поднялись {self.risen}, сохранили {self.kept}, опустились {self.fallen}"
        rest = [("прежней не писали", self.only_now), ("код стоит дважды", self.doubled), ("без кода", self.uncoded)]
        apart = ", ".join(f"{words} {count}" for words, count in rest if count)
        return f"{said}; {apart}" if apart else said
