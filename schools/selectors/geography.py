"""
In whose territories a year is told: as they stood on its last day, or as they stand today.

Either way the same schools are counted, those that existed on the day; only where each is put differs. A school that
has closed since, and a municipality that is no more, are found today where their path says: with whom took over.
"""

from dataclasses import dataclass, replace
from datetime import date

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from schools.enums import Kind, OperationKind
from schools.models import Ancestry, Placement, Unit, UnitOperation

# What moves borders, so that the two ways of telling a year differ.
OF_BORDERS = (OperationKind.OPEN, OperationKind.CLOSE, OperationKind.MOVE, OperationKind.JOIN, OperationKind.SPLIT)


@dataclass(frozen=True)
class Geography:
    """The day whose units are counted, and whether they are put into today's territories."""

    day: date
    is_today: bool = False

    def of(self, unit: Unit) -> "Geography":
        """
        Return the geography in which a unit can be asked about.

        One that was made after the day has today's borders only, one that is no more has only those of its time.
        """
        if unit.closed_on is not None:
            return replace(self, is_today=False)
        if unit.opened_on is not None and unit.opened_on > self.day:
            return replace(self, is_today=True)
        return self


def geography_of(year: int, *, is_today: bool = False, on: date | None = None) -> Geography:
    """Return the geography of a year, of its last day or of today while it runs; `on` names another day."""
    return Geography(on or min(date(year, 12, 31), timezone.localdate()), is_today)


def has_changed_since(day: date) -> Exists:
    """That borders have moved since a day, as an expression."""
    return Exists(UnitOperation.objects.filter(undone_at=None, on__gt=day, kind__in=OF_BORDERS))


def running_on(day: date) -> Q:
    """A condition on placements and ancestry: in force on a day."""
    return (Q(valid_to=None) | Q(valid_to__gte=day)) & Q(valid_from__lte=day)


def territories_in(unit: Unit, geography: Geography) -> QuerySet[Unit]:
    """Return districts and municipalities under a unit, itself included, each with the key of what is `above` it."""
    kinds, day = (Kind.DISTRICT, Kind.MUNICIPALITY), geography.day
    if geography.is_today:
        units = Unit.objects.within(unit).of_kind(*kinds).filter(closed_on=None)
        return units.select_related("municipality").annotate(above=F("parent")).in_order()
    stood = Placement.objects.filter(running_on(day), unit=OuterRef("pk")).values("parent")[:1]
    units = Unit.objects.standing_under(unit, day).open_on(day).of_kind_on(day, *kinds).as_of(day)
    return units.select_related("municipality").annotate(above=Subquery(stood)).in_order()


def organisations_in(unit: Unit, geography: Geography, *kinds: str) -> QuerySet[Unit]:
    """Return organisations under a unit that existed on the day, each with the key of its municipality as `place`."""
    day = geography.day
    there = Unit.objects.open_on(day).of_kind_on(day, *(kinds or (Kind.SCHOOL,)))
    if geography.is_today:
        return there.filter(path__startswith=unit.path).annotate(place=Subquery(municipality_today("path")))
    return there.standing_under(unit, day).annotate(place=Subquery(municipality_on(day, "pk")))


def municipality_today(path: str) -> QuerySet:
    """Return the key of the municipality of today on a path, for a subquery."""
    here = ExpressionWrapper(OuterRef(path), output_field=CharField())
    places = Unit.objects.filter(kind=Kind.MUNICIPALITY, closed_on=None)
    return places.alias(here=here).filter(here__startswith=F("path")).values("pk")[:1]


def municipality_on(day: date, key: str) -> QuerySet:
    """Return the key of the municipality in which a unit stood on a day, for a subquery."""
    above = Ancestry.objects.filter(running_on(day), unit=OuterRef(key), ancestor__kind=Kind.MUNICIPALITY)
    return above.values("ancestor")[:1]


def as_named(unit: Unit, geography: Geography) -> Unit:
    """Let a territory read by `territories_in` bear the names that it bore on the day."""
    if not geography.is_today:
        unit.name, unit.short_name, unit.code = unit.name_then, unit.short_name_then, unit.code_then
    return unit
