"""
The register of units: opening, renaming, moving and closing them.

The only writer of a unit's parent, path and kind and of placements and ancestry, so that today's copy and the dated
past never disagree. Everything is set-based: a thousand schools are opened in a dozen statements.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from accounts.models import User
from accounts.permissions import Permission
from accounts.services.audit import record
from common.russian import search_key, sort_key
from schools.access import NotAllowed, require
from schools.enums import Kind, Locality, MunicipalityType, SchoolLevel, SchoolType
from schools.models import Alias, Ancestry, Municipality, Placement, School, Unit

BEGINNING = date(2010, 1, 1)  # since when a unit is said to have stood where it stands, if nothing better is known
ORGANISATIONS = (Kind.SCHOOL, Kind.PRESCHOOL, Kind.EXTRACURRICULAR, Kind.COLLEGE, Kind.OTHER)
# Regional schools and colleges stand directly under the region; so does a municipality whose district is not known.
PARENTS: dict[str, tuple[str, ...]] = {
    Kind.REGION: (),
    Kind.DISTRICT: (Kind.REGION,),
    Kind.MUNICIPALITY: (Kind.DISTRICT, Kind.REGION),
    **dict.fromkeys(ORGANISATIONS, (Kind.MUNICIPALITY, Kind.REGION)),
}


class UnitRefused(ValueError):
    """The register cannot be changed so; the message is for the person."""


class CodeTaken(UnitRefused):
    """Another unit has the code."""


class AliasTaken(UnitRefused):
    """A neighbour under the same parent is called so already."""


@dataclass(frozen=True)
class SchoolDetails:
    """What is known of a school beside its place and name."""

    level: SchoolLevel
    locality: Locality
    type: SchoolType = SchoolType.ORDINARY
    fisoko_login: str | None = None
    inn: str = ""
    site: str = ""


@dataclass(frozen=True)
class MunicipalityDetails:
    """What is known of a municipality beside its place and name."""

    type: MunicipalityType
    tile_label: str
    tile_order: int = 0


@dataclass(frozen=True)
class NewUnit:
    """A unit to be opened, with the names that files call it by."""

    kind: Kind
    code: str
    name: str
    parent: Unit | None
    short_name: str = ""
    aliases: tuple[str, ...] = ()
    school: SchoolDetails | None = None
    municipality: MunicipalityDetails | None = None
    since: date = BEGINNING


def open_unit(*, new: NewUnit, actor: User, now: datetime) -> Unit:
    """
    Open one unit.

    :raises CodeTaken: if the code is in use
    :raises AliasTaken: if a neighbour is called so
    :raises UnitRefused: if a unit of this kind cannot stand under the parent
    """
    return open_units(new=[new], actor=actor, now=now)[0]


@transaction.atomic
def open_units(*, new: Sequence[NewUnit], actor: User, now: datetime) -> list[Unit]:
    """
    Open units whose parents exist already, all of them or none; the returned list has the given order.

    :raises UnitRefused: as `open_unit` does
    """
    parents = {each.parent.pk: each.parent for each in new if each.parent is not None}
    _require_at(parents.values(), actor, alone=any(each.parent is None for each in new))
    _check_codes(new)
    for each in new:
        _check_place(each.kind, each.parent, each.name)
    units = _insert_units(new)
    _insert_placements(units, new)
    add_aliases_of(list(zip(units, ((each.name, each.short_name, *each.aliases) for each in new), strict=True)))
    _insert_details(units, new)
    _record_opening(units, actor, now)
    return units


def searched(unit: Unit, login: str | None) -> str:
    """Return what a unit is found by: its names and codes."""
    return search_key(f"{unit.name} {unit.short_name} {unit.code} {login or ''}")[:900]


def add_aliases_of(names: Sequence[tuple[Unit, Sequence[str]]]) -> None:
    """
    Remember by which names files call units; a name that a unit has already is left.

    A municipality or a district is called by a name in the whole region, an organisation within its municipality.
    Two organisations of one municipality may share a name: such a name then tells neither, and reading refuses it.

    :raises AliasTaken: if another municipality or district is called so
    """
    fresh: dict[tuple[int, str], Alias] = {}
    for unit, said in names:
        for name in said:
            key = search_key(name)[:400]
            if key:
                fresh.setdefault((unit.pk, key), Alias(unit=unit, name=name.strip()[:400], key=key))
    _check_aliases({unit.pk: unit for unit, _ in names}, fresh)
    Alias.objects.bulk_create(fresh.values(), ignore_conflicts=True)


def _check_aliases(units: dict[int, Unit], fresh: dict[tuple[int, str], Alias]) -> None:
    territory = {(pk, key) for pk, key in fresh if units[pk].kind not in ORGANISATIONS}
    held = Alias.objects.filter(key__in={key for _, key in territory}).exclude(unit__kind__in=ORGANISATIONS)
    taken = {(kind, key): pk for kind, key, pk in held.values_list("unit__kind", "key", "unit_id")}
    for pk, key in territory:
        if (other := taken.setdefault((units[pk].kind, key), pk)) != pk:
            called = units.get(other) or Unit.objects.get(pk=other)
            raise AliasTaken(f"Именем «{fresh[pk, key].name}» уже называется {called.name}: уточните имя.")


def _require_at(parents: Any, actor: User, *, alone: bool) -> None:
    if alone and not actor.is_system:
        raise NotAllowed("Край заводит только сама система.")
    for parent in parents:
        require(actor, Permission.UNIT_EDIT, at=parent)


def _check_codes(new: Sequence[NewUnit]) -> None:
    codes = [each.code for each in new]
    if twice := next((code for code in codes if codes.count(code) > 1), None) if len(set(codes)) < len(codes) else None:
        raise CodeTaken(f"Код {twice} указан дважды: у каждой единицы свой код.")
    if taken := Unit.objects.filter(code__in=codes).first():
        raise CodeTaken(f"Код {taken.code} уже занят: {taken.short_name}.")
    logins = [each.school.fisoko_login for each in new if each.school and each.school.fisoko_login]
    if held := School.objects.filter(fisoko_login__in=logins).select_related("unit").first():
        raise CodeTaken(f"Логин ФИС ОКО {held.fisoko_login} уже занят: {held.unit.short_name}.")


def _check_place(kind: str, parent: Unit | None, name: str) -> None:
    allowed = PARENTS[kind]
    if parent is None and allowed:
        raise UnitRefused(f"{name}: не сказано, в чьём составе ({Kind(kind).label}). Укажите вышестоящую единицу.")
    if parent is not None and parent.kind not in allowed:
        raise UnitRefused(f"{name}: {Kind(kind).label} не может входить в «{parent.short_name}».")


def _insert_units(new: Sequence[NewUnit]) -> list[Unit]:
    with connection.cursor() as cursor:
        # The keys are wanted before the rows: a path ends with its own.
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('schools_unit', 'id')) FROM generate_series(1, %s)", [len(new)]
        )
        keys = [key for (key,) in cursor.fetchall()]
    units = []
    for key, each in zip(keys, new, strict=True):
        short_name = (each.short_name or each.name)[:200]
        unit = Unit(
            pk=key,
            kind=each.kind,
            code=each.code,
            name=each.name,
            short_name=short_name,
            parent=each.parent,
            path=f"{each.parent.path if each.parent else '/'}{key}/",
            sort_key=sort_key(short_name)[:300],
            opened_on=each.since if each.since != BEGINNING else None,
        )
        unit.search_key = searched(unit, each.school.fisoko_login if each.school else None)
        units.append(unit)
    return Unit.objects.bulk_create(units, batch_size=1000)


def _insert_placements(units: Sequence[Unit], new: Sequence[NewUnit]) -> None:
    pairs = list(zip(units, new, strict=True))
    Placement.objects.bulk_create(
        (Placement(unit=unit, parent=unit.parent, path=unit.path, valid_from=each.since) for unit, each in pairs),
        batch_size=1000,
    )
    Ancestry.objects.bulk_create(
        (
            Ancestry(unit=unit, ancestor_id=ancestor, valid_from=each.since)
            for unit, each in pairs
            for ancestor in chain(unit.path)
        ),
        batch_size=5000,
    )


def chain(path: str) -> list[int]:
    """Return the keys of a path from the root down to the unit itself."""
    return [int(key) for key in path.strip("/").split("/")]


def _insert_details(units: Sequence[Unit], new: Sequence[NewUnit]) -> None:
    pairs = list(zip(units, new, strict=True))
    School.objects.bulk_create(
        (School(unit=unit, **_values(each.school)) for unit, each in pairs if each.school), batch_size=1000
    )
    Municipality.objects.bulk_create(
        (Municipality(unit=unit, **_values(each.municipality)) for unit, each in pairs if each.municipality),
        batch_size=1000,
    )


def _values(details: SchoolDetails | MunicipalityDetails) -> dict[str, Any]:
    return {field.name: getattr(details, field.name) for field in fields(details)}


def _record_opening(units: Sequence[Unit], actor: User, now: datetime) -> None:
    """One event for each place where something was opened, naming the codes."""
    opened: dict[Unit, list[str]] = defaultdict(list)
    for unit in units:
        opened[unit.parent or unit].append(unit.code)
    for place, codes in opened.items():
        record(actor=actor, action="units.opened", target=place, now=now, after={"codes": codes})
