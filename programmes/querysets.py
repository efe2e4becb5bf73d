"""Reads of programmes, as words."""

from datetime import date
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.permissions import Permission
from programmes.enums import ProgrammeKind, ProgrammeStatus
from schools.querysets import ScopedQuerySet


class ProgrammeQuerySet(ScopedQuerySet):
    def readable_by(self, user: User | AnonymousUser) -> Self:
        """Keep programmes of the user's territory in any state, and the approved ones of the units above it."""
        return self.known_to(user, Permission.PROGRAMME_VIEW, above=Q(status=ProgrammeStatus.APPROVED))

    def approved(self, by: date | None = None) -> Self:
        """Keep programmes approved by order, no later than a day when one is given."""
        approved = self.filter(status=ProgrammeStatus.APPROVED)
        return approved if by is None else approved.filter(approved_on__lte=by)

    def running_on(self, day: date) -> Self:
        """Keep programmes whose term covers a day."""
        return self.filter(starts_on__lte=day, ends_on__gte=day)

    def running_between(self, first: date, last: date) -> Self:
        """Keep programmes whose term has a day in common with this stretch, both ends included."""
        return self.filter(starts_on__lte=last, ends_on__gte=first)

    def of_municipalities(self) -> Self:
        """Keep МППКО and муниципальные комплексы мер: the law lets a municipality choose."""
        return self.filter(kind__in=[ProgrammeKind.MUNICIPAL, ProgrammeKind.MUNICIPAL_MEASURES])

    def of_schools(self) -> Self:
        """Keep ШППКО."""
        return self.filter(kind=ProgrammeKind.SCHOOL)

    def regional(self) -> Self:
        """Keep the region's own programmes."""
        return self.filter(kind=ProgrammeKind.REGIONAL)


class ProgrammeIndicatorQuerySet(QuerySet):
    def in_force(self, year: int) -> Self:
        """Keep the rows that the documents of their programmes still have in a year: it is not closed by then."""
        return self.filter(Q(closed_from=None) | Q(closed_from__gt=year))
