"""Files as centres send them, small: built of rows, so that a test says only what it is about."""

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

Rows = Sequence[Sequence[Any]]


def csv(rows: Rows, encoding: str = "utf-8", delimiter: str = ";") -> bytes:
    """A text table."""
    return "".join(delimiter.join(str(cell) for cell in row) + "\n" for row in rows).encode(encoding)


def xlsx(rows: Rows, sheet: str = "Лист1", **more: Rows) -> bytes:
    """A workbook of one sheet, or of more."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        for name, lines in {sheet: rows, **more}.items():
            page = book.add_worksheet(name)
            for number, row in enumerate(lines):
                page.write_row(number, 0, list(row))
    return out.getvalue()


PUPIL_HEAD = ["ОО", "Муниципалитет", "Название ОО", "Код участника", "Класс", "Вариант", "1 (2б)", "2 (3б)"]
PUPIL_HEAD += ["Первичный балл", "Отметка", "Отметка по журналу"]


def pupil(login: str = "edu240621", mark: Any = 4, journal: Any = 4, score: Any = 12, code: Any = 50001) -> list[Any]:
    """One line of «Индивидуальные результаты»."""
    return [login, "Кежемский район", "Тагарская СОШ", code, "5А", 1, 2, 1, score, mark, journal]


def fisoko(pupils: Rows, title: str = "ВПР 2021 Математика 5 класс", maximum: int = 20) -> bytes:
    """ФИС ОКО, «Индивидуальные результаты»."""
    top: Rows = [[title], ["Предмет: Математика"], [f"Максимальный первичный балл: {maximum}"], []]
    plan = [""] * 6 + ["Б", "П"]
    return xlsx([*top, plan, PUPIL_HEAD, *pupils], "Индивидуальные результаты")


def counts(rows: Rows, title: str = "ОГЭ Русский язык 9 класс 2020/21 учебный год") -> bytes:
    """Marks by school in people: code, participants, 2, 3, 4, 5."""
    return csv([[title], ["Код ОО", "Кол-во участников", "2", "3", "4", "5"], *rows])


RCOI_HEAD = ["№", "Код МСУ", "Код ОО", "Класс", "Код ППЭ", "Аудитория", "Фамилия", "Имя", "Отчество", "Серия", "Номер"]
RCOI_HEAD += ["Задания с кратким ответом", "Задания с развёрнутым ответом", "Первичный балл"]


def rcoi(
    people: Rows, title: str = "01 - Русский язык 2022.05.30", last: str = "Балл", encoding: str = "cp1251"
) -> bytes:
    """РЦОИ: people as code of the school, class, surname, name, patronymic, series, number, result."""
    lines = [
        [number, code[:3], code, klass, "0101", "7", *personal, "++-1", "2(2)", 30, result]
        for number, (code, klass, *personal, result) in enumerate(people, start=1)
    ]
    return csv([[title], [*RCOI_HEAD, last], *lines], encoding)


LEVEL_HEAD = ["Код ОО", "Код участника", "Класс", "Вариант", "Балл", "Уровень"]


def kdr(pupils: Rows, title: str = "КДР Читательская грамотность 6 класс 2021/22 учебный год") -> bytes:
    """КДР pupil by pupil: code of the school, code of the pupil, class, variant, score, level."""
    return xlsx([[title], LEVEL_HEAD, *pupils], "Результаты")
