"""The territory from its file into the register: what is new is opened, what differs is changed, the rest is left."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.models import User
from common.russian import search_key
from schools.catalogue.territory import FILE, Place, read_territory
from schools.enums import Kind
from schools.models import Unit, UnitVersion
from schools.services.registry import (
    BEGINNING,
    MunicipalityDetails,
    NewUnit,
    UnitChange,
    UnitRefused,
    add_alias,
    change_units,
    move_unit,
    open_units,
)


@dataclass
class TerritoryReport:
    """What a load does, by codes; `elsewhere` stands under another parent than the file says, and is left there."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)


@transaction.atomic
def load_territory(*, actor: User, now: datetime, path: Path = FILE) -> TerritoryReport:
    """
    Load the territory of a file; loading it again changes nothing.

    A municipality that an import put right under the region goes under its district; one that somebody has moved since
    is left where it stands.

    :raises CatalogueError: if the file is not well formed
    :raises UnitRefused: if a code belongs to a unit of another kind
    """
    places = read_territory(path)
    report = TerritoryReport()
    for kind in (Kind.REGION, Kind.DISTRICT, Kind.MUNICIPALITY):
        _load_level([place for place in places if place.kind == kind], report, actor, now)
    return report


def _load_level(places: Sequence[Place], report: TerritoryReport, actor: User, now: datetime) -> None:
    codes = {place.code for place in places} | {place.parent for place in places if place.parent}
    units = Unit.objects.filter(code__in=codes).select_related("parent", "municipality").prefetch_related("aliases")
    versions = UnitVersion.objects.filter(unit=OuterRef("pk"))
    known = {unit.code: unit for unit in units.annotate(is_retold=Exists(versions))}
    fresh = [place for place in places if place.code not in known]
    if fresh:
        open_units(new=[_new(place, known) for place in fresh], actor=actor, now=now)
    report.added += [place.code for place in fresh]
    changes: list[UnitChange] = []
    for place in places:
        if (unit := known.get(place.code)) is None:
            continue
        if unit.kind != place.kind:
            raise UnitRefused(f"Код {place.code} занят: {unit.short_name} ({Kind(unit.kind).label}).")
        if unit.closed_on is not None or unit.is_retold:  # an operation has said of it what the file does not know
            report.left.append(place.code)
            continue
        is_moved = _put_right(unit, place, known, report, actor, now)
        is_changed = _is_different(unit, place)
        if is_changed:
            changes.append(
                UnitChange(unit=unit, name=place.name, short_name=place.short_name, municipality=_details(place))
            )
        if is_changed or _add_aliases(unit, place, actor, now):
            report.changed.append(place.code)
        elif not is_moved:
            report.left.append(place.code)
    if changes:
        change_units(changes=changes, actor=actor, now=now)


def _new(place: Place, known: dict[str, Unit]) -> NewUnit:
    return NewUnit(
        kind=place.kind,
        code=place.code,
        name=place.name,
        short_name=place.short_name,
        parent=known[place.parent] if place.parent else None,
        aliases=place.aliases,
        municipality=_details(place),
    )


def _details(place: Place) -> MunicipalityDetails | None:
    if place.type is None:
        return None
    return MunicipalityDetails(type=place.type, tile_label=place.tile_label, tile_order=place.tile_order)


def _is_different(unit: Unit, place: Place) -> bool:
    kept = getattr(unit, "municipality", None)
    details = MunicipalityDetails(kept.type, kept.tile_label, kept.tile_order) if kept else None
    return (unit.name, unit.short_name, details) != (place.name, place.short_name, _details(place))


def _put_right(
    unit: Unit, place: Place, known: dict[str, Unit], report: TerritoryReport, actor: User, now: datetime
) -> bool:
    """Move a municipality whose district was not known; say of another that it stands elsewhere."""
    if unit.parent is None or unit.parent.code == place.parent:
        return False
    if unit.parent.kind != Kind.REGION or place.parent is None:
        report.elsewhere.append(place.code)
        return False
    move_unit(unit=unit, parent=known[place.parent], on=unit.opened_on or BEGINNING, actor=actor, now=now)
    report.moved.append(place.code)
    return True


def _add_aliases(unit: Unit, place: Place, actor: User, now: datetime) -> bool:
    keys = {alias.key for alias in unit.aliases.all()}
    missing = [name for name in place.aliases if search_key(name) not in keys]
    for name in missing:
        add_alias(unit=unit, name=name, actor=actor, now=now)
    return bool(missing)
