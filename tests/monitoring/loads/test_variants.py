"""
Files of the known kinds as other centres, years and people make them: small, but each with its own way of saying it.

What a person would read at once the portal reads; what is truly open it asks for, naming the hint.
"""

import pytest

from common.spreadsheets.gate import Refused
from monitoring.layouts.lines import Lines
from tests.monitoring.loads.files import csv, xlsx


class _Sheet:
    name, height = "Лист1", 6

    def __init__(self) -> None:
        self.rows = iter([[number] for number in range(1, 7)])


def test_lines_looked_at_ahead_in_a_loop_come_all_the_same():
    lines, seen = Lines(_Sheet(), 0, lambda done, height: None), []
    for number, row in lines.stream:
        seen.append(row[0])
        if number in (1, 5):
            assert [ahead for ahead, _ in lines.ahead(4)] == {1: [2, 3, 4, 5], 5: [6]}[number]
        if seen.count(6) == 1 and number == 6:
            lines.back((6, row))
    assert seen == [1, 2, 3, 4, 5, 6, 6]


HEAD = ["ОО", "Код участника", "Класс", "Вариант", "1", "2", "3", "4.1", "6К1", "Отметка", "Отметка по журналу"]
PROTOCOL = ["Пользователь", "Код", "Вариант", "1", "2", "3", "4", "5", "Наименование класса", "Пол",
            "Отметка за предыдущий триместр/ четверть/полугодие"]  # fmt: skip
MARKS = ["Муниципалитет", "Код ОО", "ОО", "Кол-во участников", "2", "3", "4", "5"]
GROUPS = ["Группы участников", "Кол-во ОО", "Кол-во участников", 2, 3, 4, 5]
LEVELS = ["Логин", "ОО", "Кол-во участников", "недостаточный", "базовый", "повышенный"]


def pupil(mark, journal=3, login="edu240621") -> list:
    return [login, 50001, "5А", 1, 1, 0, "X", 2, 1, mark, journal]


def line(code, *counts) -> list:
    return ["Кежемский район", code, "", sum(counts), *counts]


def group(login, n, *percents) -> list:
    return [f"    ({login}) МКОУ", "", n, *percents]


REMARK = [["ВПР 2022 Математика 5 класс"], HEAD, pupil(4), ["Класс 5А закончен"], *[pupil(2)] * 8, pupil(5)]
SECTIONS = [["Результаты ОГЭ, 2021/22 учебный год"], ["Русский язык"], MARKS, line("131001", 1, 2, 3, 4), [],
            ["Математика"], MARKS, line("131001", 2, 2, 2, 2)]  # fmt: skip
STACKED = [["ВПР 2022. 7 класс. Математика"], GROUPS, ["Красноярский край", 2, 5, 40, 20, 20, 20],
           group("edu240621", 5, 40, 20, 20, 20), [], ["ВПР 2022. 7 класс. Русский язык"], GROUPS,
           group("sch240621", 4, 25, 25, 25, 25)]  # fmt: skip
PAGES = [["ОГЭ 2022 Математика"], MARKS, line("131001", 1, 2, 3, 4), MARKS, line("131002", 0, 1, 0, 0)]
LONG = [["Министерство образования"], ["Предмет: математика"], ["Класс: 5"], ["Всероссийские проверочные работы"],
        ["Учебный год: 2021/2022"], ["Выгружено 12.10.2023"], HEAD, pupil(3)]  # fmt: skip
ABSENT = ["edu240621", 50002, "отсутствовал", *["отсутствовал"] * 5, "5А", "м", 4]
KDR = [LEVELS, ["edu240621", "Тагарская СОШ", 10, 2, 3, 5]]
MOVED = ["5", "4", "3", "2", "Количество участников", "Класс", "Год", "Логин ОО", "Предмет"]
REVERSED = ["повышенный уровень, чел.", "базовый уровень, чел.", "ниже базового", "недостаточный", "Логин"]
BOTH = ["Код школы", "Всего участников", *(f"«{mark}», {what}" for mark in "2345" for what in ("чел.", "%"))]
SCORES = ["SchoolCode", "ClassCode", "SurnameCell", "PrimaryMark", "Mark5"]
REGISTER = ["№", "Код МСУ", "Код ОО", "Класс", "Фамилия", "Имя", "1", "2", "3", "Первичный балл", "Оценка"]
ONLY_MARKS = [MARKS, line("131001", 1, 2, 3, 4)]


def marks(*counts) -> dict:
    return {"n": sum(counts), "marks": list(counts)}


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        pytest.param("1.xlsx", xlsx(REMARK), [("ВПР", "Математика", 5, 2021, marks(8, 0, 1, 1))], id="remark"),
        pytest.param("2.xlsx", xlsx(LONG), [("ВПР", "Математика", 5, 2021, marks(0, 1, 0, 0))], id="day-of-export"),
        pytest.param(
            "ВПР 2022 Математика 5 класс.xlsx",
            xlsx([PROTOCOL, ["edu240621", 50001, 1, 1, 2, 0, 1, 0, "5А", "м", 4], ABSENT], "Протокол"),
            [("ВПР", "Математика", 5, 2021, {"n": 1, "sum": 4})],
            id="protocol-of-bare-tasks",
        ),
        pytest.param(
            "3.xlsx",
            xlsx(SECTIONS),
            [("ОГЭ", "Русский язык", 9, 2021, marks(1, 2, 3, 4)), ("ОГЭ", "Математика", 9, 2021, marks(2, 2, 2, 2))],
            id="sections-under-one-title",
        ),
        pytest.param(
            "4.csv",
            csv(STACKED, "cp1251"),
            [("ВПР", "Математика", 7, 2021, marks(2, 1, 1, 1)), ("ВПР", "Русский язык", 7, 2021, marks(1, 1, 1, 1))],
            id="two-reports-on-a-sheet",
        ),
        pytest.param("5.csv", csv(PAGES), [("ОГЭ", "Математика", 9, 2021, marks(1, 2, 3, 4))], id="head-on-each-page"),
        pytest.param(
            "6.xlsx",
            xlsx(ONLY_MARKS, "ОГЭ мат 2022"),
            [("ОГЭ", "Математика", 9, 2021, marks(1, 2, 3, 4))],
            id="sheet-name",
        ),
        pytest.param(
            "7.csv",
            csv([["КДР4 ЧГ, 2021/22"], *KDR]),
            [
                ("КДР", "Читательская грамотность", 4, 2021, {"n": 10, "levels": [2, 0, 3, 5]})
            ],  # nobody was «пониженный»
            id="grade-glued-to-the-procedure",
        ),
        pytest.param(
            "8.csv",
            csv([["КДР-8 по естественнонаучной грамотности, 2022-2023 уч. год"], *KDR]),
            [("КДР", "Естественно-научная грамотность", 8, 2022, {"n": 10, "levels": [2, 0, 3, 5]})],
            id="grade-after-a-hyphen",
        ),
        pytest.param(
            "vpr_marks.csv",
            csv([MOVED, ["0,4", "0,3", "0,2", "0,1", 10, 5, 2022, " EDU240621\u00a0", "МА"]], "utf-8-sig"),
            [("ВПР", "Математика", 5, 2021, marks(1, 2, 3, 4))],
            id="fractions-in-moved-columns",
        ),
        pytest.param(
            "9.csv",
            csv([["КДР6 ЧГ 2021/22"], REVERSED, [4, 3, 2, 1, "edu240621"]]),
            [("КДР", "Читательская грамотность", 6, 2021, {"n": 10, "levels": [1, 2, 3, 4]})],
            id="levels-reversed",
        ),
        pytest.param(
            "10.xlsx",
            xlsx(
                [
                    ["Основной государственный экзамен"],
                    ["Русский язык"],
                    ["2022 год"],
                    BOTH,
                    ["131001.0", 10, 1, 10, 2, 20, 3, 30, 4, 40],
                ]
            ),  # fmt: skip
            [("ОГЭ", "Русский язык", 9, 2021, marks(1, 2, 3, 4))],
            id="people-beside-percents",
        ),
        pytest.param(
            "02_2022.06.15.csv",
            csv([SCORES, *[["131001.0", "9А", "Петров", 12, 3]] * 2], "cp1251", "\t"),
            [("ОГЭ", "Математика", 9, 2021, marks(0, 2, 0, 0))],
            id="register-in-latin-by-its-name",
        ),
        pytest.param(
            "11.csv",
            csv([["02 - Математика 2022.05.24"], REGISTER, [1, 131, 131001, "9А", "Петров", "Пётр", 1, 0, "X", 9, 3]]),
            [("ОГЭ", "Математика", 9, 2021, marks(0, 1, 0, 0))],
            id="tasks-of-an-exam-are-no-marks",
        ),
    ],
)
def test_a_file_is_read_as_a_person_would(read, name, data, expected):
    summary = read(name, data)

    assert summary["problems"] == []
    found = []
    for part in summary["assessments"]:
        sums = {key: value for key, value in part["units"]["131001"].items() if key in ("n", "marks", "levels")}
        if "marks" not in sums and "levels" not in sums:
            sums["sum"] = part["units"]["131001"]["sum"]
        found.append((part["procedure"], part["subject"], part["grade"], part["academic_year"], sums))
    assert found == expected


def test_a_calendar_year_is_half_of_two_academic_ones(read):
    with pytest.raises(Refused) as refused:
        read("kdr6-reading-2021.csv", csv(KDR))
    assert str(refused.value) == (
        "Не понять учебный год: назван только 2021 год, а это может быть 2020/21 или 2021/22; "
        "укажите учебный год, например 2021/22 (--year или в форме загрузки)."
    )


def test_a_hint_chooses_of_several_subjects_and_never_overrules(read):
    data = csv([["ОГЭ 2022: математика, русский язык"], *ONLY_MARKS])
    with pytest.raises(Refused):
        read("x.csv", data)
    assert read("x.csv", data, subject="Математика")["assessments"][0]["subject"] == "Математика"
    with pytest.raises(Refused):
        read("x.csv", data, subject="Химия")


def problems(summary) -> list[tuple]:
    return [(found["row"], found["column"], found["value"], found["what"]) for found in summary["problems"]]


TITLE = ["ОГЭ 2022 Математика"]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param(
            [TITLE, MARKS, line("131001", 1, 2, 3, 4), line("555001", 1, 1, 1, 1), ["Итого", "", "", 14]],
            [(4, "Код ОО", "555001", "такой школы нет в реестре")],
            id="the total is no second problem",
        ),
        pytest.param(
            [TITLE, MARKS, ["", "131001", "", 40, 20, 30, 40, 30], ["", "131002", "", 10, 0, 30, 40, 30]],
            [(3, "2", "20", "проценты дают в сумме 120, а не 100")],
            id="percents",
        ),
        pytest.param(
            [TITLE, MARKS, line("131002", 0, 1, 0, 0), ["", "131001", "", 12, 1, 2, 3, 4]],
            [(4, "Кол-во участников", "12", "сумма не равна числу участников: по столбцам 10")],
            id="people",
        ),
        pytest.param(
            [TITLE, [*MARKS[:4], *MARKS[5:]], ["", "131001", "", 10, 2, 3, 4]],
            [(3, "3", "2", "отметки дают в сумме 9, а столбца «2» в таблице нет")],
            id="a column that was lost",
        ),
    ],
)
def test_what_is_wrong_is_said_where_it_is(read, rows, expected):
    assert problems(read("oge.csv", csv(rows))) == expected


AUTUMN = [["user", "code", "klass", "otc", "var-1", "a-1-grade", "a-2-grade", "sum"],
          ["edu240621", 5001, "5А", 4, 1, 2, 1, 3]]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "hints", "grade", "warned"),
    [
        ("Mat5_2020.csv", {}, 4, True),
        ("Mat5_2020.csv", {"grade": 4}, 4, False),
        ("Mat5_2020.csv", {"grade": 5}, 5, False),
        ("Mat4_2020.csv", {}, 4, False),
        ("Mat5_2021.csv", {}, 5, False),
    ],
)
def test_names_of_autumn_2020_give_the_pupils_grade(read, name, hints, grade, warned):
    summary = read(name, csv(AUTUMN), **hints)

    assert summary["assessments"][0]["grade"] == grade
    assert any(text.startswith("Работа писалась осенью: 5 класс") for text in summary["warnings"]) is warned


def test_a_lost_column_of_marks_that_no_total_betrays_is_refused(read):
    rows = [TITLE, ["Код ОО", "ОО", "3", "4", "5"], ["131001", "", 3, 4, 5]]
    with pytest.raises(Refused, match="В таблице нет столбца «2»"):
        read("oge.csv", csv(rows))
