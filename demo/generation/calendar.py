"""
Which procedures were held when, with the breaks of those years.

No ОГЭ in 2020, two subjects in 2021; the ЕГЭ of 2020 only for those who went on to universities and without the basic
level, which 2021 lacked too; the ВПР of 2020 in autumn by the programme of the grade before; that of 2022 in two
cohorts, for schools that wrote in March kept their results.
"""

from dataclasses import dataclass
from datetime import date

RUSSIAN, MATHEMATICS = "Русский язык", "Математика"
PROFILE, BASIC = "Математика профильная", "Математика базовая"
READING, SCIENCE = "Читательская грамотность", "Естественно-научная грамотность"
SHORT = {RUSSIAN: "rus", MATHEMATICS: "mat", PROFILE: "matp", BASIC: "matb", READING: "reading", SCIENCE: "science"}


@dataclass(frozen=True, slots=True)
class Sitting:
    """A procedure in a subject and grade of a year. `shares` are the region's usual shares of «2», «3», «4»."""

    procedure: str
    subject: str
    grade: int
    academic_year: int
    held_on: date
    shares: tuple[float, ...] = ()
    cohort: str = ""  # of 2022: spring or autumn
    turnout: float = 0.94


_VPR_SHARES = {
    (RUSSIAN, 4): (0.06, 0.29, 0.45),
    (MATHEMATICS, 4): (0.035, 0.21, 0.43),
    (RUSSIAN, 5): (0.135, 0.38, 0.35),
    (MATHEMATICS, 5): (0.125, 0.35, 0.34),
    (RUSSIAN, 6): (0.15, 0.40, 0.33),
    (MATHEMATICS, 6): (0.135, 0.44, 0.34),
    (RUSSIAN, 8): (0.16, 0.38, 0.35),
    (MATHEMATICS, 8): (0.11, 0.52, 0.30),
}
_VPR_DAYS = {2018: date(2019, 4, 16), 2019: date(2020, 9, 15), 2020: date(2021, 3, 16)}
_SPRING_2022, _AUTUMN_2022 = date(2022, 3, 16), date(2022, 9, 21)
OGE_SHARES = {RUSSIAN: (0.05, 0.34, 0.36), MATHEMATICS: (0.115, 0.47, 0.33)}
_OGE_DAYS = {
    2018: (date(2019, 5, 28), date(2019, 6, 6)),
    2020: (date(2021, 5, 25), date(2021, 5, 28)),
    2021: (date(2022, 6, 7), date(2022, 5, 24)),
}
_EGE_DAYS = {
    2018: (date(2019, 6, 3), date(2019, 5, 29), date(2019, 5, 29)),
    2019: (date(2020, 7, 6), date(2020, 7, 10), None),
    2020: (date(2021, 6, 3), date(2021, 6, 7), None),
    2021: (date(2022, 5, 30), date(2022, 6, 2), date(2022, 6, 3)),
}
KDR_NAMES = {
    2018: ("недостаточный", "пониженный", "базовый", "повышенный"),
    2019: ("недостаточный", "ниже базового", "базовый", "выше базового"),
    2020: ("недостаточный", "пониженный", "базовый", "повышенный"),
    2021: ("недостаточный", "ниже базового", "базовый", "выше базового"),
}


def vpr_sittings(academic_year: int) -> list[Sitting]:
    """Return the ВПР of a year, spring and autumn cohorts apart where there were two."""
    found = []
    for (subject, grade), shares in _VPR_SHARES.items():
        if academic_year == 2018 and grade == 8:
            continue
        days = {"": _VPR_DAYS.get(academic_year)}
        if academic_year == 2021:
            days = {"spring": _SPRING_2022, "autumn": _AUTUMN_2022}
        for cohort, day in days.items():
            assert day is not None  # noqa: S101 - every year but 2021 has its day
            found.append(Sitting("ВПР", subject, grade, academic_year, day, shares, cohort))
    return found


def oge_sittings(academic_year: int) -> list[Sitting]:
    """Return the ОГЭ of a year; none of 2019/20."""
    if academic_year not in _OGE_DAYS:
        return []
    russian, mathematics = _OGE_DAYS[academic_year]
    return [
        Sitting("ОГЭ", RUSSIAN, 9, academic_year, russian, OGE_SHARES[RUSSIAN], turnout=0.985),
        Sitting("ОГЭ", MATHEMATICS, 9, academic_year, mathematics, OGE_SHARES[MATHEMATICS], turnout=0.985),
    ]


def ege_sittings(academic_year: int) -> list[Sitting]:
    """Return the ЕГЭ of a year: without the basic level of mathematics in 2020 and 2021."""
    russian, profile, basic = _EGE_DAYS[academic_year]
    to_universities = 0.82 if academic_year == 2019 else 0.99
    found = [Sitting("ЕГЭ", RUSSIAN, 11, academic_year, russian, turnout=to_universities)]
    found.append(Sitting("ЕГЭ", PROFILE, 11, academic_year, profile, turnout=0.56 if basic else 0.58))
    if basic:
        found.append(Sitting("ЕГЭ", BASIC, 11, academic_year, basic, (0.035, 0.24, 0.42), turnout=0.42))
    return found


def kdr_sittings(academic_year: int) -> list[Sitting]:
    """Return the diagnostic papers of the region: reading in grade 4, science in grade 8."""
    return [
        Sitting("КДР", READING, 4, academic_year, date(academic_year + 1, 3, 3), (0.09, 0.21, 0.46)),
        Sitting("КДР", SCIENCE, 8, academic_year, date(academic_year + 1, 2, 11), (0.12, 0.30, 0.43)),
    ]
