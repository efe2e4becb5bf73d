"""Files of the ВПР and the КДР: statistics by marks, individual results, the flat workbook, levels."""

from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np

from demo.generation.calendar import KDR_NAMES, SHORT, Sitting
from demo.generation.dice import dice
from demo.generation.results import Counts, mark_counts
from demo.generation.schools import DrawnSchool
from demo.generation.workbooks import Row, percent, xlsx

# Maxima of the tasks of the grade 5 papers; they add up to the maximum of the scale.
TASKS = {
    "Русский язык": (3, 2, 3, 3, 3, 2, 4, 4, 4, 4, 3, 3, 3, 2, 2),
    "Математика": (1, 1, 2, 1, 1, 2, 1, 1, 2, 2, 2, 1, 2, 1),
}
BOUNDS = {"Русский язык": (0, 18, 29, 39, 46), "Математика": (0, 7, 11, 15, 21)}


def title_of(sitting: Sitting) -> str:
    """Write the head of a ВПР file: in autumn the pupils are a grade ahead of the programme."""
    return f"ВПР {sitting.held_on.year}. {_grade(sitting)}. {sitting.subject}"


def _grade(sitting: Sitting) -> str:
    if sitting.held_on.month >= 9:
        return f"{sitting.grade + 1} класс (по программе {sitting.grade} класса)"
    return f"{sitting.grade} класс"


def mark_statistics(schools: Sequence[DrawnSchool], sitting: Sitting) -> bytes:
    """Write «Статистика по отметкам»: sample, region, municipalities and schools nested, in percents."""
    counts = mark_counts(schools, sitting)
    return xlsx("Статистика по отметкам", _statistics(schools, sitting, counts))


def _statistics(schools: Sequence[DrawnSchool], sitting: Sitting, counts: Counts) -> Iterator[Row]:
    yield [f"{title_of(sitting)}. Статистика по отметкам"]
    yield [f"Дата: {sitting.held_on:%d.%m.%Y}"]
    yield []
    yield ["", "", "", "Распределение групп баллов в %"]
    yield ["Группы участников", "Кол-во ОО", "Кол-во участников", 2, 3, 4, 5]
    wrote = counts.sum(axis=1) > 0
    total = counts.sum(axis=0).tolist()
    yield ["Вся выборка", 36_000, 40 * sum(total), *_percents(total)]
    yield ["Красноярский край", int(wrote.sum()), sum(total), *_percents(total)]
    for _, group in groupby(range(len(schools)), key=lambda number: schools[number].place.code):
        numbers = [number for number in group if wrote[number]]
        if not numbers:
            continue
        part = counts[numbers].sum(axis=0).tolist()
        yield [f"  {schools[numbers[0]].place.name}", len(numbers), sum(part), *_percents(part)]
        for number in numbers:
            school, own = schools[number], counts[number].tolist()
            yield [f"    ({school.login}) {school.full_name}", "", sum(own), *_percents(own)]


def _percents(counts: Sequence[int]) -> list[float]:
    whole = sum(counts)
    return [percent(count, whole) for count in counts]


def flat_workbook(schools: Sequence[DrawnSchool], sittings: Sequence[Sitting]) -> bytes:
    """Write several subjects and grades as one flat table of percents, as regional workbooks have them."""

    def rows() -> Iterator[Row]:
        yield ["ВПР: распределение отметок по школам, %"]
        yield ["Год", "Класс", "Предмет", "Муниципалитет", "Логин", "ОО", "Кол-во участников", 2, 3, 4, 5]
        for sitting in sittings:
            for school, own in zip(schools, mark_counts(schools, sitting).tolist(), strict=True):
                if sum(own):
                    names = [school.place.name, school.login, school.short_name]
                    yield [sitting.held_on.year, sitting.grade, sitting.subject, *names, sum(own), *_percents(own)]

    return xlsx("marks", rows())


def individual_results(schools: Sequence[DrawnSchool], sitting: Sitting, codes: Sequence[str]) -> bytes:
    """Write «Индивидуальные результаты» of some municipalities: task scores, mark and the journal's mark."""
    return xlsx("Индивидуальные результаты", _individual(schools, sitting, set(codes)))


def _individual(schools: Sequence[DrawnSchool], sitting: Sitting, codes: set[str]) -> Iterator[Row]:
    tasks, bounds = TASKS[sitting.subject], BOUNDS[sitting.subject]
    yield [f"ВПР {sitting.held_on.year} {sitting.subject} {_grade(sitting)}"]
    yield [f"Предмет: {sitting.subject}"]
    yield [f"Максимальный первичный балл: {sum(tasks)}"]
    yield [f"Дата: {sitting.held_on:%d.%m.%Y}"]
    yield []
    levels = ["П" if number >= len(tasks) - 4 else "Б" for number in range(len(tasks))]
    yield ["", "", "", "", "", "", *levels]
    labels = [f"{number} ({most}б)" for number, most in enumerate(tasks, start=1)]
    head = ["ОО", "Муниципалитет", "Название ОО", "Код участника", "Класс", "Вариант"]
    yield [*head, *labels, "Первичный балл", "Отметка", "Отметка по журналу"]
    number = 50_000
    for school, own in zip(schools, mark_counts(schools, sitting).tolist(), strict=True):
        if school.place.code not in codes or not sum(own):
            continue
        rng = dice("individual", sitting.subject, sitting.academic_year, school.code)
        names = [school.login, school.place.name, school.full_name]
        for place, mark in enumerate(rng.permutation(np.repeat([2, 3, 4, 5], own)).tolist()):
            number += 1
            score = int(rng.integers(bounds[mark - 2], bounds[mark - 1]))
            scores = rng.multivariate_hypergeometric(tasks, score).tolist()
            shown = [
                ("X" if got == 0 and chance < 0.2 else got)
                for got, chance in zip(scores, rng.random(len(tasks)).tolist(), strict=True)
            ]
            class_name = f"{int(sitting.grade) + (sitting.held_on.month >= 9)}{'АБВГДЕЖИК'[place // 26 % 9]}"
            yield [*names, str(number), class_name, place % 2 + 1, *shown, score, mark, _journal(rng, mark)]


def _journal(rng: np.random.Generator, mark: int) -> int:
    """Return the mark in the journal: mostly the same, oftener higher than lower."""
    chance = rng.random()
    moved = 1 if chance < 0.24 else -1 if chance > 0.92 else 0
    return min(5, max(3, mark + moved))


def level_table(schools: Sequence[DrawnSchool], sitting: Sitting) -> bytes:
    """Write the levels of a КДР by school, called as that year called them."""

    def rows() -> Iterator[Row]:
        year = f"{sitting.academic_year}/{(sitting.academic_year + 1) % 100}"
        name = "Краевая диагностическая работа"
        yield [f"{name}: {sitting.subject}, {sitting.grade} класс, {year} учебный год"]
        yield []
        yield ["Муниципалитет", "Логин", "ОО", "Кол-во участников", *KDR_NAMES[sitting.academic_year]]
        total = 0
        for school, own in zip(schools, mark_counts(schools, sitting).tolist(), strict=True):
            total += sum(own)
            if sum(own):
                yield [school.place.name, school.login, school.short_name, sum(own), *own]
        yield ["Всего", "", "", total]

    return xlsx("КДР", rows())


def file_name(sitting: Sitting, what: str) -> str:
    """Name a file as its sender does."""
    kind = {"ВПР": "vpr", "КДР": "kdr", "ОГЭ": "oge", "ЕГЭ": "ege"}[sitting.procedure]
    shift = 1 if sitting.procedure == "ВПР" and sitting.held_on.month >= 9 else 0
    cohort = {"spring": "-mart", "autumn": "-osen"}.get(sitting.cohort, "")
    return f"{kind}-{sitting.held_on.year}{cohort}-{SHORT[sitting.subject]}{sitting.grade + shift}-{what}.xlsx"
