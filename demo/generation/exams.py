"""Files of the ОГЭ and the ЕГЭ: the register's text in cp1251 with invented people, and counts by school."""

from collections.abc import Iterator, Sequence

import numpy as np

from demo.generation.calendar import BASIC, PROFILE, RUSSIAN, Sitting
from demo.generation.dice import dice
from demo.generation.results import Counts, mark_counts, test_scores
from demo.generation.schools import DrawnSchool
from demo.generation.workbooks import Row, semicolons, xlsx

_CODES = {RUSSIAN: 1, "Математика": 2, PROFILE: 2, BASIC: 22}
_MINIMUM = {RUSSIAN: 24, PROFILE: 27}
_SCORES = {RUSSIAN: (64.0, 16.0), PROFILE: (51.0, 17.0)}
# Lowest primary scores of the marks, and the highest score of all plus one.
_OGE_BOUNDS = {RUSSIAN: (0, 15, 23, 29, 34), "Математика": (0, 8, 15, 22, 32)}
_BASIC_BOUNDS = (0, 7, 12, 17)
_PERSON = ["Фамилия", "Имя", "Отчество", "Серия", "Номер"]


def register_text(schools: Sequence[DrawnSchool], sittings: Sequence[Sitting]) -> bytes:
    """Write the exams of a year one under another, as the register's export stacks them."""
    rows: list[Row] = []
    for sitting in sittings:
        rows.extend(_exam(schools, sitting))
        rows.append([])
    return semicolons(rows, "cp1251")


def _exam(schools: Sequence[DrawnSchool], sitting: Sitting) -> Iterator[Row]:
    code = _CODES[sitting.subject]
    yield [f"{code:02d} - {sitting.subject} {sitting.held_on:%Y.%m.%d}"]
    with_place = code != 22  # the export of the basic level has no code of the municipality
    head = ["№", *(["Код МСУ"] if with_place else []), "Код ОО", "Класс", "Код ППЭ", "Аудитория", *_PERSON]
    last = "Балл" if sitting.subject in _SCORES and sitting.procedure == "ЕГЭ" else "Оценка"
    yield [*head, "Задания с кратким ответом", "Задания с развёрнутым ответом", "Первичный балл", last]
    number, scores = 0, 0
    for school, results in _results(schools, sitting):
        names = [school.place.code, school.code] if with_place else [school.code]
        for place, (primary, result) in enumerate(results):
            number += 1
            scores += result
            room = [
                f"{sitting.grade}{'АБВГДЕЖИК'[place // 25 % 9]}",
                f"{number // 300 + 1:04d}",
                f"{number // 15 + 1:04d}",
            ]
            person = [f"Фамилия{number}", f"Имя{number % 97}", f"Отчество{number % 89}", "0400", f"{number:06d}"]
            yield [number, *names, *room, *person, *_answers(primary), primary, result]
    blanks = [""] * (len(head) + 1)
    yield ["Средние", *blanks, "", f"{scores / max(number, 1):.1f}".replace(".", ",")]
    if sitting.procedure == "ЕГЭ" and sitting.subject in _MINIMUM:
        yield ["Минимальная граница", *blanks, "", _MINIMUM[sitting.subject]]
    yield ["Всего участников", *blanks, "", number]


def _answers(primary: int) -> tuple[str, str]:
    """Write short and long answers that a primary score may come from: two thirds of it from short ones."""
    short = min(20, primary * 2 // 3)
    rest = primary - short
    got = [min(6, rest), min(6, max(0, rest - 6))]
    return "+" * short + "-" * (20 - short), "".join(f"{one}(6)" for one in got)


def _results(schools: Sequence[DrawnSchool], sitting: Sitting) -> Iterator[tuple[DrawnSchool, list[tuple[int, int]]]]:
    """Yield for each school pairs of a primary score and the result: a mark, or the score of a hundred."""
    if sitting.procedure == "ЕГЭ" and sitting.subject in _SCORES:
        for school, scores in zip(schools, test_scores(schools, sitting, *_SCORES[sitting.subject]), strict=True):
            yield school, [(score * 32 // 100, score) for score in scores.tolist()]
        return
    bounds = _bounds(sitting)
    for school, own in zip(schools, mark_counts(schools, sitting), strict=True):
        yield school, _marked(school, sitting, own, bounds)


def _bounds(sitting: Sitting) -> tuple[int, ...]:
    if sitting.subject == BASIC:  # a task was added in 2022
        return (*_BASIC_BOUNDS, 22 if sitting.academic_year >= 2021 else 21)
    return _OGE_BOUNDS[sitting.subject]


def _marked(school: DrawnSchool, sitting: Sitting, counts: Counts, bounds: Sequence[int]) -> list[tuple[int, int]]:
    rng = dice("marked", sitting.procedure, sitting.subject, sitting.academic_year, school.code)
    marks = rng.permutation(np.repeat([2, 3, 4, 5], counts))
    low, high = np.array(bounds)[marks - 2], np.array(bounds)[marks - 1]
    return list(zip(rng.integers(low, high).tolist(), marks.tolist(), strict=True))


def counts_by_school(schools: Sequence[DrawnSchool], sitting: Sitting) -> bytes:
    """Write marks by school in people: the municipality only in its first line, «Итого» under each."""

    def rows() -> Iterator[Row]:
        yield ["Муниципалитет", "Код ОО", "ОО", "Предмет", "Кол-во участников", "2", "3", "4", "5", "Средний балл"]
        counts = mark_counts(schools, sitting)
        place, total = "", 0
        for school, own in zip(schools, counts.tolist(), strict=True):
            if not sum(own):
                continue
            name = school.place.name if school.place.code != place else ""
            if name and place:
                yield ["Итого", "", "", "", total]
                total = 0
            place, total = school.place.code, total + sum(own)
            mean = sum(mark * count for mark, count in zip((2, 3, 4, 5), own, strict=True)) / sum(own)
            yield [name, int(school.code), school.short_name, sitting.subject, sum(own), *own, round(mean, 2)]
        yield ["Итого", "", "", "", total]

    return xlsx("Лист1", rows())
