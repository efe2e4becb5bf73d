"""Which school a row is about: by code, then by login, then by an alias within the municipality, never by guess."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from monitoring.layouts.words import key, plain

_CODE = re.compile(r"(\d{5,6})(?:\.0)?")  # tables turn codes into numbers: 111002.0
_LOGIN = re.compile(r"([eе]du|s[cс]h)\s?(\d{4,8})")  # typed in Cyrillic letters as well
_AMBIGUOUS = -1


@dataclass(frozen=True)
class Unknown:
    """Why a school was not found: the cell to blame, what is wrong, how to mend it."""

    value: Any
    what: str
    remedy: str


class Directory:
    """
    The register of schools as far as the uploader may load for them.

    `scope` holds the codes of municipalities when that is not the whole region; it only words the refusal of a school
    that is not in the register given.
    """

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.by_code: dict[str, int] = given["by_code"]
        self.by_login: dict[str, int] = {key(login): unit for login, unit in given["by_login"].items()}
        self.by_alias: dict[str, dict[str, int]] = given.get("by_alias", {})
        self.municipalities: dict[str, str] = given.get("municipalities", {})
        self.codes: dict[int, str] = {unit: code for code, unit in self.by_code.items()}
        self.scope: set[str] | None = set(given["scope"]) if given.get("scope") is not None else None
        self.by_name: dict[int, str] = {}

    def find(self, cells: Mapping[str, Any]) -> int | Unknown:
        """Return the school of a row, from cells named code, login, school, name, municipality, municipality_code."""
        found = self._by_identifier(cells)
        if found is None:
            found = self._by_name(cells)
        if isinstance(found, Unknown):
            return found
        return self._in_scope(found, cells)

    def municipality(self, value: Any) -> str | None:
        """Return the code of a municipality by its code or name."""
        text = key(value)
        if text.isdigit():
            code = text.zfill(3)
            return code if code in self.municipalities.values() else None
        return self.municipalities.get(text)

    def _by_identifier(self, cells: Mapping[str, Any]) -> int | Unknown | None:
        wrong: Unknown | None = None
        found: int | None = None
        for name in ("code", "login", "school", "name"):
            value = cells.get(name, "")
            unit = self._identified(value)
            if unit is None:
                continue
            if isinstance(unit, Unknown):
                wrong = wrong or unit
            elif found is not None and unit != found:
                return Unknown(value, "код и логин принадлежат разным школам", "исправьте код или логин в строке")
            else:
                found = unit
        return found if found is not None else wrong

    def _identified(self, value: Any) -> int | Unknown | None:
        text = key(value)
        if found := _CODE.fullmatch(text.replace(" ", "")):
            code = found[1].zfill(6)
            unit = self.by_code.get(code)
            if unit is None and self.scope is not None and code[:3] not in self.scope:
                return Unknown(value, "школа другого муниципалитета", "уберите строку: загружать можно только своё")
        elif match := _LOGIN.search(text):
            login = ("edu" if match[1].endswith("du") else "sch") + match[2]
            unit = (
                self.by_login.get(login) or self.by_login.get(f"edu{login[3:]}") or self.by_login.get(f"sch{login[3:]}")
            )
            value = login
        else:
            return None
        remedy = "проверьте код или добавьте школу в реестр"
        return unit or Unknown(value, "такой школы нет в реестре", remedy)

    def _by_name(self, cells: Mapping[str, Any]) -> int | Unknown:
        place = self.municipality(cells.get("municipality_code", "")) or self.municipality(
            cells.get("municipality", "")
        )
        for name in ("name", "school", "code", "login"):
            text = key(cells.get(name, ""))
            if not text or place is None:
                continue
            unit = self.by_alias.get(place, {}).get(text)
            if unit == _AMBIGUOUS:
                return Unknown(text, "так в муниципалитете называются несколько школ", "добавьте столбец с кодом ОО")
            if unit:
                self.by_name[unit] = plain(cells.get(name, ""))
                return unit
        named = next((cells[name] for name in ("code", "login", "school", "name") if plain(cells.get(name, ""))), "")
        if plain(named):
            return Unknown(named, "школа не узнана", "добавьте столбец с кодом ОО или логином ФИС ОКО")
        return Unknown("", "не указана школа", "впишите код ОО или логин ФИС ОКО")

    def _in_scope(self, unit: int, cells: Mapping[str, Any]) -> int | Unknown:
        code = self.codes.get(unit, "")
        said = key(cells.get("municipality_code", ""))
        if said.isdigit() and code and not code.startswith(said.zfill(3)):
            return Unknown(said, "код муниципалитета не подходит к коду школы", "исправьте код МСУ или код ОО")
        return unit
