"""What the region, municipalities and schools of the list enter about themselves, year by year."""

from decimal import Decimal
from math import ceil

from demo.generation.deeds import YEARS
from demo.generation.dice import dice

# Counts that the region enters for 2020, 2021 and 2022.
REGION_COUNTS = {
    "практики_раоп": (8, 16, 23),
    "смо_с_поддержкой": (9, 13, 14),
    "смо_всего": (14, 14, 14),
    "события_школьные_команды": (5, 8, 7),
    "события_управленческие_команды": (2, 4, 6),
    "межрегиональные_мероприятия": (1, 1, 1),
    "регионы_участники": (4, 4, 7),
    "программы_реализованы": (2, 5, 8),
}
# What the region answers «no» to, by year; to everything else it answers «yes».
REGION_NO = {("методика_самодиагностики", 2020), ("раоп_направление", 2020), ("аналитические_отчёты", 2020)}
# Shares of «yes» among municipalities, and among the schools of the list, in 2020, 2021 and 2022.
MUNICIPAL_YES = {
    "мсо_рабочая_группа": (0.80, 0.93, 1.0),
    "мсо_координатор": (0.88, 1.0, 1.0),
    "мсо_адресные_рекомендации": (0.55, 0.78, 0.93),
    "мсо_инфраструктура": (0.45, 0.66, 0.85),
    "мсо_страница": (0.5, 0.75, 0.92),
    "мсо_мониторинг": (0.48, 0.72, 0.9),
    "мсо_материалы": (0.4, 0.64, 0.86),
}
SCHOOL_YES = {
    "поддержка_мобильный_центр": (0.42, 0.55, 0.64),
    "поддержка_молодые_педагоги": (0.38, 0.57, 0.72),
    "конструктор_шппко": (0.0, 0.26, 0.58),
    "поддержка_куратор": (0.5, 0.66, 0.8),
    "поддержка_координатор": (0.82, 0.93, 1.0),
    "договоры_партнёрства": (0.35, 0.55, 0.78),
    "договоры_на_сайте": (0.12, 0.23, 0.28),
    "дефициты_математика": (0.52, 0.71, 0.92),
    "дефициты_русский_язык": (0.55, 0.78, 0.93),
    "дефициты_начальная_школа": (0.44, 0.69, 0.86),
    "мероприятия_мастерство": (0.24, 0.34, 0.47),
    "школа_поддержка_развития_педагогов": (0.31, 0.44, 0.62),
    "школа_коррекция_по_шсоко": (0.22, 0.37, 0.58),
    "шппко_экспертиза": (0.18, 0.42, 0.66),
}
_STATES = {2020: (0.25, 0.45), 2021: (0.12, 0.38), 2022: (0.04, 0.26)}  # shares of «нет системы», «становление»
_SILENT = {2020: 0.06, 2021: 0.03, 2022: 0.01}  # who enters nothing
_DIAGNOSED = {2020: 0.12, 2021: 0.47, 2022: 0.83}
_IN_COMMUNITIES = {2020: 0.24, 2021: 0.33, 2022: 0.41}

# Of specialists: pupils for one whole post by the region's norm, and the share of schools that have as many as is due.
_NORM_OF = {
    2021: {"социальный_педагог": 300, "психолог": 300, "логопед": 500, "дефектолог": 600},
    2022: {"социальный_педагог": 300, "психолог": 250, "логопед": 500, "дефектолог": 600},
}
_STAFFED = {2021: 0.52, 2022: 0.68}  # asked for the first time in 2021
STAFF, NORM = "ставки_специалистов", "обучающихся_на_ставку"


def region_answer(element: str, year: int) -> int:
    """Return what the region enters: a count, or 1 for «yes»."""
    if element in REGION_COUNTS:
        return REGION_COUNTS[element][YEARS.index(year)]
    return 0 if (element, year) in REGION_NO else 1


def region_answers(element: str, categories: list[str], year: int) -> list[tuple[str, int | None]]:
    """Return what the region enters of an element: of each of its categories, which is one, "", of what is whole."""
    if element == NORM:
        return [(category, _NORM_OF[year][category] if year in _NORM_OF else None) for category in categories]
    return [(category, region_answer(element, year)) for category in categories]


def municipal_answer(element: str, code: str, year: int) -> int | None:
    """Return what a municipality enters: 0 or 1, or a step of the scale; None if it enters nothing."""
    # The same chance in every year, so that what was once reached is not lost again.
    chance = dice("municipal answer", element, code).random()
    if dice("municipal silence", element, code, year).random() < _SILENT[year]:
        return None
    if element in MUNICIPAL_YES:
        return int(chance < MUNICIPAL_YES[element][YEARS.index(year)])
    none, becoming = _STATES[year]
    return 0 if chance < none else 1 if chance < none + becoming else 2


def school_answer(element: str, code: str, year: int, teachers: int) -> int | None:
    """Return what a school of the list enters; None if it enters nothing. `teachers` are all that it has."""
    if dice("school silence", code, year).random() < _SILENT[year]:
        return None
    chance = dice("school answer", element, code).random()
    of_upper_school = max(1, round(0.7 * teachers))
    if element == "учителя_основной_средней":
        return of_upper_school
    if element == "учителя_самодиагностика":
        return int(dice("diagnosed", code, year).binomial(of_upper_school, _DIAGNOSED[year]))
    if element == "педагоги_в_сообществах":
        return int(dice("in communities", code, year).binomial(teachers, _IN_COMMUNITIES[year]))
    # The rest of the passport's expected results nobody collects yet.
    return int(chance < SCHOOL_YES[element][YEARS.index(year)]) if element in SCHOOL_YES else None


def school_answers(
    element: str, categories: list[str], code: str, year: int, teachers: int, pupils: int
) -> list[tuple[str, int | Decimal | None]]:
    """Return what a school enters of an element: of each of its categories, which is one, "", of what is whole."""
    if element != STAFF:
        return [(category, school_answer(element, code, year, teachers)) for category in categories]
    return [(category, _posts(category, code, year, pupils)) for category in categories]


def _posts(kind: str, code: str, year: int, pupils: int) -> Decimal | None:
    """Posts in halves: as many as is due, or fewer; some schools leave out a kind that they have never had."""
    is_silent = dice("school silence", code, year).random() < _SILENT[year]
    if year not in _STAFFED or is_silent:
        return None
    due = Decimal(max(1, ceil(2 * pupils / _NORM_OF[year][kind]))) / 2
    drawn = dice("posts", code, kind)
    chance, missing, left_out = drawn.random(), int(drawn.integers(1, 3)), drawn.random()
    if kind == "дефектолог" and left_out < 0.15:
        return None
    return due if chance < _STAFFED[year] else max(Decimal(0), due - Decimal(missing) / 2)
