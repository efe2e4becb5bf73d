"""Reads of what is asked, as words."""

from typing import Self

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.permissions import Permission
from indicators.enums import COUNTED, PeriodKind
from schools.models import Unit
from schools.querysets import ANY_DIRECTION, ScopedQuerySet


class DataElementQuerySet(QuerySet):
    def asked_of(self, unit: Unit) -> Self:
        """Keep the questions put to everybody and those of the units that a unit stands under."""
        above = [int(key) for key in unit.path.strip("/").split("/")]
        return self.filter(Q(asked_under=None) | Q(asked_under__in=above))

    def asked_in(self, period) -> Self:
        """Keep the questions that are asked for a period: each year, half-year or wave has its own."""
        asked = self.filter(asked_every=period.kind)
        return asked.filter(waves__contains=[period.starts_on.month]) if period.kind == PeriodKind.WAVE else asked


class ObservationQuerySet(ScopedQuerySet):
    def in_force(self) -> Self:
        """Keep what stands in the cells now, whatever has become of it."""
        return self.filter(replaced_at=None)

    def counted(self) -> Self:
        """Keep what indicators are computed of: no draft, and nothing that was returned."""
        return self.filter(replaced_at=None, status__in=COUNTED)

    def reviewable_by(self, user: User) -> Self:
        """Keep the values that somebody may accept or, of those that only wait, return with a remark."""
        where = Unit.objects.visible_to(user, Permission.OBSERVATION_ACCEPT).values("pk")
        reviewed = Unit.objects.visible_to(user, Permission.REVIEW, direction=ANY_DIRECTION).values("pk")
        above = Q(unit__parent__in=where) | Q(unit__parent=None, unit__in=where)
        return self.filter(above | Q(unit__in=reviewed))
