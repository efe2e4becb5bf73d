"""Cells of the register as codes and kinds."""

import re
from typing import Any

from common.spreadsheets.cells import key, plain
from schools.enums import Kind, Locality, SchoolLevel, SchoolType

NO_VALUE = {"", "-", "–", "—", "х", "x", "н/д", "нет", "нет данных", "не указано", "n/a", "null", "none"}
_CODE = re.compile(r'(?:=?"|\')?(\d{1,6})(?:[.,]0+)?"?')
_LOGIN = re.compile(r"(?:edu|sch)\d{4,8}")
_LEVELS = (
    (SchoolLevel.SECONDARY, re.compile(r"\bсоо\b|\bсош\b|средн|полн\w+ общ|\b1-1[12]\b|гимнази|лице[йи]|кадетск")),
    (SchoolLevel.BASIC, re.compile(r"\bооо\b|\bоош\b|основн|\b1-9\b")),
    (SchoolLevel.PRIMARY, re.compile(r"\bноо\b|\bнош\b|начальн|\b1-4\b")),
)
_LOCALITIES = (
    (Locality.URBAN, re.compile(r"г|гор|город|городск\w+.*|пгт|поселок городского типа|рабочий поселок")),
    (Locality.RURAL, re.compile(r"с|село|сельск\w+.*|деревня|д|поселок|п")),
)
_TYPES = (
    (SchoolType.CORRECTIONAL, re.compile(r"коррекцион|\bовз\b|ограниченными возможностями|адаптированн")),
    (SchoolType.EVENING, re.compile(r"вечерн|сменн")),
    (SchoolType.CLOSED, re.compile(r"закрыт\w+ тип|специальн\w+ учебно-воспитательн")),
    (SchoolType.ADVANCED, re.compile(r"гимнази|лице[йи]")),
    (SchoolType.ORDINARY, re.compile(r"обычн|общеобразовательн|\b[сон]ош\b|школа")),
)
# In this order: a school of arts is no school, and a professional lyceum no lyceum.
_KINDS = (
    (
        Kind.EXTRACURRICULAR,
        re.compile(
            r"\b(?:удо|дюсш|дши|дмш|дхш|сюн|сют|цдт|ддт|цвр)\b|дополнительн\w+ образовани|внешкольн"
            r"|(?:дом|дворец|центр) (?:детск\w+|юношеск\w+|пионеров|творчества)|(?:школа|школы) искусств"
            r"|(?:спортивн|музыкальн|художественн)\w+ школ|станци\w+ юн"
        ),
    ),
    (Kind.COLLEGE, re.compile(r"\bспо\b|\bпоо\b|техникум|колледж|училищ|профессиональн\w+ (?:образоват|лице|организ)")),
    (Kind.SCHOOL, re.compile(r"\b[сон]ош\b|школ|гимнази|лице[йи]|кадетск|общеобразовательн")),
    (Kind.PRESCHOOL, re.compile(r"\b(?:доу|доо|дс|цр)\b|детск\w+ сад|дошкольн|\bясли\b")),
)
_INN_10 = (2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN_11 = (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN_12 = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)


def is_given(value: Any) -> bool:
    """Say whether a cell says anything."""
    return key(value) not in NO_VALUE


def code_of(value: Any, width: int) -> str | None:
    """Return a code with the noughts that a spreadsheet took from its beginning and without «.0» at its end."""
    match = _CODE.fullmatch(plain(value).replace(" ", ""))
    return match[1].zfill(width) if match and len(match[1]) <= width else None


def login_of(value: Any) -> str | None:
    """Return a login of ФИС ОКО."""
    text = key(value).replace(" ", "")
    return text if _LOGIN.fullmatch(text) else None


def inn_of(value: Any) -> str | None:
    """Return an ИНН of ten or twelve digits, its first nought restored."""
    text = re.sub(r"(?<=\d)[.,]0+$", "", plain(value).replace(" ", "").strip("'"))
    if not re.fullmatch(r"\d{9,12}", text):
        return None
    return text.zfill(10 if len(text) <= 10 else 12)


def inn_is_consistent(inn: str) -> bool:
    """Say whether the check digits of an ИНН are right."""
    if len(inn) == 10:
        return _check(inn, _INN_10) == inn[9]
    return _check(inn, _INN_11) == inn[10] and _check(inn, _INN_12) == inn[11]


def _check(inn: str, weights: tuple[int, ...]) -> str:
    return str(sum(int(digit) * weight for digit, weight in zip(inn, weights, strict=False)) % 11 % 10)


def level_of(value: Any) -> SchoolLevel | None:
    """Return the highest level that a cell, or a school's name, tells of."""
    text = key(value)
    return next((level for level, pattern in _LEVELS if pattern.search(text)), None)


def locality_of(value: Any) -> Locality | None:
    """Return where a school stands."""
    text = key(value)
    return next((locality for locality, pattern in _LOCALITIES if pattern.fullmatch(text)), None)


def type_of(value: Any) -> SchoolType | None:
    """Return the sort of school that a cell, or a school's name, tells of."""
    text = key(value)
    return next((sort for sort, pattern in _TYPES if pattern.search(text)), None)


def kind_of(value: Any) -> Kind | None:
    """Return the kind of organisation that a cell, or a name, tells of."""
    text = key(value)
    return next((kind for kind, pattern in _KINDS if pattern.search(text)), None)
