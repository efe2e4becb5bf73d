"""
A small territory drawn as tables, and a source of facts over it that both engines read.

    край
    ├── северный: кежемский (к1 к2 к3), тасеевский (т1 т2)
    └── южный:    канск (а1 а2), безшкольный (ни одной школы)

A year before there was no К3 and no безшкольный, Т2 stood in Кежемский, and Канск had one school more, С1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from indicators.formula.evaluate import World
from indicators.formula.facts import (
    HERE,
    Column,
    Definition,
    Fragment,
    Measure,
    Parameters,
    ParameterSpec,
    Standpoint,
    UnknownValue,
)
from indicators.formula.facts import FactSpec as Spec
from indicators.formula.words import Level, normal

REGION, NORTH, SOUTH, KEZHMA, TASEEVO, KANSK, EMPTY = 1, 11, 12, 101, 102, 103, 104
K1, K2, K3, T1, T2, A1, A2 = 1001, 1002, 1003, 1004, 1005, 1006, 1007
C1 = 1008
SCHOOLS = (K1, K2, K3, T1, T2, A1, A2)
SCHOOLS_BEFORE = (K1, K2, T1, T2, A1, A2, C1)
EVER = (*SCHOOLS, C1)
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
    C1: "Канская № 3",
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
MUNICIPALITIES = (KEZHMA, TASEEVO, KANSK, EMPTY)
MEMBERS = {
    Level.SCHOOL: SCHOOLS,
    Level.ORGANISATION: SCHOOLS,
    Level.MUNICIPALITY: MUNICIPALITIES,
    Level.DISTRICT: (NORTH, SOUTH),
    Level.REGION: (REGION,),
}
PARENTS_BEFORE = {unit: above for unit, above in PARENTS.items() if unit not in {K3, EMPTY}} | {T2: KEZHMA, C1: KANSK}
MEMBERS_BEFORE = {
    **MEMBERS,
    Level.SCHOOL: SCHOOLS_BEFORE,
    Level.ORGANISATION: SCHOOLS_BEFORE,
    Level.MUNICIPALITY: MUNICIPALITIES[:3],
}

PROCEDURE = ParameterSpec("процедура", "процедура", "procedure", {"огэ": "oge", "oge": "oge", "егэ": "ege"})
SUBJECT = ParameterSpec("предмет", "предмет", "subject", {"математика": "math", "русский язык": "rus"})
GRADE = ParameterSpec("класс", "класс", "grade", number=True, implied=lambda given: {"oge": 9}.get(given["procedure"]))
MARKS = ((2, "2"), (3, "3"), (4, "4"), (5, "5"))
MARK = ParameterSpec("отметка", "отметка: 2, 3, 4, 5", "mark", number=True, parts=lambda given: MARKS)
CLASS = ParameterSpec("класс", "класс", "grade", number=True)
BEFORE = ParameterSpec("прежний_класс", "класс, в котором писали прежнюю работу", "before_grade", number=True)
OF_SAME = {"parameters": (PROCEDURE, SUBJECT, CLASS, BEFORE), "unit": "чел."}
STEPS = ("отсутствует", "становится", "представлено")
ELEMENT = ParameterSpec("что", "код первичного показателя", "element")
ELEMENTS = {
    "аналитические_отчёты": (Level.REGION, Measure.FLAG),
    "поддержка_мобильный_центр": (Level.SCHOOL, Measure.FLAG),
    "выявление_дефицитов": (Level.MUNICIPALITY, Measure.STATE),
    "события_школьные_команды": (Level.REGION, Measure.NUMBER),
    "тасеево_1_3_4_1_о": (Level.SCHOOL, Measure.NUMBER),  # diplomas, and the pupils among whom they are won
    "тасеево_школьники_7_11": (Level.SCHOOL, Measure.NUMBER),
    "ставки_специалистов": (Level.SCHOOL, Measure.NUMBER),
}
CATEGORIES = {"ставки_специалистов": (("логопед", "Логопед"), ("психолог", "Педагог-психолог"))}
CATEGORY = ParameterSpec(
    "категория",
    "категория разбивки",
    "category",
    required=False,
    parts=lambda given: CATEGORIES.get(str(given.get("element", "")), ()),
)
ASKED_BY = {Measure.FLAG: "есть", Measure.STATE: "состояние", Measure.NUMBER: "значение"}

SPECS = (
    Spec("выявлена", "Школа в списке", Level.SCHOOL, Measure.FLAG, aliases=("выявленных", "identified")),
    Spec("шнро", "Школа с низкими результатами", Level.SCHOOL, Measure.FLAG),
    Spec("шнсу", "Школа в неблагоприятных условиях", Level.SCHOOL, Measure.FLAG),
    Spec("сельская", "Сельская школа", Level.SCHOOL, Measure.FLAG, aliases=("сельских", "rural")),
    Spec("учителя", "Учителя", Level.SCHOOL, unit="учителей", aliases=("teachers",)),
    Spec("обучающиеся", "Обучающиеся", Level.SCHOOL, unit="обучающихся", aliases=("обучающихся", "pupils")),
    Spec("учителя_основной_средней", "Учителя", Level.SCHOOL, unit="чел."),
    Spec("учителя_самодиагностика", "Учителя, прошедшие диагностику", Level.SCHOOL, unit="чел."),
    Spec("число_школ", "Школ в муниципалитете", Level.MUNICIPALITY, unit="школ"),
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
    Spec(
        "отметки",
        "Получили отметку",
        Level.SCHOOL,
        unit="участников",
        parameters=(*(PROCEDURE, SUBJECT), MARK),
        aliases=("marks",),
    ),
    Spec("те_же_ученики", "Писали обе работы", Level.SCHOOL, aliases=("same_pupils",), **OF_SAME),
    Spec("поднялись", "Из них написали лучше", Level.SCHOOL, aliases=("risen",), **OF_SAME),
    Spec("сохранили", "Из них написали так же", Level.SCHOOL, aliases=("kept",), **OF_SAME),
    Spec("опустились", "Из них написали хуже", Level.SCHOOL, aliases=("fallen",), **OF_SAME),
    Spec("есть", "Ответ «да»", None, Measure.FLAG, "", (ELEMENT,)),
    Spec("состояние", "Ступень", None, Measure.STATE, "", (ELEMENT,), aliases=("state",), steps=STEPS),
    Spec("значение", "Число", None, Measure.NUMBER, "", (ELEMENT, CATEGORY), aliases=("value",)),
)

LAST_YEARS = 1  # the mark of indicators that are fed by the year before
INDICATORS = {
    "доля_выявленных": Definition("доля_выявленных", "доля(школы, где выявлена)"),
    "учителя_школ": Definition("учителя_школ", "сумма(учителя)"),
    "учителя_прошлого_года": Definition("учителя_прошлого_года", "сумма(учителя)", LAST_YEARS),
    "прирост_учителей": Definition("прирост_учителей", "изменение(показатель(«учителя_школ»))"),
    "зрелость": Definition("зрелость", "состояние(«выявление_дефицитов»)"),
    "наименьшее": Definition("наименьшее", "минимум_по(округ, показатель(«учителя_школ»))"),
    "отметки_огэ": Definition("отметки_огэ", "распределение(отметки(огэ, «математика»))"),
    "с_ошибкой": Definition("с_ошибкой", "сумма(учител)"),
    "сам_себя": Definition("сам_себя", "показатель(«сам_себя»)"),
    "первый": Definition("первый", "показатель(«второй») + сумма(учителя)"),
    "второй": Definition("второй", "показатель(«третий»)"),
    "третий": Definition("третий", "2 * показатель(«первый»)"),
    **{f"звено_{n}": Definition(f"звено_{n}", f"показатель(«звено_{n + 1}»)") for n in range(1, 10)},
    "звено_10": Definition("звено_10", "сумма(учителя)"),
}

REFERRED = {
    code: INDICATORS[code].formula
    for code in (
        "доля_выявленных",
        "учителя_школ",
        "учителя_прошлого_года",
        "прирост_учителей",
        "зрелость",
        "наименьшее",
        "отметки_огэ",
    )
}
"""Those to which the examples refer, each after what it rests on."""

FactKey = tuple[str, Parameters]
Values = Mapping[FactKey, Mapping[int, Decimal]]


def column(*values: float | str | None, of: tuple[int, ...] = SCHOOLS) -> dict[int, Decimal]:
    """Values of the seven schools in order; None is unknown."""
    return {unit: Decimal(str(v)) for unit, v in zip(of, values, strict=True) if v is not None}


def column_before(*values: float | str | None) -> dict[int, Decimal]:
    """Values of the seven schools of a year before."""
    return column(*values, of=SCHOOLS_BEFORE)


def in_parts(code: str, *parts: Mapping[int, Decimal]) -> dict[FactKey, Mapping[int, Decimal]]:
    """What is entered of an element by its categories, and the total of whoever has entered each."""
    known = set.intersection(*(set(part) for part in parts))
    codes = [category for category, _ in CATEGORIES[code]]
    columns = {("значение", (code, category)): part for category, part in zip(codes, parts, strict=True)}
    return {**columns, ("значение", (code, "")): {unit: sum(part[unit] for part in parts) for unit in known}}


VALUES: Values = {
    #                              К1    К2    К3    Т1    Т2    А1    А2
    ("выявлена", ()): column(1, 1, 1, 1, 0, 0, 1),
    ("шнро", ()): column(1, 1, 0, 0, 0, 0, 1) | {C1: Decimal(0)},  # of everybody that ever was
    ("шнсу", ()): column(0, 1, 1, 1, 0, 0, None),
    ("сельская", ()): column(0, 1, 1, 1, 1, 0, 0),
    ("учителя", ()): column(10, 4, None, 3, 0, 25, 8),
    ("обучающиеся", ()): column(500, 100, 50, 200, None, 800, 350),
    ("учителя_основной_средней", ()): column(40, 12, 6, 20, 9, 60, 30),
    ("учителя_самодиагностика", ()): column(20, 6, 3, 0, None, 45, 15),
    ("динамика", ("oge", "math", 9)): column(5, -2, None, 1.5, 3, 0, 4),
    ("динамика", ("oge", "rus", 9)): column(1, 2, 3, 0, 2, None, 0.5),
    ("доля_справившихся", ("oge", "math")): column(90, 60, None, 70, 100, 95.5, 80),
    ("участники", ("oge", "math")): column(50, 10, 4, 20, 8, 90, None),
    ("отметки", ("oge", "math", 2)): column(5, 4, None, 6, 0, 4, None),
    ("отметки", ("oge", "math", 3)): column(20, 3, None, 8, 2, 30, None),
    ("отметки", ("oge", "math", 4)): column(15, 2, None, 4, 4, 40, None),
    ("отметки", ("oge", "math", 5)): column(10, 1, None, 2, 2, 16, None),
    ("те_же_ученики", ("oge", "math", 9, 6)): column(40, 10, 4, None, 8, 60, 0),
    ("поднялись", ("oge", "math", 9, 6)): column(10, 2, 1, None, 0, 15, 0),
    ("сохранили", ("oge", "math", 9, 6)): column(20, 5, 1, None, 6, 30, 0),
    ("опустились", ("oge", "math", 9, 6)): column(10, 3, 2, None, 2, 15, 0),
    ("число_школ", ()): {KEZHMA: Decimal(3), TASEEVO: Decimal(2), KANSK: Decimal(2)},
    ("мппко_утверждена", ()): {KEZHMA: Decimal(1), TASEEVO: Decimal(0), KANSK: Decimal(1)},
    ("есть", ("аналитические_отчёты",)): {REGION: Decimal(1)},
    ("есть", ("поддержка_мобильный_центр",)): column(1, 1, 0, 1, 0, None, 1),
    ("состояние", ("выявление_дефицитов",)): {
        KEZHMA: Decimal(2),
        TASEEVO: Decimal(1),
        KANSK: Decimal(2),
        EMPTY: Decimal(0),
    },
    ("значение", ("события_школьные_команды", "")): {REGION: Decimal(6)},
    ("значение", ("тасеево_1_3_4_1_о", "")): column(9, 4, None, 3, 0, 24, 8),
    ("значение", ("тасеево_школьники_7_11", "")): column(300, 60, 30, 120, 90, 480, 200),
    **in_parts(
        "ставки_специалистов",
        column(1, 0.5, None, 0, 1, 1.5, 0),
        column(2, 1, 1, None, 0.5, 2, 1),
    ),
}


VALUES_BEFORE: Values = {
    #                                     К1   К2   Т1   Т2   А1   А2   С1
    ("выявлена", ()): column_before(1, 0, 1, 1, 0, 1, 1),
    ("учителя", ()): column_before(8, 4, 5, 2, None, 10, 3),
    ("обучающиеся", ()): column_before(480, 110, 190, 90, 790, 360, 40),
    ("доля_справившихся", ("oge", "math")): column_before(85, 60, 70, 80, 90, None, 50),
    ("те_же_ученики", ("oge", "math", 9, 6)): column_before(30, 12, 20, 6, 50, None, 9),
    ("поднялись", ("oge", "math", 9, 6)): column_before(6, 3, 5, 0, 20, None, 1),
    ("состояние", ("выявление_дефицитов",)): {KEZHMA: Decimal(1), TASEEVO: Decimal(1)},
    ("отметки", ("oge", "math", 2)): column_before(8, 4, 9, 1, None, 3, 2),
    ("отметки", ("oge", "math", 3)): column_before(16, 4, 6, 2, None, 9, 2),
    ("отметки", ("oge", "math", 4)): column_before(14, 1, 4, 3, None, 7, 1),
    ("отметки", ("oge", "math", 5)): column_before(12, 1, 1, 1, None, 1, 0),
}
VALUES_TWO_YEARS_BEFORE: Values = {
    ("учителя", ()): column_before(7, 3, 4, None, None, None, None),
    ("выявлена", ()): column_before(1, 1, 1, 1, 1, 1, 1),
}


def chain(unit: int, parents: Mapping[int, int]) -> list[int]:
    """A unit and everything above it."""
    above = [unit]
    while above[-1] in parents:
        above.append(parents[above[-1]])
    return above


@dataclass(frozen=True)
class Tables:
    """A source of facts over literal tables: VALUES lists for SQL, the same numbers for the twin."""

    values: Values
    past: tuple[Tables, ...] = ()
    parents: Mapping[int, int] = field(default_factory=lambda: PARENTS)
    of: Mapping[Level, tuple[int, ...]] = field(default_factory=lambda: MEMBERS)
    years_ago: int = 0

    @property
    def mark(self) -> int:
        return self.years_ago

    @property
    def ancestors(self) -> dict[int, list[int]]:
        return {unit: chain(unit, self.parents) for unit in (REGION, *self.parents)} if self.of else {}

    def seen_from(self, standpoint: Standpoint) -> Tables:
        back = standpoint.years + (standpoint.whose or 0)
        return (self, *self.past, NOTHING)[min(back, len(self.past) + 1)]

    def indicator(self, code: str) -> Definition:
        if code not in INDICATORS:
            raise UnknownValue(f"показателя «{code}» нет.", INDICATORS)
        return INDICATORS[code]

    def world(self) -> World:
        others = {
            place: self.seen_from(place).world()
            for place in (Standpoint(years, whose) for years in range(4) for whose in (None, LAST_YEARS))
            if self.past and place != HERE
        }
        return World(self.of, self.ancestors, self.values, NAMES, others=others)

    def find(self, name: str) -> Spec | None:
        for spec in SPECS:
            if normal(name) in {normal(word) for word in (spec.name, *spec.aliases)}:
                return spec
        return None

    def names(self) -> Iterable[str]:
        return [word for spec in SPECS for word in (spec.name, *spec.aliases)]

    def question(self, word: str) -> tuple[str, str] | None:
        code = next((one for one in ELEMENTS if normal(one) == word), None)
        return None if code is None else (ASKED_BY[ELEMENTS[code][1]], code)

    def resolve(self, spec: Spec, params: Parameters) -> Spec:
        if spec.level is not None:
            return spec
        if params[0] not in ELEMENTS:
            raise UnknownValue(f"первичного показателя «{params[0]}» нет.", ELEMENTS)
        code = str(params[0])
        settled = replace(spec, level=ELEMENTS[code][0])
        return settled if spec.name != "значение" else self._of_categories(settled, code, params[1])

    @staticmethod
    def _of_categories(spec: Spec, code: str, category: str | int | Decimal) -> Spec:
        names = dict(CATEGORIES.get(code, ()))
        if category == "":
            return replace(spec, made_of=tuple(((code, one), name) for one, name in names.items()))
        if not names:
            said = f"«{code}» вносят одним числом, без категорий."
            raise UnknownValue(said, [f"значение(«{code}»)"], parameter="категория")
        if category not in names:
            known = [*names, *names.values()]
            raise UnknownValue(f"категории «{category}» у «{code}» нет.", known, parameter="категория")
        return spec

    def column(self, name: str, params: Parameters) -> Column:
        rows = _table("unit_id, value", list(self.values.get((name, params), {}).items()), "numeric")
        return Column(rows, Fragment("value"))

    def those(self, name: str, params: Parameters) -> Fragment | None:
        known, spec = self.values.get((name, params), {}), self.find(name)
        if spec is None or spec.measure is not Measure.FLAG or set(EVER) - set(known):
            return None
        return _table("unit_id", [(unit,) for unit, value in known.items() if value])

    def members(self, level: Level) -> Fragment:
        rows = [(unit, f"{{{','.join(map(str, self._over(unit)))}}}") for unit in self.of.get(level, ())]
        return _table("unit_id, above", rows, "bigint[]")

    def _over(self, unit: int) -> list[int]:
        return [above for above in self.ancestors.get(unit, ()) if above != unit]

    def holders(self, level: Level) -> Fragment | None:
        above = {top for unit in self.of.get(level, ()) for top in self._over(unit)}
        return None if level is Level.SCHOOL else _table("unit_id", [(unit,) for unit in sorted(above)])

    def ancestry(self) -> Fragment:
        return _table("unit_id, ancestor_id", [(u, above) for u, many in self.ancestors.items() for above in many])


def drawn(now: Values, before: Values, long_before: Values) -> Tables:
    """Three years of the territory: this one and the two before it."""
    past = [
        Tables(values, (), PARENTS_BEFORE, MEMBERS_BEFORE, years) for years, values in ((1, before), (2, long_before))
    ]
    return Tables(now, tuple(past))


NOTHING = Tables({}, (), {}, {}, 99)


def _table(columns: str, rows: list[tuple], last: str = "bigint") -> Fragment:
    count = columns.count(",") + 1
    names = columns.split(", ")
    if not rows:
        nulls = [*(f"NULL::bigint AS {name}" for name in names[:-1]), f"NULL::{last} AS {names[-1]}"]
        return Fragment(f"SELECT {', '.join(nulls)} WHERE FALSE")
    row = "(" + ", ".join(["%s"] * count) + ")"
    many = ", ".join([row] * len(rows))
    typed = ", ".join([*names[:-1], f"{names[-1]}::{last} AS {names[-1]}"])
    sql = f"SELECT {typed} FROM (VALUES {many}) AS given({columns})"  # noqa: S608 - this file's own words
    return Fragment(sql, tuple(value for one in rows for value in one))
