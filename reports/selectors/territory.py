"""Which schools stood under a unit on a day, and in which municipality: the geography in which a report counts."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from schools.models import Ancestry, Unit
from schools.selectors.geography import Geography, organisations_in


@dataclass(frozen=True)
class PlacedSchool:
    """A school, and the municipality that it stood in."""

    pk: int
    code: str
    name: str
    sort_key: str
    municipality_id: int | None
    municipality: str
    municipality_sort_key: str


def standing_on(day: date) -> QuerySet[Ancestry]:
    """Return who stood under whom on a day."""
    return Ancestry.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)


def day_of_geography(unit: Unit, day: date) -> date:
    """Return the day itself, or today for a unit that was made later and is asked about in today's borders."""
    return day if standing_on(day).filter(ancestor=unit).exists() else timezone.localdate()


def placed_schools(*, user: User, unit: Unit, geography: Geography) -> dict[int, PlacedSchool]:
    """Return the schools under a unit on a day that somebody may see, in Russian order by municipality."""
    geography = geography.of(unit)
    schools = organisations_in(unit, geography).visible_to(user, Permission.UNIT_VIEW)
    rows = list(schools.values_list("pk", "code", "short_name", "sort_key", "place"))
    named = Unit.objects.filter(pk__in={row[4] for row in rows}).as_of(geography.day)
    name = "short_name" if geography.is_today else "short_name_then"
    places = {key: said for key, *said in named.values_list("pk", "pk", name, "sort_key")}
    placed = [PlacedSchool(*row[:4], *places.get(row[4], (None, "", ""))) for row in rows]
    placed.sort(key=lambda one: (one.municipality_sort_key, one.sort_key, one.pk))
    return {one.pk: one for one in placed}
