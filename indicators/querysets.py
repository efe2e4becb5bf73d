"""Reads of what is asked, as words."""

from typing import Self

from django.db.models import Case, Exists, F, Q, QuerySet, TextField, Value, When

from accounts.models import User
from accounts.permissions import Permission
from accounts.selectors import acting_token
from indicators.enums import COUNTED, EntryStatus, PeriodKind
from schools.models import Unit
from schools.querysets import ANY_DIRECTION, ScopedQuerySet, acts_as_the_system, granting


class DataElementQuerySet(QuerySet):
    def asked_of(self, unit: Unit) -> Self:
        """Keep the questions put to everybody and those of the units that a unit stands under."""
        above = unit.line
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

    def told_to(self, user: User) -> Self:
        """
        Keep what somebody is told of: of the units that he sees, what was sent.

        Drafts are told to whoever prepares the values of their unit, what was returned also to whoever reviews them.
        """
        seen = self.visible_to(user, Permission.INDICATOR_VIEW)
        if acts_as_the_system(user):
            return seen
        returned = Q(status=EntryStatus.RETURNED) & _reviewed_by(user)
        return seen.filter(Q(status__in=COUNTED) | returned | self._prepared_by(user))

    def with_remarks_for(self, user: User) -> Self:
        """Add what was missing, `remark_told`: told to whoever mends it or has said it, to others it is empty."""
        if acts_as_the_system(user):
            return self.annotate(remark_told=F("remark"))
        is_told = self._prepared_by(user) | _reviewed_by(user)
        told = Case(When(is_told, then=F("remark")), default=Value(""), output_field=TextField())
        return self.annotate(remark_told=told)

    def remarks_told_to(self, user: User) -> Self:
        """Keep the entries of which somebody is told what was missing."""
        return self if acts_as_the_system(user) else self.filter(self._prepared_by(user) | _reviewed_by(user))

    def reviewable_by(self, user: User) -> Self:
        """Keep the values that somebody may accept or, of those that only wait, return with a remark."""
        return self.filter(_reviewed_by(user))

    def _prepared_by(self, user: User) -> Q:
        """Of units where somebody enters values, and of the very units for whose values he answers."""
        entering = Unit.objects.visible_to(user, Permission.OBSERVATION_ENTER, direction=ANY_DIRECTION)
        answering = granting(user, Permission.DATA_SIGN)
        prepared = Q(unit__in=entering.values("pk"))
        if answering is not None:
            prepared |= Q(unit__in=answering.values("unit"))
        token = acting_token(user)
        if token is None:
            return prepared
        # A system sends what it keeps and prepares no form.
        systems = self.model._meta.get_field("system").related_model.objects.filter(keys__token=token)
        return prepared & ~Exists(systems)


def _reviewed_by(user: User) -> Q:
    where = Unit.objects.visible_to(user, Permission.OBSERVATION_ACCEPT).values("pk")
    reviewed = Unit.objects.visible_to(user, Permission.REVIEW, direction=ANY_DIRECTION).values("pk")
    return Q(unit__parent__in=where) | Q(unit__parent=None, unit__in=where) | Q(unit__in=reviewed)
