"""Whom a row of a file is about: by code, then by login, then by a name within the municipality, never by guess."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F

from common.russian import search_key
from schools.enums import ORGANISATIONS, Kind
from schools.models import Alias, Succession, Unit, UnitVersion
from schools.selectors.network import heirs_of

# How registers write that an organisation stands directly under the region.
OF_THE_REGION = ("краевая", "краевое подчинение", "краевого подчинения", "подведомственная министерству образования")


@dataclass(frozen=True)
class Unclear:
    """Why a school or a municipality was not found: the role of the cell to blame, what is wrong, how to mend it."""

    role: str
    what: str
    remedy: str


@dataclass
class Directory:
    """The schools that a file may speak of, and all municipalities."""

    by_code: dict[str, Unit] = field(default_factory=dict)
    by_login: dict[str, Unit] = field(default_factory=dict)
    by_alias: dict[tuple[int, str], set[int]] = field(default_factory=lambda: defaultdict(set))
    by_key: dict[int, Unit] = field(default_factory=dict)
    municipalities: dict[str, Unit] = field(default_factory=dict)
    municipality_by_alias: dict[str, Unit] = field(default_factory=dict)
    without_login: set[int] = field(default_factory=set)  # schools to which the file gives another login
    region_by_alias: dict[str, Unit] = field(default_factory=dict)
    by_former_code: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    heirs: dict[int, list[Unit]] = field(default_factory=dict)  # of a municipality that is no more: those in its place
    # By which codes a municipality, and those before it, went: the codes of its schools may still begin so.
    old_codes: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))

    def municipality(self, row: Mapping[str, Any]) -> Unit | Unclear | None:
        """Return the municipality of a row, or the region itself, or None where its code and name are both new."""
        code, name = row["municipality_code"], row["municipality"]
        if region := self.region_by_alias.get(search_key(name)):
            return region
        called = self.municipality_by_alias.get(search_key(name)) if name else None
        if not code:
            if called is None:
                remedy = "добавьте столбец «Код МСУ»" if name else "впишите муниципалитет или его код"
                return Unclear("municipality", "муниципалитет не узнан" if name else "муниципалитет не указан", remedy)
            return called
        known = self.municipalities.get(code)
        if known is None and called is not None:
            return Unclear(
                "municipality_code",
                f"у муниципалитета «{called.short_name}» в реестре код {called.code}",
                "исправьте код",
            )
        if known is None and not name:
            return Unclear("municipality_code", f"муниципалитета с кодом {code} нет", "добавьте его наименование")
        if known is not None and called not in (None, known):
            what = f"код {code} — {known.short_name}, а названо иначе"
            return Unclear("municipality", what, "исправьте код или название")
        return known

    def identified(self, row: Mapping[str, Any]) -> Unit | Unclear | None:
        """Return the school by its code and login, or None where both are new or absent."""
        by_code = self._coded(row["code"]) if row["code"] else None
        if isinstance(by_code, Unclear):
            return by_code
        by_login = self._of_login(row["login"]) if row["login"] else None
        if row["code"] and by_login and by_login.pk in self.without_login:
            by_login = None  # the login passes to whom the code names
        if by_code and by_login and by_code != by_login:
            what = f"логин принадлежит другой школе: {by_login.short_name}, код {by_login.code}"
            return Unclear("login", what, "исправьте код или логин")
        return by_code or by_login

    def whom(self, row: Mapping[str, Any], *, what: str) -> Unit | Unclear:
        """Return whom a row is about: by code and login, else by its names within its municipality."""
        found = self.identified(row)
        if found is not None:
            return found
        if row["code"] or row["login"]:
            remedy = "проверьте код: такого нет в реестре, или это не в вашем ведении"
            return Unclear("code" if row["code"] else "login", f"{what} не найдена", remedy)
        place = self.municipality(row)
        if not isinstance(place, Unit):
            return Unclear("name", f"{what} без кода и муниципалитета не узнаётся", "впишите код ОО")
        alike = self.named(place, [row["name"], row.get("short_name", "")])
        if len(alike) != 1:
            return Unclear("name", "так называются несколько" if alike else f"{what} не найдена", "впишите код ОО")
        return alike[0]

    def note_logins(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Note which schools, known by their codes, get another login in a file: theirs may then be somebody else's."""
        for row in rows:
            unit = self.by_code.get(row["code"]) if row["code"] and row["login"] else None
            if unit is not None and self._of_login(row["login"]) != unit:
                self.without_login.add(unit.pk)

    def named(self, place: Unit, names: Iterable[str]) -> list[Unit]:
        """Return the schools of a municipality that are called by one of the names."""
        keys: set[int] = set()
        for name in names:
            for here in (place, *self.heirs.get(place.pk, ())):
                keys |= self.by_alias.get((here.pk, search_key(name)), set())
        return [self.by_key[key] for key in sorted(keys)]

    def stands_in(self, unit: Unit, place: Unit) -> bool:
        """Say whether a school stands where a file says: in the municipality, or in what took over from it."""
        return unit.parent_id == place.pk or unit.parent_id in {heir.pk for heir in self.heirs.get(place.pk, ())}

    def codes_of(self, place: Unit) -> set[str]:
        """Return what the codes of a municipality's schools may begin with: its own code and those before it."""
        return {one.code for one in (place, *self.heirs.get(place.pk, ()))}.union(
            *(self.old_codes[one.pk] for one in (place, *self.heirs.get(place.pk, ())))
        )

    def _coded(self, code: str) -> Unit | Unclear | None:
        """Return who has a code now, else who alone had it before."""
        known = self.by_code.get(code)
        former = self.by_former_code.get(code, set())
        if known is not None or not former:
            return known
        if len(former) > 1:
            return Unclear("code", "прежде этот код был у нескольких организаций", "впишите нынешний код")
        return self.by_key[next(iter(former))]

    def _of_login(self, login: str) -> Unit | None:
        # Files of 2020 and 2021 wrote «sch» where later ones write «edu».
        return self.by_login.get(login) or self.by_login.get(f"edu{login[3:]}") or self.by_login.get(f"sch{login[3:]}")


def directory(schools: Iterable[Unit]) -> Directory:
    """Return the directory of these schools, each with `school` and `parent` selected."""
    found = Directory()
    for unit in schools:
        found.by_key[unit.pk] = found.by_code[unit.code] = unit
        if unit.school.fisoko_login:
            found.by_login[unit.school.fisoko_login] = unit
    for pk, code in UnitVersion.objects.filter(unit__in=found.by_key).values_list("unit", "code"):
        if code != found.by_key[pk].code:
            found.by_former_code[code].add(pk)
    aliases = Alias.objects.values_list("unit_id", "key")
    for pk, key in aliases.filter(unit__kind__in=ORGANISATIONS):
        if pk in found.by_key:
            found.by_alias[found.by_key[pk].parent_id, key].add(pk)
    territory = Unit.objects.of_kind(Kind.MUNICIPALITY, Kind.REGION).select_related("parent", "municipality")
    places = {unit.pk: unit for unit in territory}
    region = {pk: places.pop(pk) for pk, unit in list(places.items()) if unit.kind == Kind.REGION}
    found.municipalities = {unit.code: unit for unit in places.values()}
    _read_heirs(found, places)
    # Who bears a name today comes last, and so prevails over who bore it before.
    borne = aliases.filter(unit__in=[*places, *region]).order_by(F("until").asc(nulls_last=True))
    for pk, key in sorted(borne, key=lambda each: each[0] in places and places[each[0]].closed_on is None):
        if pk in region:
            found.region_by_alias[key] = region[pk]
        else:
            found.municipality_by_alias[key] = places[pk]
    for unit in region.values():
        found.region_by_alias |= {search_key(words): unit for words in OF_THE_REGION}
    return found


def _read_heirs(found: Directory, places: Mapping[int, Unit]) -> None:
    """Read which municipalities took over from those that are no more, and by which codes they went before."""
    heirs = heirs_of(unit for unit in places.values() if unit.closed_on is not None)
    for key, keys in heirs.items():
        found.heirs[key] = [places[heir] for heir in keys if heir in places]
    for former, heir in (
        Succession.objects.filter(former__in=places).order_by("on", "pk").values_list("former", "successor")
    ):
        found.old_codes[heir].add(places[former].code)
        found.old_codes[heir] |= found.old_codes[former]
    for pk, code in UnitVersion.objects.filter(unit__in=places).values_list("unit", "code"):
        found.old_codes[pk].add(code)
        if code not in found.municipalities:
            found.municipalities[code] = places[pk]
