"""
A small territory drawn as tables, and a source of facts over it that both engines read.

    край
    ├── северный: кежемский (к1 к2 к3), тасеевский (т1 т2)
    └── южный:    канск (а1 а2), безшкольный (ни одной школы)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from indicators.formula.evaluate import World
from indicators.formula.facts import FactSpec as Spec
from indicators.formula.facts import Fragment, Measure, Parameters, ParameterSpec, UnknownValue
from indicators.formula.words import Level, normal

REGION, NORTH, SOUTH, KEZHMA, TASEEVO, KANSK, EMPTY = 1, 11, 12, 101, 102, 103, 104
K1, K2, K3, T1, T2, A1, A2 = 1001, 1002, 1003, 1004, 1005, 1006, 1007
SCHOOLS = (K1, K2, K3, T1, T2, A1, A2)
NAMES = {
    REGION: "край",
    NORTH: "северный округ",
    SOUTH: "южный округ",
    KEZHMA: "Кежемский район",
    TASEEVO: "Тасеевский район",
    KANSK: "город Канск",
    EMPTY: "Безшкольный район",
    K1: "Кодинская № 1",
    K2: "Имбинская",
    K3: "Заледеевская",
    T1: "Тасеевская № 1",
    T2: "Тасеевская № 2",
    A1: "Канская № 1",
    A2: "Канская № 2",
}
PARENTS = {
    NORTH: REGION,
    SOUTH: REGION,
    KEZHMA: NORTH,
    TASEEVO: NORTH,
    KANSK: SOUTH,
    EMPTY: SOUTH,
    K1: KEZHMA,
    K2: KEZHMA,
    K3: KEZHMA,
    T1: TASEEVO,
    T2: TASEEVO,
    A1: KANSK,
    A2: KANSK,
}
MEMBERS = {
    Level.SCHOOL: SCHOOLS,
    Level.ORGANISATION: SCHOOLS,
    Level.MUNICIPALITY: (KEZHMA, TASEEVO, KANSK, EMPTY),
    Level.DISTRICT: (NORTH, SOUTH),
    Level.REGION: (REGION,),
}

PROCEDURE = ParameterSpec("процедура", "процедура", "procedure", {"огэ": "oge", "oge": "oge", "егэ": "ege"})
SUBJECT = ParameterSpec("предмет", "предмет", "subject", {"математика": "math", "русский язык": "rus"})
GRADE = ParameterSpec("класс", "класс", "grade", required=False, default=9, number=True)
ELEMENT = ParameterSpec("что", "код первичного показателя", "element")
ELEMENTS = {
    "методика_анализа": (Level.REGION, Measure.FLAG),
    "поддержано_мобильным_центром": (Level.SCHOOL, Measure.FLAG),
    "механизм_выявления_дефицитов": (Level.MUNICIPALITY, Measure.STATE),
    "событий_для_команд": (Level.REGION, Measure.NUMBER),
}

SPECS = (
    Spec("выявлена", "Школа в списке", Level.SCHOOL, Measure.FLAG, aliases=("выявленных", "identified")),
    Spec("шнро", "Школа с низкими результатами", Level.SCHOOL, Measure.FLAG),
    Spec("шнсу", "Школа в неблагоприятных условиях", Level.SCHOOL, Measure.FLAG),
    Spec("сельская", "Сельская школа", Level.SCHOOL, Measure.FLAG, aliases=("сельских", "rural")),
    Spec("дипломы", "Дипломы", Level.SCHOOL, unit="дипломов", aliases=("diplomas",)),
    Spec("обучающиеся", "Обучающиеся", Level.SCHOOL, unit="обучающихся", aliases=("обучающихся", "pupils")),
    Spec("учителя", "Учителя", Level.SCHOOL, unit="учителей"),
    Spec("прошли_диагностику", "Учителя, прошедшие диагностику", Level.SCHOOL, unit="учителей"),
    Spec("население", "Жители", Level.MUNICIPALITY, unit="жителей"),
    Spec("мппко_утверждена", "Утверждена МППКО", Level.MUNICIPALITY, Measure.FLAG),
    Spec(
        "динамика",
        "Изменение доли справившихся",
        Level.SCHOOL,
        Measure.CHANGE,
        "%",
        (PROCEDURE, SUBJECT, GRADE),
    ),
    Spec("доля_справившихся", "Справились", Level.SCHOOL, Measure.SHARE, "%", (PROCEDURE, SUBJECT)),
    Spec("участники", "Участники", Level.SCHOOL, Measure.NUMBER, "обучающихся", (PROCEDURE, SUBJECT)),
    Spec("есть", "Ответ «да»", None, Measure.FLAG, "", (ELEMENT,)),
    Spec("состояние", "Ступень", None, Measure.STATE, "", (ELEMENT,)),
    Spec("значение", "Число", None, Measure.NUMBER, "", (ELEMENT,)),
)

FactKey = tuple[str, Parameters]
Values = Mapping[FactKey, Mapping[int, Decimal]]


def column(*values: float | str | None) -> dict[int, Decimal]:
    """Values of the seven schools in order; None is unknown."""
    return {unit: Decimal(str(v)) for unit, v in zip(SCHOOLS, values, strict=True) if v is not None}


VALUES: Values = {
    #                              К1    К2    К3    Т1    Т2    А1    А2
    ("выявлена", ()): column(1, 1, 1, 1, 0, 0, 1),
    ("шнро", ()): column(1, 1, 0, 0, 0, 0, 1),
    ("шнсу", ()): column(0, 1, 1, 1, 0, 0, None),
    ("сельская", ()): column(0, 1, 1, 1, 1, 0, 0),
    ("дипломы", ()): column(10, 4, None, 3, 0, 25, 8),
    ("обучающиеся", ()): column(500, 100, 50, 200, None, 800, 350),
    ("учителя", ()): column(40, 12, 6, 20, 9, 60, 30),
    ("прошли_диагностику", ()): column(20, 6, 3, 0, None, 45, 15),
    ("динамика", ("oge", "math", 9)): column(5, -2, None, 1.5, 3, 0, 4),
    ("динамика", ("oge", "rus", 9)): column(1, 2, 3, 0, 2, None, 0.5),
    ("доля_справившихся", ("oge", "math")): column(90, 60, None, 70, 100, 95.5, 80),
    ("участники", ("oge", "math")): column(50, 10, 4, 20, 8, 90, None),
    ("население", ()): {KEZHMA: Decimal(20000), TASEEVO: Decimal(11000), KANSK: Decimal(90000)},
    ("мппко_утверждена", ()): {KEZHMA: Decimal(1), TASEEVO: Decimal(0), KANSK: Decimal(1)},
    ("есть", ("методика_анализа",)): {REGION: Decimal(1)},
    ("есть", ("поддержано_мобильным_центром",)): column(1, 1, 0, 1, 0, None, 1),
    ("состояние", ("механизм_выявления_дефицитов",)): {
        KEZHMA: Decimal(2),
        TASEEVO: Decimal(1),
        KANSK: Decimal(2),
        EMPTY: Decimal(0),
    },
    ("значение", ("событий_для_команд",)): {REGION: Decimal(6)},
}


def chain(unit: int) -> list[int]:
    """A unit and everything above it."""
    above = [unit]
    while above[-1] in PARENTS:
        above.append(PARENTS[above[-1]])
    return above


ANCESTORS = {unit: chain(unit) for unit in NAMES}


@dataclass(frozen=True)
class Tables:
    """A source of facts over literal tables: VALUES lists for SQL, the same numbers for the twin."""

    values: Values

    def world(self) -> World:
        return World(MEMBERS, ANCESTORS, self.values, NAMES)

    def find(self, name: str) -> Spec | None:
        for spec in SPECS:
            if normal(name) in {normal(word) for word in (spec.name, *spec.aliases)}:
                return spec
        return None

    def names(self) -> Iterable[str]:
        return [word for spec in SPECS for word in (spec.name, *spec.aliases)]

    def resolve(self, spec: Spec, params: Parameters) -> Spec:
        if spec.level is not None:
            return spec
        if params[0] not in ELEMENTS:
            raise UnknownValue(f"первичного показателя «{params[0]}» нет.", ELEMENTS)
        level, _ = ELEMENTS[str(params[0])]
        return Spec(spec.name, spec.title, level, spec.measure, spec.unit, spec.parameters)

    def fragment(self, name: str, params: Parameters) -> Fragment:
        return _table("unit_id, value", list(self.values.get((name, params), {}).items()), "numeric")

    def members(self, level: Level) -> Fragment:
        return _table("unit_id", [(unit,) for unit in MEMBERS[level]])

    def ancestry(self) -> Fragment:
        return _table("unit_id, ancestor_id", [(u, above) for u, many in ANCESTORS.items() for above in many])


def _table(columns: str, rows: list[tuple], last: str = "bigint") -> Fragment:
    count = columns.count(",") + 1
    if not rows:
        names = columns.split(", ")
        return Fragment("SELECT " + ", ".join(f"NULL::{last} AS {name}" for name in names) + " WHERE FALSE")
    row = "(" + ", ".join(["%s"] * count) + ")"
    many = ", ".join([row] * len(rows))
    sql = f"SELECT {columns} FROM (VALUES {many}) AS given({columns})"  # noqa: S608 - this file's own words
    return Fragment(sql, tuple(value for one in rows for value in one))
