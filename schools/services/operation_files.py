"""A journal of changes from a file into the network, whole or not at all; what was done already is left."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.models import User
from common.russian import search_key
from schools.catalogue.operations import OperationRow, read_journal
from schools.enums import ORGANISATIONS, Kind, Locality, MunicipalityType, SchoolLevel
from schools.models import Unit, UnitOperation
from schools.services.operations import Asked, Part, apply_operation
from schools.services.registry import MunicipalityDetails, NewUnit, SchoolDetails, UnitRefused


@dataclass
class JournalReport:
    """What a journal did, or would do: titles of the operations, and what was left because it is done already."""

    title: str
    done: list[str] = field(default_factory=list)
    left: int = 0
    inferred: int = 0


class JournalRefused(UnitRefused):
    """One of the operations of a file cannot be done; nothing was. The message names its line."""


@transaction.atomic
def apply_journal(*, path: Path, actor: User, now: datetime, apply: bool) -> JournalReport:
    """
    Do the operations of a file in their order, all or none; without `apply` do them and take them back.

    A journal that was applied is known by its code, and its operations are left, unless they were undone.

    :raises CatalogueError: if the file is not well formed
    :raises JournalRefused: naming the line of the operation that cannot be done
    """
    journal = read_journal(path)
    known = set(UnitOperation.objects.filter(journal=journal.code, undone_at=None).values_list("kind", "title"))
    report = JournalReport(journal.title)
    if known and len(known) >= len(journal.rows):
        report.left = len(journal.rows)
        return report
    if known:
        raise JournalRefused(f"Журнал «{journal.title}» применён не весь: отмените оставшееся и примените целиком.")
    for row in journal.rows:
        try:
            asked = _asked(row, journal.code)
            report.done.append(apply_operation(asked=asked, actor=actor, now=now).title)
        except UnitRefused as refused:
            raise JournalRefused(f"{path.name}, строка {row.line}: {refused}") from refused
        report.inferred += row.basis != "known"
    if not apply:
        transaction.set_rollback(True)
    return report


def _asked(row: OperationRow, journal: str) -> Asked:
    data = row.data
    units = _units(data.get("units", []))
    return Asked(
        kind=row.kind,
        on=row.on,
        units=tuple(units),
        parent=_unit(data["parent"]) if "parent" in data else None,
        into=_unit(data["into"]) if "into" in data else None,
        new=_new(data["new"], units) if "new" in data else None,
        said=data.get("said", {}),
        parts=tuple(_part(part, units) for part in data.get("parts", [])),
        stays=data.get("stays", False),
        order=row.order,
        note=row.note,
        journal=journal,
    )


def _units(codes: list[str]) -> list[Unit]:
    known = {unit.code: unit for unit in Unit.objects.filter(code__in=codes).select_related("parent")}
    if missing := [code for code in codes if code not in known]:
        raise UnitRefused(f"в реестре нет кода {', '.join(missing)}.")
    return [known[code] for code in codes]


def _unit(code: str) -> Unit:
    return _units([code])[0]


def _new(said: Mapping[str, Any], units: list[Unit]) -> NewUnit:
    kind = Kind(said.get("kind") or (units[0].kind if units else Kind.MUNICIPALITY))
    municipality = school = None
    if kind == Kind.MUNICIPALITY:
        tile = said.get("tile", {"label": said["code"][:4], "place": 900})
        legal = MunicipalityType(said.get("type", MunicipalityType.MUNICIPAL_DISTRICT))
        municipality = MunicipalityDetails(type=legal, tile_label=tile["label"], tile_order=tile["place"])
    elif kind in ORGANISATIONS:
        level = SchoolLevel(said["level"]) if "level" in said else ""
        school = SchoolDetails(level=level, locality=Locality(said.get("locality", Locality.RURAL)))
    return NewUnit(
        kind=kind,
        code=said["code"],
        name=said["name"],
        short_name=said.get("short_name", ""),
        parent=_unit(said["parent"]),
        aliases=tuple(said.get("aliases", ())),
        municipality=municipality,
        school=school,
    )


def _part(said: Mapping[str, Any], units: list[Unit]) -> Part:
    """A part takes organisations by codes and by words of their names; a code that is not there is no mistake."""
    words = [search_key(word) for word in said.get("words", [])]
    codes = set(said.get("codes", []))
    children = Unit.objects.filter(parent__in=units, closed_on=None).select_related("parent").in_order()
    members = [
        child
        for child in children
        if child.code in codes or any(f" {word}" in f" {child.search_key}" for word in words)
    ]
    return Part(
        into=_unit(said["into"]) if "into" in said else None,
        new=_new(said["new"], units) if "new" in said else None,
        members=tuple(members),
        takes_the_rest=said.get("rest", False),
    )
