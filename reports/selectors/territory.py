"""Which schools stood under a unit on a day, and in which municipality: the geography in which a report counts."""

from dataclasses import dataclass, field

from django.db.models import QuerySet

from accounts.models import User
from accounts.permissions import Permission
from schools.enums import Kind
from schools.models import Unit, chain
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


@dataclass
class PlacedUnit:
    """Who is told of in a territory: a unit of the day, or the one of today that took over from several."""

    name: str
    sort_key: str
    parts: set[int] = field(default_factory=set)


def placed_units(units: QuerySet[Unit], geography: Geography) -> dict[str, dict[int, PlacedUnit]]:
    """Return units that existed on the day, by kind and key, in Russian order; today, under whoever took over."""
    rows = list(units.values_list("pk", "kind", "path", "short_name", "sort_key", "closed_on"))
    heirs = _heirs([row[2] for row in rows if row[5] is not None]) if geography.is_today else {}
    found: dict[str, dict[int, PlacedUnit]] = {}
    for key, kind, path, name, sort_key, closed_on in rows:
        home = (key, name, sort_key)
        if closed_on is not None:
            line = chain(path)
            home = next((heirs[kind, above] for above in reversed(line) if (kind, above) in heirs), home)
        found.setdefault(kind, {}).setdefault(home[0], PlacedUnit(*home[1:])).parts.add(key)
    return {
        kind: dict(sorted(placed.items(), key=lambda one: (one[1].sort_key, one[0]))) for kind, placed in found.items()
    }


def _heirs(paths: list[str]) -> dict[tuple[str, int], tuple[int, str, str]]:
    """Return the territories of today on the paths of those that are no more, by kind and key."""
    keys = {key for path in paths for key in chain(path)}
    living = Unit.objects.of_kind(Kind.DISTRICT, Kind.MUNICIPALITY).filter(pk__in=keys, closed_on=None)
    return {(row[0], row[1]): row[1:] for row in living.values_list("kind", "pk", "short_name", "sort_key")}


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
