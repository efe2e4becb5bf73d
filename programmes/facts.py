"""
What formulas may ask of programmes. A programme counts from the day of its order, in the geography of the period.

«Утверждена» asks for a programme approved by the day whose term touches the year; «реализуется» — for one whose term
covers the day itself («на момент выезда»).
"""

from django.db.models import Exists, IntegerField, OuterRef, QuerySet
from django.db.models.functions import Cast

from indicators.facts import Basis, Measure, fact
from programmes.models import Programme
from programmes.querysets import ProgrammeQuerySet
from schools.enums import Kind
from schools.models import Unit

REGISTER = "реестр программ"


def _places(kind: Kind, basis: Basis, units: QuerySet[Unit] | None, programmes: ProgrammeQuerySet) -> QuerySet:
    """Return `(unit_id, 1 or 0)` for every unit of the kind that exists on the day: nobody is unknown here."""
    places = Unit.objects.of_kind(kind).open_on(basis.on)
    if units is not None:
        places = places.filter(pk__in=units)
    has = Cast(Exists(programmes.filter(unit=OuterRef("pk"))), IntegerField())
    return places.annotate(value=has).values_list("pk", "value")


@fact(
    "мппко_утверждена",
    of=Kind.MUNICIPALITY,
    title="Утверждена муниципальная программа (МППКО) или комплекс мер, срок которых захватывает год",
    measure=Measure.FLAG,
    aliases=("programme_approved",),
    source=REGISTER,
)
def municipal_programme_approved(basis: Basis, units: QuerySet[Unit] | None = None) -> QuerySet:
    """1 where a programme or a set of measures approved by the day has a term that touches the period."""
    approved = Programme.objects.of_municipalities().approved(by=basis.on)
    running = approved.running_between(basis.period.starts_on, basis.period.ends_on)
    return _places(Kind.MUNICIPALITY, basis, units, running)


@fact(
    "мппко_реализуется",
    of=Kind.MUNICIPALITY,
    title="Муниципальная программа (МППКО) или комплекс мер утверждены и действуют на последний день периода",
    measure=Measure.FLAG,
    aliases=("programme_running",),
    source=REGISTER,
)
def municipal_programme_running(basis: Basis, units: QuerySet[Unit] | None = None) -> QuerySet:
    """1 where an approved programme or set of measures runs on the very day."""
    running = Programme.objects.of_municipalities().approved(by=basis.on).running_on(basis.on)
    return _places(Kind.MUNICIPALITY, basis, units, running)


@fact(
    "шппко_утверждена",
    of=Kind.SCHOOL,
    title="Утверждена школьная программа (ШППКО), срок которой захватывает год",
    measure=Measure.FLAG,
    aliases=("school_programme_approved",),
    source=REGISTER,
)
def school_programme_approved(basis: Basis, units: QuerySet[Unit] | None = None) -> QuerySet:
    """1 where a school's programme approved by the day has a term that touches the period."""
    approved = Programme.objects.of_schools().approved(by=basis.on)
    return _places(Kind.SCHOOL, basis, units, approved.running_between(basis.period.starts_on, basis.period.ends_on))


@fact(
    "шппко_реализуется",
    of=Kind.SCHOOL,
    title="Школьная программа (ШППКО) утверждена и действует на последний день периода",
    measure=Measure.FLAG,
    aliases=("school_programme_running",),
    source=REGISTER,
)
def school_programme_running(basis: Basis, units: QuerySet[Unit] | None = None) -> QuerySet:
    """1 where an approved programme of the school runs on the very day."""
    running = Programme.objects.of_schools().approved(by=basis.on).running_on(basis.on)
    return _places(Kind.SCHOOL, basis, units, running)


@fact(
    "рппко_утверждена",
    of=Kind.REGION,
    title="Утверждена региональная программа (РППКО), срок которой захватывает год",
    measure=Measure.FLAG,
    aliases=("regional_programme_approved",),
    source=REGISTER,
)
def regional_programme_approved(basis: Basis, units: QuerySet[Unit] | None = None) -> QuerySet:
    """1 where the region's programme approved by the day has a term that touches the period."""
    approved = Programme.objects.regional().approved(by=basis.on)
    return _places(Kind.REGION, basis, units, approved.running_between(basis.period.starts_on, basis.period.ends_on))
