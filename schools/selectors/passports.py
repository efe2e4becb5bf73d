"""The social passport of a school for a year, beside that of the year before."""

from dataclasses import dataclass

from schools.models import SchoolYear, Unit


@dataclass(frozen=True)
class PassportPair:
    """This year's passport and the one before it; either may be missing."""

    now: SchoolYear | None
    before: SchoolYear | None


def passport_pair(*, unit: Unit, academic_year: int) -> PassportPair:
    """Return a school's passport of a year with last year's."""
    years = [academic_year, academic_year - 1]
    found = {
        passport.academic_year: passport
        for passport in SchoolYear.objects.filter(unit=unit, academic_year__in=years).select_related("entered_by")
    }
    return PassportPair(now=found.get(academic_year), before=found.get(academic_year - 1))
