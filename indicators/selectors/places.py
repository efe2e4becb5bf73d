"""Whose indicators somebody may look at, and whose somebody may enter."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Q, QuerySet
from django.db.models.functions import Length

from accounts.models import User
from accounts.permissions import Permission
from common.numbers import key_of
from schools.enums import TERRITORIES, Kind
from schools.models import Unit
from schools.querysets import Direction
from schools.selectors.geography import Geography, has_changed_since


@dataclass(slots=True)
class Places:
    """The unit that is looked at and those that may be chosen instead: municipalities under their districts."""

    chosen: Unit | None
    region: Unit | None = None
    groups: list[tuple[Unit | None, list[Unit]]] = field(default_factory=list)

    @property
    def is_choice(self) -> bool:
        """Whether there is anything to choose from."""
        return sum(len(units) + (district is not None) for district, units in self.groups) + bool(self.region) > 1


def places_of(
    *,
    user: User,
    asked: str,
    permission: Permission = Permission.INDICATOR_VIEW,
    geography: Geography | None = None,
    direction: Direction = None,
) -> Places | None:
    """
    Return the unit that is asked for by its key, else the highest one that somebody may see, with the others.

    None if the one asked for is not to be seen. Schools are not listed, but may be asked for. With a `geography` the
    territories of its day, or of today, are listed, and the chosen one says whether borders `have_changed` since.
    """
    seen = Unit.objects.visible_to(user, permission, direction=direction).select_related("parent")
    wanted = key_of(asked)
    units = list(_listed(seen, wanted, geography))
    territories = [unit for unit in units if unit.kind in TERRITORIES]
    chosen = _chosen(units, wanted)
    if chosen is None and wanted is not None:
        return None
    if chosen is None:
        chosen = seen.in_order().first()
    return Places(chosen, next((unit for unit in territories if unit.kind == Kind.REGION), None), _grouped(territories))


def unit_in_sight(*, user: User, asked: str, permission: Permission) -> Unit | None:
    """Return the unit that is asked for by its key, else the highest that somebody may see; None if it is not seen."""
    seen = Unit.objects.visible_to(user, permission)
    if asked:
        return seen.filter(pk=key_of(asked)).first()
    return seen.order_by(Length("path"), "sort_key", "pk").first()


def place_within(*, user: User, above: Unit, asked: str) -> Unit | None:
    """Return the unit at or under another one that is asked for by its key, else the highest that somebody may see."""
    seen = Unit.objects.visible_to(user, Permission.INDICATOR_VIEW).within(above)
    if asked:
        return seen.filter(pk=key_of(asked)).first()
    return seen.order_by(Length("path"), "sort_key", "pk").first()  # whatever stands above has the shorter path


def _listed(seen: QuerySet[Unit], wanted: int | None, geography: Geography | None) -> QuerySet[Unit]:
    condition = Q(kind__in=TERRITORIES)
    if geography is not None:
        day = geography.day
        there = Q(opened_on=None) | Q(opened_on__lte=day), Q(closed_on=None) | Q(closed_on__gte=day)
        condition &= Q(closed_on=None) if geography.is_today else there[0] & there[1]
        seen = seen.annotate(have_changed=has_changed_since(day))
    return seen.filter(condition if wanted is None else condition | Q(pk=wanted)).in_order()


def _chosen(units: list[Unit], wanted: int | None) -> Unit | None:
    if wanted is not None:
        return next((unit for unit in units if unit.pk == wanted), None)
    return min(units, key=lambda unit: len(unit.path.split("/")), default=None)


def _grouped(territories: list[Unit]) -> list[tuple[Unit | None, list[Unit]]]:
    """Municipalities under their districts; those that stand elsewhere under nothing."""
    districts = {unit.pk: unit for unit in territories if unit.kind == Kind.DISTRICT}
    groups: dict[int | None, list[Unit]] = {key: [] for key in districts}
    for unit in territories:
        if unit.kind == Kind.MUNICIPALITY:
            above = unit.line
            groups.setdefault(next((key for key in above if key in districts), None), []).append(unit)
    return [(districts[key] if key is not None else None, units) for key, units in groups.items()]
