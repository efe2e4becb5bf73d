"""Which schools stood under a unit on a day, and in which municipality: the geography in which a report counts."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from schools.enums import Kind
from schools.models import Ancestry, Unit


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


def placed_schools(*, user: User, unit: Unit, day: date) -> dict[int, PlacedSchool]:
    """Return the schools under a unit on a day that somebody may see, in Russian order by municipality."""
    on = day_of_geography(unit, day)
    standing = standing_on(on)
    below = standing.filter(ancestor=unit).values("unit_id")
    schools = Unit.objects.visible_to(user, Permission.UNIT_VIEW).of_kind(Kind.SCHOOL).filter(pk__in=below)
    places = {
        school: (key, name, sort)
        for school, key, name, sort in standing.filter(
            unit__in=schools.values("pk"), ancestor__kind=Kind.MUNICIPALITY
        ).values_list("unit_id", "ancestor_id", "ancestor__short_name", "ancestor__sort_key")
    }
    rows = schools.values_list("pk", "code", "short_name", "sort_key")
    placed = [PlacedSchool(*row, *places.get(row[0], (None, "", ""))) for row in rows]
    placed.sort(key=lambda one: (one.municipality_sort_key, one.sort_key, one.pk))
    return {one.pk: one for one in placed}
