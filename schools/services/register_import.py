"""
The register of schools from a file: what it would add, change and leave, and doing it.

A school is known by its code of РЦОИ, then by its login of ФИС ОКО, then by a name within its municipality; the last is
always said in the preview, and a name never overrules a code.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from accounts.services.audit import record
from common.russian import counted, search_key
from jobs.models import Upload
from schools.access import require
from schools.enums import ORGANISATIONS, Kind, Locality, MunicipalityType, SchoolLevel, SchoolType
from schools.layouts.values import level_of, type_of
from schools.models import Unit
from schools.selectors.directory import Directory, Unclear, directory
from schools.services.files import Change, Line, Plan, SchoolFile, check_applicable, plan_of, written
from schools.services.placing import DAY
from schools.services.registry import (
    MunicipalityDetails,
    NewUnit,
    SchoolDetails,
    UnitChange,
    change_units,
    details_of,
    move_unit,
    open_units,
)
from schools.services.territory import load_territory

HEADINGS = {
    "code": "Код ОО",
    "login": "Логин ФИС ОКО",
    "name": "Наименование",
    "municipality": "Муниципалитет",
    "municipality_code": "Код МСУ",
    "level": "Уровень",
    "kind": "Вид",
}
_LABELS = {"level": SchoolLevel, "locality": Locality, "type": SchoolType}
_DETAILS = (
    ("fisoko_login", "login", "логин ФИС ОКО"),
    ("inn", "inn", "ИНН"),
    ("level", "level", "уровень"),
    ("locality", "locality", "местность"),
    ("type", "type", "тип"),
    ("site", "site", "сайт"),
)


@dataclass
class _Draft:
    """What would be written, beside the plan that people see."""

    plan: Plan
    known: Directory
    region: Unit
    places: dict[str, NewUnit] = field(default_factory=dict)  # municipalities to be opened, by code
    new: list[tuple[NewUnit, str]] = field(default_factory=list)  # schools to be opened, with their municipality's code
    changes: list[UnitChange] = field(default_factory=list)
    moves: list[tuple[Unit, str]] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    by_name: list[int] = field(default_factory=list)
    guessed: Counter[str] = field(default_factory=Counter)


@transaction.atomic
def import_register(*, file: SchoolFile, upload: Upload, actor: User, now: datetime, apply: bool) -> Plan:
    """
    Say what a register would do and, with `apply`, do it whole. An empty register gets the territory first.

    :raises FileRefused: if it is to be applied and something is wrong in it
    """
    region = Unit.objects.filter(kind=Kind.REGION).first()
    if region is None:
        load_territory(actor=actor, now=now)
        region = Unit.objects.get(kind=Kind.REGION)
    require(actor, Permission.UNIT_EDIT, at=region)
    draft = _drafted(file, region)
    if apply:
        check_applicable(draft.plan)
        _write(draft, actor, now)
        record(actor=actor, action="register.imported", target=upload, now=now, after=written(draft.plan, upload))
    else:
        transaction.set_rollback(True)
    return draft.plan


def _drafted(file: SchoolFile, region: Unit) -> _Draft:
    schools = Unit.objects.filter(kind__in=ORGANISATIONS, school__isnull=False).select_related("school", "parent")
    draft = _Draft(plan=plan_of(file), known=directory(schools), region=region)
    draft.known.note_logins(file.rows)
    for row in file.rows:
        _draft_row(draft, row)
    if draft.by_name:
        listed = ", ".join(map(str, draft.by_name[:20]))
        draft.plan.warnings.append(
            f"Узнаны по названию внутри муниципалитета, а не по коду: строки {listed}. Проверьте."
        )
    for what, count in draft.guessed.items():
        draft.plan.warnings.append(f"{what}: {counted(count, 'организация', 'организации', 'организаций')}.")
    return draft


def _draft_row(draft: _Draft, row: dict[str, Any]) -> None:
    place = _place(draft, row)
    found = draft.known.identified(row)
    if found is None and not isinstance(place, Unclear):
        found = _by_name(draft, row, place)
    for unclear in (place, found):
        if isinstance(unclear, Unclear):
            _blame(draft, row, unclear)
            return
    if (before := _repeats(draft, row, found)) is not None:
        _blame(
            draft,
            row,
            Unclear("code" if row["code"] else "name", f"школа уже есть в строке {before}", "уберите строку"),
        )
    elif found is None:
        _draft_new(draft, row, place)
    else:
        _draft_change(draft, row, found, place)


def _place(draft: _Draft, row: Mapping[str, Any]) -> Unit | NewUnit | Unclear:
    code = row["municipality_code"] or (row["code"][:3] if not row["municipality"] else "")
    place = draft.known.municipality({**row, "municipality_code": code})
    if isinstance(place, Unclear):
        return place
    if place is not None and place.kind == Kind.REGION:
        return place  # the codes of its organisations begin as the centre likes
    own = draft.known.codes_of(place) if place is not None else {code}
    if row["code"] and not row["code"].startswith(tuple(own)):
        listed = ", ".join(sorted(own))
        return Unclear("code", f"код ОО начинается не с кода муниципалитета {listed}", "исправьте код ОО или код МСУ")
    return place or _new_place(draft, row)


def _new_place(draft: _Draft, row: Mapping[str, Any]) -> NewUnit:
    """An unknown municipality is added right under the region, for somebody to put it in a district."""
    code, name = row["municipality_code"], row["municipality"]
    if code not in draft.places:
        words = search_key(name)
        kind = MunicipalityType.RAYON
        if words.startswith(("город", "г ", "зато", "поселок", "п ")) or "городской округ" in words:
            kind = MunicipalityType.URBAN_DISTRICT
        elif "муниципальный округ" in words:
            kind = MunicipalityType.MUNICIPAL_DISTRICT
        details = MunicipalityDetails(type=kind, tile_label=code, tile_order=int(code))
        draft.places[code] = NewUnit(
            kind=Kind.MUNICIPALITY, code=code, name=name, parent=draft.region, municipality=details
        )
        draft.plan.opened.append(Line(code, name, draft.region.short_name, row["row"]))
        draft.plan.warnings.append(
            f"Муниципалитет {code} «{name}» реестру не известен и будет добавлен прямо в край; отнесите его к округу."
        )
    return draft.places[code]


def _by_name(draft: _Draft, row: Mapping[str, Any], place: Unit | NewUnit) -> Unit | Unclear | None:
    """Look among the municipality's names; a row with a code of its own is never another's by its name."""
    if isinstance(place, NewUnit):
        return None if row["code"] else Unclear("code", "у новой школы нет кода ОО", "впишите код")
    alike = draft.known.named(place, [row["name"], row["short_name"]])
    if row["code"]:
        if not alike:
            return None
        what = f"школа с таким названием уже есть под кодом {alike[0].code}"
        return Unclear("code", what, "если это она, исправьте код; если другая, уточните название")
    if len(alike) != 1:
        what = "так в муниципалитете называются несколько школ" if alike else "школы с таким названием нет"
        return Unclear("name", what, "впишите код ОО")
    draft.by_name.append(row["row"])
    return alike[0]


def _blame(draft: _Draft, row: dict[str, Any], unclear: Unclear) -> None:
    draft.plan.problem(row, HEADINGS[unclear.role], str(row.get(unclear.role, "")), unclear.what, unclear.remedy)


def _repeats(draft: _Draft, row: Mapping[str, Any], found: Unit | None) -> int | None:
    """Return the earlier row about the same school, or with the same login."""
    marks = [f"unit {found.pk}" if found else f"code {row['code']}"]
    marks += [f"login {row['login']}"] if row["login"] else []
    earlier = next((draft.seen[mark] for mark in marks if mark in draft.seen), None)
    draft.seen.update(dict.fromkeys(marks, row["row"]))
    return earlier


def _draft_new(draft: _Draft, row: dict[str, Any], place: Unit | NewUnit) -> None:
    if isinstance(place, Unit) and place.closed_on is not None:
        heirs = draft.known.heirs.get(place.pk, [])
        if len(heirs) != 1:
            now = " или ".join(heir.short_name for heir in heirs) or "ничего"
            what = f"{place.short_name} больше нет, вместо него — {now}"
            _blame(draft, row, Unclear("municipality", what, "укажите нынешний муниципалитет"))
            return
        place = heirs[0]
    if not row["code"]:
        _blame(draft, row, Unclear("code", "у новой школы нет кода ОО", "впишите код"))
        return
    level = row["level"] or (level_of(row["name"]) if row["kind"] == Kind.SCHOOL else "")
    if not level and row["kind"] == Kind.SCHOOL:
        _blame(draft, row, Unclear("level", "уровень не указан и из названия не виден", "напишите НОО, ООО или СОО"))
        return
    if level and not row["level"]:
        draft.guessed["Уровень взят из названия"] += 1
    if not row["is_kind_told"] and row["kind"] != Kind.SCHOOL:
        draft.guessed[f"Вид взят из названия, {Kind(row['kind']).label}"] += 1
    details = SchoolDetails(
        level=SchoolLevel(level) if level else "",
        locality=Locality(row["locality"] or _usual_locality(draft, place)),
        type=SchoolType(row["type"] or _usual_type(row)),
        fisoko_login=row["login"] or None,
        inn=row["inn"],
        site=row["site"],
    )
    new = NewUnit(
        kind=Kind(row["kind"]),
        code=row["code"],
        name=row["name"],
        short_name=row["short_name"],
        parent=draft.region,  # put right when the municipality is open
        school=details,
    )
    draft.new.append((new, place.code))
    draft.plan.added.append(Line(row["code"], row["short_name"] or row["name"], _called(place), row["row"]))


def _usual_type(row: Mapping[str, Any]) -> SchoolType:
    found = type_of(row["name"]) if row["kind"] == Kind.SCHOOL else None
    return found or SchoolType.ORDINARY


def _usual_locality(draft: _Draft, place: Unit | NewUnit) -> Locality:
    draft.guessed["Местность не указана и взята по типу муниципалитета"] += 1
    details = getattr(place, "municipality", None)
    is_town = details is not None and details.type == MunicipalityType.URBAN_DISTRICT
    return Locality.URBAN if is_town else Locality.RURAL


def _called(place: Unit | NewUnit) -> str:
    return place.short_name or place.name


def _draft_change(draft: _Draft, row: dict[str, Any], unit: Unit, place: Unit | NewUnit) -> None:
    if row["is_kind_told"] and row["kind"] != unit.kind:
        what = f"в реестре это {unit.get_kind_display()}, а в файле — {Kind(row['kind']).label}"
        _blame(draft, row, Unclear("kind", what, "если вид сменился, запишите это в «Изменениях сети»"))
        return
    changes: list[Change] = []
    said: dict[str, Any] = {}
    for name, what in (("code", "код ОО"), ("name", "наименование"), ("short_name", "краткое наименование")):
        is_former = name == "code" and unit.pk in draft.known.by_former_code.get(row["code"], ())
        if row[name] and row[name] != getattr(unit, name) and not is_former:
            changes.append(Change(what, getattr(unit, name), row[name]))
            said[name] = row[name]
    details = details_of(unit)
    new = replace(details, **{name: row[key] for name, key, _ in _DETAILS if row[key]})
    for name, key, what in _DETAILS:
        if getattr(new, name) != getattr(details, name):
            changes.append(Change(what, _shown(key, getattr(details, name)), _shown(key, getattr(new, name))))
    if changes:
        draft.changes.append(UnitChange(unit=unit, school=new, **said))
    is_there = isinstance(place, Unit) and draft.known.stands_in(unit, place)
    if not is_there and isinstance(place, Unit) and place.closed_on is not None:
        what = f"{place.short_name} нет с {place.closed_on + DAY:%d.%m.%Y}, а школа стоит в другом месте"
        _blame(draft, row, Unclear("municipality", what, "укажите нынешний муниципалитет"))
        return
    if not is_there:
        changes.append(Change("муниципалитет", unit.parent.short_name, _called(place)))
        draft.moves.append((unit, place.code))
    if changes:
        line = Line(row["code"] or unit.code, unit.short_name, unit.parent.short_name, row["row"], tuple(changes))
        draft.plan.changed.append(line)
        draft.plan.unit_ids.add(unit.pk)
    else:
        draft.plan.left += 1


def _shown(key: str, value: Any) -> str:
    return _LABELS[key](value).label if key in _LABELS and value else str(value or "")


def _write(draft: _Draft, actor: User, now: datetime) -> None:
    places = {**draft.known.municipalities, draft.region.code: draft.region}
    if draft.places:
        opened = open_units(new=list(draft.places.values()), actor=actor, now=now)
        places |= {unit.code: unit for unit in opened}
    if draft.changes:  # before the new ones: they may take a code or a login that is given up
        change_units(changes=draft.changes, actor=actor, now=now)
    if draft.new:
        new = [replace(each, parent=places[code]) for each, code in draft.new]
        draft.plan.unit_ids |= {unit.pk for unit in open_units(new=new, actor=actor, now=now)}
    for unit, code in draft.moves:
        move_unit(unit=unit, parent=places[code], on=timezone.localdate(now), actor=actor, now=now)
