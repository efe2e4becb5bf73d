"""Programmes that measure something: whose table of indicators can be looked at."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from common.numbers import key_of
from programmes.enums import ProgrammeKind
from programmes.models import Programme, ProgrammeIndicator
from schools.models import Unit

BESIDE = (ProgrammeKind.CONCEPT, ProgrammeKind.PLAN, ProgrammeKind.RESOLUTION)  # looked at only when asked for


def measured_programmes(*, over: Unit) -> QuerySet[Programme]:
    """Return approved programmes with indicators, of the unit itself and of those above it, the newest first."""
    above = over.line
    has = ProgrammeIndicator.objects.filter(programme=OuterRef("pk"))
    programmes = Programme.objects.approved().filter(Exists(has), unit__in=above)
    return programmes.select_related("unit").order_by("-starts_on", "pk")


def chosen_programme(*, over: Unit, asked: str, year: int, indicator: int | None = None) -> Programme | None:
    """
    Return the programme asked for by its key, else the one whose term covers the year, else the newest.

    With an `indicator` only those that it stands in.
    """
    measured = measured_programmes(over=over)
    if indicator is not None:
        measured = measured.filter(programme_indicators__indicator=indicator)
    programmes = list(measured)
    if asked.isdecimal():
        return next((programme for programme in programmes if programme.pk == key_of(asked)), None)
    programmes.sort(key=lambda one: one.kind in BESIDE)  # the order of the query within
    covering = [one for one in programmes if one.starts_on.year <= year <= one.ends_on.year]
    return next(iter(covering or programmes), None)


def programmes_for_choice(user: User) -> list[tuple[str, str]]:
    """Return the programmes with indicators that somebody may read, as the key and the name of each."""
    has = ProgrammeIndicator.objects.filter(programme=OuterRef("pk"))
    known = Programme.objects.readable_by(user).filter(Exists(has)).order_by("-starts_on", "title", "pk")
    return [(str(one.pk), str(one)) for one in known]


def indicators_in(programme: int) -> QuerySet:
    """Return the keys of the indicators that stand in a programme."""
    return ProgrammeIndicator.objects.filter(programme=programme).values_list("indicator", flat=True)


def indicators_numbered(number: str) -> QuerySet:
    """Return the keys of the indicators that stand in any programme under a number or below it."""
    under = Q(number=number) | Q(number__startswith=f"{number}.") | Q(group_number=number)
    return ProgrammeIndicator.objects.filter(under).values_list("indicator", flat=True)
