"""The words of the language: Russian first, with an English alias of each, and what each function means."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """A floor of the territory on which things are counted."""

    SCHOOL = "school"
    ORGANISATION = "organisation"
    MUNICIPALITY = "municipality"
    DISTRICT = "district"
    REGION = "region"

    @property
    def rank(self) -> int:
        """Height of the floor: organisations of any kind stand on one floor."""
        return {"school": 0, "organisation": 0, "municipality": 1, "district": 2, "region": 3}[self.value]

    @property
    def many(self) -> str:
        """The population's word in a formula."""
        return {
            "school": "школы",
            "organisation": "организации",
            "municipality": "муниципалитеты",
            "district": "округа",
            "region": "регион",
        }[self.value]

    @property
    def one(self) -> str:
        """One of the level, as in «1 школа»."""
        return {
            "school": "школа",
            "organisation": "организация",
            "municipality": "муниципалитет",
            "district": "округ",
            "region": "регион",
        }[self.value]

    @property
    def of_one(self) -> str:
        """The level in the genitive, as in «показатель школы»."""
        return {
            "school": "школы",
            "organisation": "организации",
            "municipality": "муниципалитета",
            "district": "округа",
            "region": "региона",
        }[self.value]

    @property
    def of_many(self) -> str:
        """The level in the plural genitive, as in «6 из 14 школ»."""
        return {
            "school": "школ",
            "organisation": "организаций",
            "municipality": "муниципалитетов",
            "district": "округов",
            "region": "регионов",
        }[self.value]


POPULATIONS: dict[str, Level] = {
    "школы": Level.SCHOOL,
    "schools": Level.SCHOOL,
    "организации": Level.ORGANISATION,
    "organisations": Level.ORGANISATION,
    "муниципалитеты": Level.MUNICIPALITY,
    "мсо": Level.MUNICIPALITY,
    "municipalities": Level.MUNICIPALITY,
    "округа": Level.DISTRICT,
    "districts": Level.DISTRICT,
    "регион": Level.REGION,
    "region": Level.REGION,
}

LEVELS: dict[str, Level] = {
    "округ": Level.DISTRICT,
    "district": Level.DISTRICT,
    "муниципалитет": Level.MUNICIPALITY,
    "municipality": Level.MUNICIPALITY,
    "школа": Level.SCHOOL,
    "school": Level.SCHOOL,
}

ABOVE: dict[str, Level] = {
    "по_краю": Level.REGION,
    "по_округу": Level.DISTRICT,
    "по_муниципалитету": Level.MUNICIPALITY,
}
"""Of what above a member a number is taken."""
WORD_OF_ABOVE = {level: word for word, level in ABOVE.items()}
ROW_FUNCTIONS = {"если", "пусто", "первое_непустое"}
IN_TIME = {"прежде", "изменение"}

POINTS = "п. п."  # percentage points, the unit of a difference of two percents

TRUTHS: dict[str, bool] = {"да": True, "yes": True, "нет": False, "no": False}

KEYWORDS: dict[str, str] = {
    "и": "AND",
    "and": "AND",
    "или": "OR",
    "or": "OR",
    "не": "NOT",
    "not": "NOT",
    "где": "WHERE",
    "where": "WHERE",
    "среди": "AMONG",
    "among": "AMONG",
}


OTHER_WORDS: dict[str, str] = {
    **dict.fromkeys(("школ", "школа", "школам", "школах", "оо"), "школы"),
    **dict.fromkeys(("организаций", "организация"), "организации"),
    **dict.fromkeys(
        ("муниципалитетов", "муниципалитет", "район", "районы", "районов", "территории", "территорий"), "муниципалитеты"
    ),
    **dict.fromkeys(("округов", "округ"), "округа"),
    **dict.fromkeys(("край", "края", "региона", "регионы"), "регион"),
    **dict.fromkeys(("процент", "проценты", "удельный_вес"), "доля"),
    **dict.fromkeys(("кол", "число", "посчитать", "сколько"), "количество"),
    **dict.fromkeys(("средняя", "средний", "среднее_значение"), "среднее"),
    **dict.fromkeys(("минимум", "наименьшее", "мин"), "минимум_по"),
    **dict.fromkeys(("максимум", "наибольшее", "макс"), "максимум_по"),
    "всего": "сумма",
    "городская": "не сельская",
    "городские": "не сельская",
    "из": "среди",
}
"""What is often written instead of a word of the language."""


@dataclass(frozen=True, slots=True)
class Function:
    """A word that may stand before brackets, how it is written, and what it gives."""

    name: str
    english: str
    usage: str
    meaning: str


FUNCTIONS: tuple[Function, ...] = (
    Function(
        "доля",
        "share",
        "доля(кого, где условие, среди условие)",
        "Доля тех, для кого условие верно, в процентах. Кто «среди» не входит, тот не считается; "
        "о ком условие неизвестно, выходит и из числителя, и из знаменателя и показывается отдельно.",
    ),
    Function(
        "количество",
        "count",
        "количество(кого, где условие, среди условие)",
        "Сколько тех, для кого условие верно. О ком оно неизвестно, показываются отдельно.",
    ),
    Function(
        "сумма",
        "sum",
        "сумма(что, где условие, среди условие)",
        "Сумма чисел, собранных с каждого. У кого числа нет, тот не прибавляет ноль, а показывается отдельно.",
    ),
    Function(
        "отношение",
        "ratio",
        "отношение(часть, целое, где условие, среди условие)",
        "Сумма частей к сумме целых; у кого нет хотя бы одного из двух чисел, тот выходит и оттуда, и оттуда.",
    ),
    Function(
        "среднее",
        "mean",
        "среднее(что, вес, где условие, среди условие)",
        "Среднее с весами. Доли и проценты без веса не усредняются; уровни не усредняются никогда.",
    ),
    Function(
        "на",
        "per",
        "на(1000, часть, целое)",
        "Часть к целому в расчёте на данное число, например на 1000 обучающихся.",
    ),
    Function(
        "минимум_по",
        "minimum_by",
        "минимум_по(округ, показатель)",
        "Наименьшее значение среди округов (или муниципалитетов): ответ на «не менее … в каждом».",
    ),
    Function(
        "максимум_по",
        "maximum_by",
        "максимум_по(округ, показатель)",
        "Наибольшее значение среди округов (или муниципалитетов): ответ на «не более … в каждом».",
    ),
    Function(
        "распределение",
        "distribution",
        "распределение(что, среди условие)",
        "Сколько на каждой части: на каждой отметке, уровне, ступени шкалы. Части можно назвать самому, по порядку: "
        "распределение(школы, «мало»: дипломы < 5, «много»: дипломы >= 5); кому подходят две, тот в первой. Это не "
        "одно число: оно стоит само или в доля_в(…).",
    ),
    Function(
        "доля_в",
        "share_in",
        "доля_в(распределение, часть, …)",
        "Доля названных частей во всём распределении, в процентах: доля_в(распределение(отметки(…)), 4, 5).",
    ),
    Function(
        "прежде",
        "before",
        "прежде(что, лет)",
        "То, что было год (или столько-то лет) назад. Внутри суммы или условия — то, что было тогда у того, "
        "кто считается теперь; вокруг доли или суммы — она сама в том году, с теми, кто считался тогда, "
        "и в границах того года.",
    ),
    Function(
        "изменение",
        "change",
        "изменение(что, лет)",
        "На сколько стало больше, чем год (или столько-то лет) назад: у долей — в процентных пунктах. Вокруг доли или "
        "суммы сравниваются те, кто считался тогда, и те, кто считается теперь; внутри суммы — одни и те же участники.",
    ),
    Function(
        "показатель",
        "indicator",
        "показатель(«код»)",
        "Другой показатель, каким его считает действующая редакция: на её месте стоит её формула. Внутри условия — "
        "его значение у того, о ком речь.",
    ),
    Function(
        "по_краю",
        "of_region",
        "по_краю(что)",
        "Внутри условия или суммы — то, что насчитано по всему краю, или число, которое есть у самого края: с ним "
        "сравнивают каждого, например доля_справившихся(…) < по_краю(среднее(доля_справившихся(…), участники(…))).",
    ),
    Function(
        "по_округу",
        "of_district",
        "по_округу(что)",
        "То же по округу, в котором стоит тот, о ком речь.",
    ),
    Function(
        "по_муниципалитету",
        "of_municipality",
        "по_муниципалитету(что)",
        "То же по муниципалитету, в котором стоит тот, о ком речь.",
    ),
    Function("если", "if", "если(условие, тогда, иначе)", "Одно из двух чисел; при неизвестном условии неизвестно."),
    Function("пусто", "missing", "пусто(что)", "Верно, когда число или ответ неизвестны."),
    Function(
        "первое_непустое",
        "first_known",
        "первое_непустое(что, иначе, …)",
        "Первое из чисел, которое известно.",
    ),
)

FUNCTION_BY_WORD: dict[str, str] = {
    word: function.name for function in FUNCTIONS for word in (function.name, function.english)
}

USAGE = {function.name: function.usage for function in FUNCTIONS}


def normal(word: str) -> str:
    """Make words that a reader takes for the same equal: case and ё do not matter."""
    return word.casefold().replace("ё", "е")
