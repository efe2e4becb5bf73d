"""
The register of units: opening, renaming, moving and closing them.

The only writer of a unit's parent, path and kind and of placements and ancestry, so that today's copy and the dated
past never disagree. Everything is set-based: a thousand schools are opened in a dozen statements.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any, Literal

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from accounts.services.audit import record
from common.russian import search_key, sort_key
from schools.access import NotAllowed, require
from schools.enums import ORGANISATIONS, Kind, Locality, MunicipalityType, SchoolLevel, SchoolType
from schools.models import Alias, Municipality, Placement, School, Unit
from schools.services import placing
from schools.services.handing_over import let_go_of_what_passes

BEGINNING = date(2010, 1, 1)  # since when a unit is said to have stood where it stands, if nothing better is known
# Regional schools and colleges stand directly under the region; so does a municipality whose district is not known.
PARENTS: dict[str, tuple[str, ...]] = {
    Kind.REGION: (),
    Kind.DISTRICT: (Kind.REGION,),
    Kind.MUNICIPALITY: (Kind.DISTRICT, Kind.REGION),
    **dict.fromkeys(ORGANISATIONS, (Kind.MUNICIPALITY, Kind.REGION)),
}
# Ачинск stands beside Ачинский район in a list, not among all the towns.
_KIND_OF_TOWN = ("город ", "г. ", "зато ", "посёлок ", "п. ")


class UnitRefused(ValueError):
    """The register cannot be changed so; the message is for the person."""


class CodeTaken(UnitRefused):
    """Another unit has the code, or another school the login."""


class AliasTaken(UnitRefused):
    """Another municipality, or another district, is called so already."""


@dataclass(frozen=True)
class SchoolDetails:
    """What is known of a school beside its place and name."""

    level: SchoolLevel | Literal[""]  # nothing of one that gives no general education
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


@dataclass(frozen=True)
class UnitChange:
    """What a unit is called and known by from now on; what is None stays as it is."""

    unit: Unit
    name: str | None = None
    short_name: str | None = None
    code: str | None = None
    school: SchoolDetails | None = None
    municipality: MunicipalityDetails | None = None


def open_unit(*, new: NewUnit, actor: User, now: datetime) -> Unit:
    """
    Open one unit.

    :raises CodeTaken: if the code or the login is in use
    :raises AliasTaken: if another municipality, or another district, is called so
    :raises UnitRefused: if a unit of this kind cannot stand under the parent
    """
    return open_units(new=[new], actor=actor, now=now)[0]


@transaction.atomic
def open_units(*, new: Sequence[NewUnit], actor: User, now: datetime) -> list[Unit]:
    """
    Open units whose parents exist already, all of them or none; the returned list has the given order.

    :raises UnitRefused: as `open_unit` does
    """
    placing.lock_tree()
    parents = Unit.objects.in_bulk({each.parent.pk for each in new if each.parent is not None})
    new = [replace(each, parent=parents[each.parent.pk]) if each.parent else each for each in new]
    if any(each.parent is None for each in new) and not actor.is_system:
        raise NotAllowed("Край заводит только сама система.")
    for parent in parents.values():
        require(actor, Permission.UNIT_EDIT, at=parent)
    check_codes([each.code for each in new], [each.school.fisoko_login for each in new if each.school])
    for each in new:
        check_place(each.kind, each.parent, each.name)
    units = _insert_units(new)
    placing.place(units, [each.since for each in new])
    remember([(unit, (each.name, each.short_name, *each.aliases)) for unit, each in zip(units, new, strict=True)])
    _insert_details(units, new)
    _record_opening(units, actor, now)
    return units


@transaction.atomic
def move_unit(*, unit: Unit, parent: Unit, on: date, actor: User, now: datetime) -> Unit:
    """
    Put a unit, with all below it, under another parent from a day on; until the day before it stood where it did.

    :raises UnitRefused: if it cannot stand there, stands there already, has moved later, or the day is ahead
    """
    placing.lock_tree()
    unit, parent = Unit.objects.get(pk=unit.pk), Unit.objects.get(pk=parent.pk)
    require(actor, Permission.UNIT_EDIT, at=unit)
    require(actor, Permission.UNIT_EDIT, at=parent)
    check_place(unit.kind, parent, unit.name)
    if unit.parent_id == parent.pk:
        raise UnitRefused(f"{unit.short_name} и так входит в «{parent.short_name}».")
    if on > timezone.localdate(now):
        raise UnitRefused(f"Перевод с {on:%d.%m.%Y} ещё не наступил: запишите его в этот день.")
    newest = Placement.objects.filter(unit=unit).order_by("-valid_from").first()
    if newest and newest.valid_from > on:
        raise UnitRefused(f"{unit.short_name} с {newest.valid_from:%d.%m.%Y} уже записан иначе: укажите день позже.")
    before = {"parent": unit.parent.code if unit.parent else None}
    placing.move(unit, parent, on)
    after = {"parent": parent.code, "on": on.isoformat()}
    record(actor=actor, action="unit.moved", target=unit, now=now, before=before, after=after)
    return unit


def rename_unit(*, unit: Unit, name: str, short_name: str = "", actor: User, now: datetime) -> Unit:
    """Call a unit by a new name; files may go on calling it by the old one. :raises AliasTaken: as `open_unit` does."""
    change = UnitChange(unit=unit, name=name, short_name=short_name or name)
    return change_units(changes=[change], actor=actor, now=now)[0]


@transaction.atomic
def add_alias(*, unit: Unit, name: str, actor: User, now: datetime) -> None:
    """Remember one more name by which files call a unit. :raises AliasTaken: as `open_unit` does."""
    require(actor, Permission.UNIT_EDIT, at=unit)
    if not search_key(name):
        raise UnitRefused("Имя пусто: впишите, как единица называется в файлах.")
    remember([(unit, (name,))])
    record(actor=actor, action="unit.alias_added", target=unit, now=now, after={"alias": name})


@transaction.atomic
def change_units(*, changes: Sequence[UnitChange], actor: User, now: datetime) -> list[Unit]:
    """
    Change names, codes and details, all of them or none. A changed name stays as an alias.

    :raises CodeTaken: if a code or a login is in use
    :raises AliasTaken: if another municipality, or another district, is called so
    """
    placing.lock_tree()
    chosen = Unit.objects.select_related("school", "municipality", "parent")
    units = chosen.in_bulk([change.unit.pk for change in changes])
    _require_over(units.values(), actor)
    codes = {change.unit.pk: change.code for change in changes if change.code}
    logins = {change.unit.pk: change.school.fisoko_login for change in changes if change.school}
    check_codes([*codes.values()], [*logins.values()], recoded=codes, relogged=logins)
    for change in changes:
        unit = units[change.unit.pk]
        before = _known(unit)
        _apply(unit, change)
        after = _known(unit)
        if differs := {key for key in after if after[key] != before.get(key)}:
            record(
                actor=actor,
                action="unit.changed",
                target=unit,
                now=now,
                before={key: before.get(key) for key in differs},
                after={key: after[key] for key in differs},
            )
    let_go_of_what_passes(units.values())
    _save(list(units.values()))
    remember([(units[change.unit.pk], (change.name or "", change.short_name or "")) for change in changes])
    return [units[change.unit.pk] for change in changes]


def details_of(unit: Unit) -> SchoolDetails | None:
    """Return what is known of a school, or None of another unit."""
    school = getattr(unit, "school", None)
    return SchoolDetails(**{one.name: getattr(school, one.name) for one in fields(SchoolDetails)}) if school else None


def _require_over(units: Any, actor: User) -> None:
    """One question for all units of a place: whoever may edit the parent may edit what is in it."""
    for place in {unit.parent or unit for unit in units}:
        require(actor, Permission.UNIT_EDIT, at=place)


def _known(unit: Unit) -> dict[str, Any]:
    """Return what an event says of a unit before and after."""
    known = {"code": unit.code, "name": unit.name, "short_name": unit.short_name}
    for details in (getattr(unit, "school", None), getattr(unit, "municipality", None)):
        if details is not None:
            known |= {
                field.name: getattr(details, field.name) for field in details._meta.fields if field.name != "unit"
            }
    return known


def _apply(unit: Unit, change: UnitChange) -> None:
    for name in ("code", "name", "short_name"):
        if (value := getattr(change, name)) is not None:
            setattr(unit, name, value)
    for details, model in ((change.school, School), (change.municipality, Municipality)):
        if details is None:
            continue
        kept = getattr(unit, model._meta.model_name, None) or model(unit=unit)
        for name, value in _values(details).items():
            setattr(kept, name, value)
    unit.sort_key = sorted_as(unit.kind, unit.short_name)
    unit.search_key = searched(unit, unit.school.fisoko_login if getattr(unit, "school", None) else None)


def _save(units: list[Unit]) -> None:
    Unit.objects.bulk_update(units, ["code", "name", "short_name", "sort_key", "search_key"], batch_size=500)
    for model, shape in ((School, SchoolDetails), (Municipality, MunicipalityDetails)):
        rows = [row for unit in units if (row := getattr(unit, model._meta.model_name, None))]
        names = [field.name for field in fields(shape)]
        model.objects.bulk_create(rows, update_conflicts=True, unique_fields=["unit"], update_fields=names)


def searched(unit: Unit, login: str | None) -> str:
    """Return what a unit is found by: its names and codes."""
    return search_key(f"{unit.name} {unit.short_name} {unit.code} {login or ''}")[:900]


def sorted_as(kind: str, short_name: str) -> str:
    """Return what a unit is sorted by."""
    bare = short_name
    for word in _KIND_OF_TOWN:
        if kind == Kind.MUNICIPALITY and bare.lower().startswith(word):
            bare = bare[len(word) :]
    return sort_key(bare)[:300]


def remember(names: Sequence[tuple[Unit, Sequence[str]]]) -> None:
    """
    Remember by which names files call units; a name that a unit has already is left.

    A municipality or a district is called by a name in the whole region, an organisation within its municipality. Two
    organisations of one municipality may share a name: it then tells neither, and reading refuses it.
    """
    fresh: dict[tuple[int, str], Alias] = {}
    for unit, said in names:
        for name in said:
            if key := search_key(name)[:400]:
                fresh.setdefault((unit.pk, key), Alias(unit=unit, name=name.strip()[:400], key=key))
    _check_aliases({unit.pk: unit for unit, _ in names}, fresh)
    Alias.objects.bulk_create(fresh.values(), ignore_conflicts=True)


def _check_aliases(units: dict[int, Unit], fresh: dict[tuple[int, str], Alias]) -> None:
    territory = {(pk, key) for pk, key in fresh if units[pk].kind not in ORGANISATIONS}
    # A name that nobody bears any more is free: Ачинский округ is called as Ачинский район was.
    held = Alias.objects.filter(key__in={key for _, key in territory}, until=None, unit__closed_on=None).exclude(
        unit__kind__in=ORGANISATIONS
    )
    taken = {(kind, key): pk for kind, key, pk in held.values_list("unit__kind", "key", "unit_id")}
    for pk, key in territory:
        if (other := taken.setdefault((units[pk].kind, key), pk)) != pk:
            called = units.get(other) or Unit.objects.get(pk=other)
            raise AliasTaken(f"Именем «{fresh[pk, key].name}» уже называется {called.name}: уточните имя.")


def check_codes(
    codes: Sequence[str],
    logins: Sequence[str | None],
    *,
    recoded: Iterable[int] = (),
    relogged: Iterable[int] = (),
) -> None:
    """:raises CodeTaken: if a code or login is given twice, or held by a unit that keeps it"""
    said = [login for login in logins if login]
    for what, values in (("Код", codes), ("Логин ФИС ОКО", said)):
        if len(set(values)) < len(values):
            twice = next(value for value in values if values.count(value) > 1)
            raise CodeTaken(f"{what} {twice} указан дважды: у каждой единицы он свой.")
    if taken := Unit.objects.filter(code__in=codes).exclude(pk__in=recoded).first():
        raise CodeTaken(f"Код {taken.code} уже занят: {taken.short_name}.")
    if held := School.objects.filter(fisoko_login__in=said).exclude(pk__in=relogged).select_related("unit").first():
        raise CodeTaken(f"Логин ФИС ОКО {held.fisoko_login} уже занят: {held.unit.short_name}.")


def check_place(kind: str, parent: Unit | None, name: str) -> None:
    """:raises UnitRefused: if a unit of this kind cannot stand under the parent"""
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
            sort_key=sorted_as(each.kind, short_name),
            opened_on=each.since if each.since != BEGINNING else None,
        )
        unit.search_key = searched(unit, each.school.fisoko_login if each.school else None)
        units.append(unit)
    return Unit.objects.bulk_create(units, batch_size=1000)


def _insert_details(units: Sequence[Unit], new: Sequence[NewUnit]) -> None:
    pairs = list(zip(units, new, strict=True))
    School.objects.bulk_create(School(unit=unit, **_values(each.school)) for unit, each in pairs if each.school)
    Municipality.objects.bulk_create(
        Municipality(unit=unit, **_values(each.municipality)) for unit, each in pairs if each.municipality
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
