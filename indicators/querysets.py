"""Reads of what is asked, as words."""

from typing import Self

from django.db.models import Q, QuerySet

from schools.models import Unit


class DataElementQuerySet(QuerySet):
    def asked_of(self, unit: Unit) -> Self:
        """Keep the questions put to everybody and those of the units that a unit stands under."""
        above = [int(key) for key in unit.path.strip("/").split("/")]
        return self.filter(Q(asked_under=None) | Q(asked_under__in=above))
