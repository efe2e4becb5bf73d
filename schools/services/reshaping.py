"""
Single steps of an operation on the network, each with its way back.

A step is done at once and returned as plain data: what was done, to which unit, with what is needed to undo it.
Called by `schools.services.operations` and `undoing` alone, which ask first whether it may be done.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from accounts.models import User
from common.russian import search_key
from schools.models import Alias, Municipality, Placement, School, Unit, UnitOperation, UnitVersion
from schools.services import placing
from schools.services.registry import (
    BEGINNING,
    NewUnit,
    UnitRefused,
    check_codes,
    check_place,
    open_units,
    remember,
    searched,
    sorted_as,
)

Step = dict[str, Any]
OWN = ("kind", "code", "name", "short_name")
OF_SCHOOL = ("level", "locality", "type")


def open_new(new: NewUnit, *, actor: User, now: datetime) -> tuple[Unit, Step]:
    """Open a unit."""
    unit = open_units(new=[new], actor=actor, now=now)[0]
    place = {"to": unit.parent_id, "to_name": unit.parent.short_name} if unit.parent else {}
    return unit, {"did": "opened", "unit": unit.pk, "name": unit.short_name, "code": unit.code, **place}


def move_to(unit: Unit, parent: Unit, on: date) -> Step:
    """Put a unit under another parent from a day on. :raises UnitRefused: if it cannot stand there, or moved later."""
    old = unit.parent
    check_place(unit.kind, parent, unit.name)
    check_day(unit, on)
    placing.move(unit, parent, on)
    return {
        "did": "moved",
        "unit": unit.pk,
        "name": unit.short_name,
        "kind": unit.kind,
        "on": on.isoformat(),
        "from": old.pk,
        "from_name": old.short_name,
        "to": parent.pk,
        "to_name": parent.short_name,
    }


def close_after(unit: Unit, last: date) -> Step:
    """Close a unit with its last day. :raises UnitRefused: if something below it is open, or it came later."""
    still = Unit.objects.within(unit).exclude(pk=unit.pk).filter(closed_on=None).first()
    if still is not None:
        raise UnitRefused(f"{unit.short_name}: сначала закройте или переведите «{still.short_name}».")
    check_day(unit, last)
    if Placement.objects.filter(unit=unit, valid_from__gt=last).exists():
        raise UnitRefused(f"{unit.short_name} на {last:%d.%m.%Y} ещё не записана на своём месте: укажите день позже.")
    placing.close(unit, last)
    return {"did": "closed", "unit": unit.pk, "name": unit.short_name, "last": last.isoformat()}


def give_up_names(unit: Unit, last: date) -> Step:
    """End the names of a unit that is about to close, so that who takes over may bear them."""
    names = Alias.objects.filter(unit=unit, until=None)
    keys = list(names.values_list("pk", flat=True))
    names.update(until=last)
    return {"did": "silenced", "unit": unit.pk, "name": unit.short_name, "aliases": keys}


def lodge_with(unit: Unit, parent: Unit) -> Step:
    """Say where a closed unit is found today: where its successor stands, or in it."""
    old = unit.parent
    placing.lodge(unit, parent)
    return {"did": "lodged", "unit": unit.pk, "name": unit.short_name, "from": old.pk, "to": parent.pk}


def retell(unit: Unit, said: dict[str, str], on: date) -> Step:
    """
    Say what a unit is called, coded and known by from a day on; what it was until then stays as a version.

    :raises UnitRefused: if nothing changes, or something was said of a later day
    """
    before = told_of(unit)
    after = {name: value for name, value in said.items() if name in before and value != before[name]}
    if not after:
        raise UnitRefused(f"{unit.short_name}: всё уже так и есть, менять нечего.")
    last = on - placing.DAY
    newest = UnitVersion.objects.filter(unit=unit).order_by("-valid_to").first()
    check_day(unit, on)
    if unit.opened_on is not None and unit.opened_on >= on:
        raise UnitRefused(f"{unit.short_name} открыта {unit.opened_on:%d.%m.%Y}: до этого дня менять нечего.")
    if newest is not None and newest.valid_to >= last:
        raise UnitRefused(f"{unit.short_name}: уже менялась позже, с {newest.valid_to + placing.DAY:%d.%m.%Y}.")
    if "code" in after:
        check_codes([after["code"]], [], recoded=[unit.pk])
    if "kind" in after:
        check_place(after["kind"], unit.parent, unit.name)
    own = {name: before.get(name, "") for name in (*OWN, *OF_SCHOOL, "municipality_type")}
    version = UnitVersion.objects.create(
        unit=unit,
        valid_from=newest.valid_to + placing.DAY if newest else date(1900, 1, 1),
        valid_to=last,
        search_key=unit.search_key,
        **own,
    )
    ended, added = _rename_aliases(unit, before, after, last)
    write(unit, after)
    return {
        "did": "retold",
        "unit": unit.pk,
        "name": before["short_name"],
        "before": {name: before[name] for name in after},
        "after": after,
        "version": version.pk,
        "aliases_ended": ended,
        "aliases_added": added,
    }


def told_of(unit: Unit) -> dict[str, str]:
    """Return what can be retold of a unit, as it is now."""
    return next(told for _, told in told_of_many([unit.pk]))


def told_of_many(keys: Iterable[int]) -> list[tuple[Unit, dict[str, str]]]:
    """Return what can be retold of units, as each is now, in three queries."""
    units = Unit.objects.filter(pk__in=keys).in_order()
    schools = {school.unit_id: school for school in School.objects.filter(unit__in=units)}
    municipalities = {each.unit_id: each for each in Municipality.objects.filter(unit__in=units)}
    found = []
    for unit in units:
        told = {name: getattr(unit, name) for name in OWN}
        if unit.pk in schools:
            told |= {name: getattr(schools[unit.pk], name) for name in OF_SCHOOL}
        if unit.pk in municipalities:
            told["municipality_type"] = municipalities[unit.pk].type
        found.append((unit, told))
    return found


def write(unit: Unit, said: dict[str, str]) -> None:
    """Write what is said of a unit into today's copy."""
    for name in OWN:
        setattr(unit, name, said.get(name, getattr(unit, name)))
    of_school = {name: said[name] for name in OF_SCHOOL if name in said}
    if of_school:
        School.objects.filter(unit=unit).update(**of_school)
    if "municipality_type" in said:
        Municipality.objects.filter(unit=unit).update(type=said["municipality_type"])
    school = School.objects.filter(unit=unit).first()
    unit.sort_key = sorted_as(unit.kind, unit.short_name)
    unit.search_key = searched(unit, school.fisoko_login if school else None)
    unit.save(update_fields=[*OWN, "sort_key", "search_key"])


def check_day(unit: Unit, day: date) -> None:
    """:raises UnitRefused: if the unit was closed by the day, or did not stand where it stands yet"""
    if unit.closed_on is not None:
        raise UnitRefused(f"{unit.short_name} закрыта {unit.closed_on:%d.%m.%Y}: с ней ничего больше не происходит.")
    newest = Placement.objects.filter(unit=unit).order_by("-valid_from").first()
    if newest is not None and newest.valid_from > day and newest.valid_from != BEGINNING:
        raise UnitRefused(f"{unit.short_name} с {newest.valid_from:%d.%m.%Y} уже записана иначе: укажите день позже.")


def step_back(step: Step) -> None:
    """Undo one step; those after it have been undone already."""
    unit = Unit.objects.select_related("parent").get(pk=step["unit"])
    did = step["did"]
    if did == "opened":
        # The journal goes on telling what was done to it and undone.
        UnitOperation.objects.filter(unit=unit).update(unit=unit.parent)
        unit.delete()
    elif did == "closed":
        placing.reopen(unit)
    elif did == "moved":
        old, new = Unit.objects.get(pk=step["from"]), Unit.objects.get(pk=step["to"])
        placing.unmove(unit, old=old, new=new, on=date.fromisoformat(step["on"]))
    elif did == "silenced":
        Alias.objects.filter(pk__in=step["aliases"]).update(until=None)
    elif did == "lodged":
        placing.lodge(unit, Unit.objects.get(pk=step["from"]))
    else:
        write(unit, step["before"])
        UnitVersion.objects.filter(pk=step["version"]).delete()
        Alias.objects.filter(pk__in=step["aliases_added"]).delete()
        Alias.objects.filter(pk__in=step["aliases_ended"]).update(until=None)


def _rename_aliases(
    unit: Unit, before: dict[str, str], after: dict[str, str], last: date
) -> tuple[list[int], list[int]]:
    """End the names that a unit bears no more and remember the new ones; return the keys of both."""
    gone = {search_key(before[name]) for name in ("name", "short_name") if name in after}
    gone -= {search_key(after.get(name, before[name])) for name in ("name", "short_name")}
    ended = Alias.objects.filter(unit=unit, key__in=gone, until=None)
    ended_keys = list(ended.values_list("pk", flat=True))
    ended.update(until=last)
    known = set(Alias.objects.filter(unit=unit).values_list("pk", flat=True))
    names: Sequence[str] = [after[name] for name in ("name", "short_name") if name in after]
    remember([(unit, names)])
    added = Alias.objects.filter(unit=unit).exclude(pk__in=known).values_list("pk", flat=True)
    return ended_keys, list(added)
