"""
Reads of units and of whatever belongs to a unit, as words.

Visibility is one of the words, so that a list, a page, the API and an export cannot disagree: `can()` asks the same
question of one row. Permissions use today's tree.
"""

from datetime import date
from functools import cache
from typing import Final, Literal, Self

from django.contrib.auth.models import AnonymousUser
from django.db.models import (
    CharField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    FilteredRelation,
    Func,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, Concat
from django.utils import timezone

from accounts.models import User
from accounts.permissions import DIRECTED, READING, Permission, roles_with
from accounts.selectors import acting_token

ANY_DIRECTION: Final = "any"  # whoever asks has not yet chosen what it is about
Direction = int | Literal["any"] | None


class AppointmentQuerySet(QuerySet):
    def current(self, on: date | None = None) -> Self:
        """Keep appointments in force on a day, today by default."""
        day = on or timezone.localdate()
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)

    def granting(self, permission: Permission, direction: Direction = None) -> Self:
        """
        Keep appointments in force today whose role holds the permission.

        `direction` is of what is asked about: its number, None for things of no direction, or `ANY_DIRECTION`.
        """
        holding = self.current().filter(role__in=roles_with(permission))
        if permission in READING:
            return holding
        if permission not in DIRECTED or direction is None:
            return holding.filter(direction=None)
        if direction == ANY_DIRECTION:
            return holding
        return holding.filter(Q(direction=None) | Q(direction=direction))

    def covers_everything(self) -> bool:
        """Say whether every region is under one of them: then no row has to be looked at for whose it is."""
        return not _regions_of(self.model).exclude(pk__in=self.values("unit")).exists()

    def with_regions(self) -> Self:
        """Add how many regions there are in all: `regions`."""
        return self.annotate(regions=_counted_regions(self.model))


def _regions_of(appointments: type[Model]) -> QuerySet:
    return appointments._meta.get_field("unit").related_model.objects.filter(parent=None)


@cache  # every page asks for it, and it is the same for all of them
def _counted_regions(appointments: type[Model]) -> Subquery:
    regions = _regions_of(appointments).order_by().values("parent")
    return Subquery(regions.annotate(number=Count("pk")).values("number"))


def in_force(user: User | AnonymousUser) -> AppointmentQuerySet | None:
    """Return somebody's own appointments of today, or None for who has not signed in."""
    if not user.is_authenticated or not user.is_active:
        return None
    return user.appointments.current()


def granting(
    user: User | AnonymousUser, permission: Permission, direction: Direction = None
) -> AppointmentQuerySet | None:
    """
    Return the appointments by which somebody holds a permission today, or None for who has not signed in.

    A request signed by a token holds it where the token was given it and its person holds it too: the rows are then the
    lower one of each pair of places.
    """
    if not user.is_authenticated or not user.is_active:
        return None
    held = user.appointments.granting(permission, direction)
    token = acting_token(user)
    if token is None:
        return held
    scopes = token.appointments.current()
    if permission not in token.permissions:
        return scopes.none()
    lower = Q(pk__in=held.filter(_below(scopes, "unit__path")).values("pk"))
    lower |= Q(pk__in=scopes.filter(_below(held, "unit__path")).values("pk"))
    return token.appointments.model.objects.filter(lower)


def acts_as_the_system(user: User | AnonymousUser) -> bool:
    """Whether it is the system itself that asks, as a command does: it has no appointment and sees everything."""
    return bool(getattr(user, "is_system", False)) and user.is_active and not acting_token(user)


def _below(appointments: AppointmentQuerySet, path: str) -> Exists:
    """That a row's path begins at a place of one of the appointments."""
    here = ExpressionWrapper(OuterRef(path), output_field=CharField())
    return Exists(appointments.alias(here=here).filter(here__startswith=F("unit__path")))


def _above(appointments: AppointmentQuerySet, path: str) -> Exists:
    """That a place of one of the appointments lies under the row's path."""
    here = ExpressionWrapper(OuterRef(path), output_field=CharField())
    return Exists(appointments.alias(here=here).filter(unit__path__startswith=F("here")))


def _cover_everything(user: User | AnonymousUser, permission: Permission, appointments: AppointmentQuerySet) -> bool:
    """
    Whether every region is under one of the appointments.

    For reading it is seen on a person's appointments where `schools.access.appointments_of` has loaded them for a page;
    what a token or a direction narrows is asked of the database.
    """
    loaded = getattr(user, "_appointments_today", None)
    if loaded is None or permission not in READING or acting_token(user):
        return appointments.covers_everything()
    roles = roles_with(permission)
    regions = {one.unit_id: one.regions for one in loaded if one.unit.parent_id is None and one.role in roles}
    return bool(regions) and len(regions) == max(regions.values())


def holds_everywhere(user: User | AnonymousUser, permission: Permission) -> bool:
    """Say whether somebody holds a permission in every region: of what is kept for all of them nobody sees a part."""
    if acts_as_the_system(user):
        return True
    appointments = granting(user, permission)
    return appointments is not None and _cover_everything(user, permission, appointments)


_OF_SCHOOL = ("level", "locality", "type")


class UnitQuerySet(QuerySet):
    def visible_to(self, user: User | AnonymousUser, permission: Permission, *, direction: Direction = None) -> Self:
        """Keep units at or below a place where the user holds the permission, about things of a direction."""
        if acts_as_the_system(user):
            return self
        appointments = granting(user, permission, direction)
        return self.none() if appointments is None else self.filter(_below(appointments, "path"))

    def known_to(self, user: User | AnonymousUser, permission: Permission) -> Self:
        """Keep units that are visible, and those above the user's places: a school knows its municipality."""
        if acts_as_the_system(user):
            return self
        appointments = granting(user, permission)
        if appointments is None:
            return self.none()
        return self.filter(_below(appointments, "path") | _above(appointments, "path"))

    def of_kind(self, *kinds: str) -> Self:
        """Keep units of these kinds."""
        return self.filter(kind__in=kinds)

    def within(self, unit) -> Self:
        """Keep the unit and everything below it in today's tree."""
        return self.filter(path__startswith=unit.path)

    def open_on(self, day: date) -> Self:
        """Keep units that exist on a day."""
        return self.filter(Q(opened_on=None) | Q(opened_on__lte=day), Q(closed_on=None) | Q(closed_on__gte=day))

    def as_of(self, day: date) -> Self:
        """Add what units were on a day: `kind_then`, `code_then`, `name_then`, `short_name_then` and their sorts."""
        was = FilteredRelation("versions", condition=Q(versions__valid_from__lte=day, versions__valid_to__gte=day))
        own = {f"{name}_then": Coalesce(F(f"was__{name}"), F(name)) for name in ("kind", "code", "name", "short_name")}
        sorts = {f"{name}_then": Coalesce(F(f"was__{name}"), F(f"school__{name}")) for name in _OF_SCHOOL}
        legal = Coalesce(F("was__municipality_type"), F("municipality__type"))
        return self.alias(was=was).annotate(**own, **sorts, municipality_type_then=legal)

    def of_kind_on(self, day: date, *kinds: str) -> Self:
        """Keep units that were of these kinds on a day."""
        was = FilteredRelation("versions", condition=Q(versions__valid_from__lte=day, versions__valid_to__gte=day))
        return self.alias(of_day=was).filter(
            Q(of_day__kind__in=kinds) | Q(of_day__kind=None, kind__in=kinds),
        )

    def standing_under(self, unit, day: date) -> Self:
        """Keep the unit and everything that stood below it on a day."""
        ended = Q(ancestry__valid_to=None) | Q(ancestry__valid_to__gte=day)
        return self.filter(ended, ancestry__ancestor=unit, ancestry__valid_from__lte=day)

    def in_project(self, code: str, day: date) -> Self:
        """Keep organisations that belong to a project on a day."""
        ended = Q(memberships__until=None) | Q(memberships__until__gte=day)
        return self.filter(ended, memberships__project__code=code, memberships__since__lte=day)

    def in_order(self) -> Self:
        """Sort as a Russian reader expects, though the database knows no Russian."""
        return self.order_by("sort_key", "pk")


class ScopedQuerySet(QuerySet):
    """Things that belong to a unit and are seen by whoever sees it."""

    def visible_to(self, user: User | AnonymousUser, permission: Permission) -> Self:
        """Keep rows of units where the user holds the permission; if that is all of them this adds no condition."""
        if acts_as_the_system(user):
            return self
        appointments = granting(user, permission)
        if appointments is None:
            return self.none()
        if _cover_everything(user, permission, appointments):
            return self
        return self.filter(_below(appointments, "unit__path"))

    def known_to(self, user: User | AnonymousUser, permission: Permission, *, above: Q = Q()) -> Self:  # noqa: B008 - a Q is never changed in place
        """
        Keep what is visible, and what the units above the user's places have published.

        A region's programme and roadmap are read by every school. `above` narrows what is read from below.
        """
        if acts_as_the_system(user):
            return self
        appointments = granting(user, permission)
        if appointments is None:
            return self.none()
        if _cover_everything(user, permission, appointments):
            return self
        return self.filter(_below(appointments, "unit__path") | (_above(appointments, "unit__path") & above))

    def within(self, unit) -> Self:
        """Keep rows of the unit and of everything below it in today's tree."""
        return self.filter(unit__path__startswith=unit.path)


class PartnerQuerySet(QuerySet):
    """Partners are the whole region's: a school of one municipality agrees with a museum of another."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Keep the partners of the regions where the user may look at units."""
        if acts_as_the_system(user):
            return self
        appointments = granting(user, Permission.UNIT_VIEW)
        if appointments is None:
            return self.none()
        region = Func(OuterRef("unit__path"), Value("/"), Value(2), function="split_part", output_field=CharField())
        here = Concat(Value("/"), region, Value("/"))
        return self.filter(Exists(appointments.alias(region=here).filter(unit__path__startswith=F("region"))))


class UnitVersionQuerySet(QuerySet):
    def on(self, day: date) -> Self:
        """Keep what units were on a day; of a unit that is still so there is none."""
        return self.filter(valid_from__lte=day, valid_to__gte=day)
