from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import ApiToken
from accounts.permissions import Role
from schools.models.units import Unit
from schools.querysets import AppointmentQuerySet


class Appointment(models.Model):
    """
    That a person has a role at a unit and below it, from a day to a day, by an order.

    A row of a token has no role: it says where the token may act. What it may do is said by the token itself, and it
    never may more than its person.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="appointments"
    )
    token = models.ForeignKey(ApiToken, models.CASCADE, null=True, blank=True, related_name="appointments")
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="appointments")
    role = models.CharField("роль", max_length=30, choices=Role, blank=True, default="")
    starts_on = models.DateField("с")
    ends_on = models.DateField("по", null=True, blank=True)
    order = models.CharField("приказ", max_length=200, blank=True, default="")
    # The number of a direction of the programme: what the person enters or accepts is of this direction only.
    direction = models.PositiveSmallIntegerField("только по направлению", null=True, blank=True)
    # The appointment of somebody absent, whose role this person has meanwhile.
    substitutes = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="substitutions", verbose_name="замещает"
    )

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(user__isnull=False, token__isnull=True) & ~Q(role=""))
                | Q(user__isnull=True, token__isnull=False, role=""),
                name="appointment_is_of_a_person_or_a_token",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="appointment_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(substitutes=None) | Q(ends_on__isnull=False, user__isnull=False),
                name="appointment_of_a_substitute_has_an_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.unit}"

    def is_on(self, day: date) -> bool:
        """Whether the person has the role on a day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    @property
    def absent(self) -> str:
        """Whom the person substitutes, in words; empty for who acts by the own appointment."""
        return f"замещает: {self.substitutes.user.get_short_name()}" if self.substitutes_id else ""

    @property
    def in_words(self) -> str:
        """The role, the place, the direction and the absent person, as they stand beside a name."""
        words = [f"{self.get_role_display()}, {self.unit.short_name}"]
        if self.direction is not None:
            words.append(f"направление {self.direction}")
        return ", ".join([*words, *([self.absent] if self.absent else [])])
