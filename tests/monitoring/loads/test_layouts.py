"""Every layout of the files that circulate, as DOMAIN.md §5 describes them, small enough to be read here."""

import pytest

from common.spreadsheets.gate import Refused
from tests.monitoring.loads.files import csv, kdr, xlsx

VPR = "ВПР 2021 Математика 5 класс"


def named(part) -> tuple:
    return part["procedure"], part["subject"], part["grade"], part["academic_year"]


def found(summary) -> list[tuple]:
    """What each assessment is, by which layout, and the counts per school."""
    assert summary["problems"] == []
    return [(*named(part), part["units"]) for part in summary["assessments"]]


def test_individual_results_with_the_school_above(read):
    head = [
        "Код участника",
        "Класс",
        "Вариант",
        "1 (2б)",
        "9.1 (1б)",
        "Первичный балл",
        "Отметка",
        "Отметка по журналу",
    ]
    rows = [[VPR], ["Предмет", "Математика"], ["Максимальный первичный балл", 20], ["Дата", "15.03.2021"], []]
    rows += [["МБОУ Тагарская СОШ (edu240621) | Кол-во участников: 3"], ["", "", "", "Б", "П"], head]
    rows += [[50001, "5А", 1, 2, "X", 12, 4, 4], [50002, "5а", 2, "Х", "-", 3, 2, 3], [50003, "5 «Б»", 1, 0, 1, "", "нет отметки", 3]]  # fmt: skip # noqa: E501
    summary = read("Ф1.xlsx", xlsx(rows, "Индивидуальные результаты (1)"))

    part = summary["assessments"][0]
    assert named(part) == ("ВПР", "Математика", 5, 2020)
    assert part["units"] == {
        "131001": {"n": 2, "marks": [1, 0, 1, 0], "sum": 15, "raised": 0, "confirmed": 1, "lowered": 1}
    }
    assert (part["rows"], part["absent"], part["held_on"]) == (2, 1, "2021-03-15")
    assert part["tasks"] == [
        {"label": "1", "max": 2, "level": "Б"}, {"label": "9.1", "max": 1, "level": "П"},
    ]  # fmt: skip


def test_mark_statistics(read):
    rows = [[VPR], ["Группы участников", "Кол-во ОО", "Кол-во участников", "2", "3", "4", "5"]]
    rows += [["Вся выборка", 35000, 1400000, "5,1", "30,2", "44,5", "20,2"]]
    rows += [["Красноярский край", 950, 30000, "7,1", "33,2", "40,5", "19,2"]]
    rows += [["Кежемский район", 2, 33, "30,3", "30,3", "30,3", "9,09"]]
    rows += [["МКОУ Тагарская СОШ (edu240621)", "", 33, "33,33", "24,24", "30,3", "12,12"]]
    assert found(read("статистика.xlsx", xlsx(rows, "Статистика по отметкам"))) == [
        ("ВПР", "Математика", 5, 2020, {"131001": {"n": 33, "row_no": 6, "marks": [11, 8, 10, 4]}})
    ]


def test_comparison_with_the_journal(read):
    rows = [[VPR], ["Группы участников", "Кол-во участников", "%"], ["Тагарская СОШ (edu240621)", "", ""]]
    rows += [
        ["Понизили (Отметка < Отметка по журналу)", 2, "20"],
        ["Подтвердили (Отметка = Отметка по журналу)", 7, "70"],
    ]
    rows += [["Повысили (Отметка > Отметка по журналу)", 1, "10"], ["Всего", 10, "100"]]
    assert found(read("сравнение.xlsx", xlsx(rows))) == [
        ("ВПР", "Математика", 5, 2020,
         {"131001": {"n": 10, "raised": 1, "confirmed": 7, "lowered": 2, "row_no": 3}})
    ]  # fmt: skip


PROTOCOL_2020 = [["user", "code", "klass", "gender", "otc", "var-1", "a-1-grade", "a-2-grade", "sum"]]
PROTOCOL_2020 += [
    ["sch240621", 5001, "5А", "м", 4, 1, 1, 2, 3],
    ["sch240621", 5002, "5А", "ж", 3, "отсутствовал", "", "", ""],
]
PROTOCOL_2021 = [["логин школы", "класс", "номер обучающегося", "пол", "вариант", "балл за 1", "балл за 2", "Учебник",
                  "всего баллов", "отметка за предыдущую четверть/триместр"]]  # fmt: skip
PROTOCOL_2021 += [
    ["edu240621", "5А", 1, "м", 1, 1, 2, "Моро", 3, 4],
    ["edu240621", "5А", 2, "ж", 1, "отсутствовал", "", "", "", 3],
]
PROTOCOL_2022 = [["Пользователь", "Код", "Вариант", "1 (2б)", "2 (2б)", "Наименование класса", "Пол",
                  "Отметка за предыдущий триместр/ четверть/полугодие"]]  # fmt: skip
PROTOCOL_2022 += [
    ["edu240621", 50001, 1, 1, 2, "5А", "м", 4],
    ["edu240621", 50002, "не присутствовал", "", "", "5А", "ж", 4],
]


@pytest.mark.parametrize(
    ("name", "data", "total"),
    [
        ("ВПР 2020 Математика 6 класс.csv", csv(PROTOCOL_2020), 3),  # in autumn, of the programme of grade 5
        ("ВПР 2021 Математика 5 класс.csv", csv(PROTOCOL_2021, "cp1251"), 3),
        ("ВПР 2021 Математика 5 класс.xlsx", xlsx(PROTOCOL_2022, "Протокол"), 3),
    ],
)
def test_protocols_of_schools(read, name, data, total):
    summary = read(name, data)
    part = summary["assessments"][0]

    assert summary["problems"] == []
    assert named(part)[:3] == ("ВПР", "Математика", 5)
    assert (part["rows"], part["absent"], part["units"]["131001"]["n"]) == (1, 1, 1)
    assert part["units"]["131001"].get("sum") == total
    assert "marks" not in part["units"]["131001"]


FLAT = ["Год", "Класс", "Предмет", "Муниципалитет", "Логин", "ОО", "Кол-во участников"]
FLAT_ROW = [2021, 5, "Математика", "Кежемский район", "edu240621", "Тагарская СОШ"]


def test_flat_workbook_of_marks_and_scores(read):
    marks = [[*FLAT, "2", "3", "4", "5"], [*FLAT_ROW, 20, 10, "40,0", 30, 20]]
    marks += [[2021, 5, "Русский язык", "Кежемский район", "edu240622", "Имбинская СОШ", 10, 0, 50, 30, 20]]
    scores = [[*FLAT, *[str(score) for score in range(40)]], [*FLAT_ROW, 20, *[5] * 20, *[""] * 20]]
    summary = read("vpr.xlsx", xlsx(marks, "marks", scores=scores))

    assert found(summary) == [
        ("ВПР", "Математика", 5, 2020, {"131001": {"n": 20, "row_no": 2, "marks": [2, 8, 6, 4], "sum": 190}}),
        ("ВПР", "Русский язык", 5, 2020, {"131002": {"n": 10, "row_no": 3, "marks": [0, 5, 3, 2]}}),
    ]
    assert summary["layout"] == "school_marks+school_scores"


def sparse(row) -> list:
    """Merged cells leave an empty column after each."""
    return [cell for value in row for cell in (value, "")]


EGE = ["№", "Код МСУ", "Код ОО", "Класс", "Код ППЭ", "Аудитория", "Фамилия", "Имя", "Отчество", "Серия", "Номер"]
EGE += ["Задания с кратким ответом", "Задания с развёрнутым ответом", "Первичный балл", "Балл"]


def person(number, code, score, last="Балл", klass="11А", answers="2(2)1(3)") -> list:
    return [number, code[:3], code, klass, "0101", 7, "Петров", "Пётр", "Петрович", "0412", 400000 + number, "++-1", answers, 20, score]  # fmt: skip # noqa: E501


def test_ege_with_sparse_columns_footers_and_stacked_exams(read):
    rows = [
        ["01 - Русский язык 2022.06.23"],
        sparse(EGE),
        sparse(person(1, "131001", 70)),
        sparse(person(2, "131001", 20)),
    ]
    rows += [["Средние", "", "", "", "45,0"], ["Минимальная граница", "", "", "", 24], ["Всего участников", "", 2], []]
    rows += [["09 - Английский язык 2022.06.20"], EGE, person(1, "131002", 55, answers="п:1111 у:1081")]
    rows += [["Всего участников", 1], []]
    base = ["№", "Код ОО", "Класс", "Фамилия", "Имя", "Отчество", "Первичный балл", "Оценка"]
    rows += [["22 - Математика базовая 2022.06.03"], base, [1, "131001.0", "11А", "Сидоров", "Иван", "Ильич", 5, 2]]
    summary = read("ЕГЭ.csv", csv(rows, "cp1251"))

    assert found(summary) == [
        ("ЕГЭ", "Русский язык", 11, 2021, {"131001": {"n": 2, "below": 1, "sum": 90}}),
        ("ЕГЭ", "Английский язык", 11, 2021, {"131002": {"n": 1, "below": 0, "sum": 55}}),
        ("ЕГЭ", "Математика базовая", 11, 2021, {"131001": {"n": 1, "marks": [1, 0, 0, 0], "sum": 5}}),
    ]
    assert summary["dropped_columns"][:5] == ["Фамилия", "Имя", "Отчество", "Серия", "Номер"]


def test_appeals_bring_the_result_after_them(read):
    upper = [
        "№",
        "Код МСУ",
        "Код ОО",
        "Класс",
        "Фамилия",
        "Имя",
        "Отчество",
        "Балл до изменения",
        "",
        "Текущие",
        "",
        "Разница",
    ]
    lower = ["", "", "", "", "", "", "", "Первичный балл", "Балл", "Первичный балл", "Балл", ""]
    rows = [["01 - Русский язык 2022.06.23"], upper, lower]
    rows += [[1, "131", "131001", "11А", "Петров", "Пётр", "Ильич", 10, 22, 12, 26, 4]]
    assert found(read("ЕГЭ апелляции.csv", csv(rows, "cp1251"))) == [
        ("ЕГЭ", "Русский язык", 11, 2021, {"131001": {"n": 1, "below": 0, "sum": 26}})
    ]


def test_oge_by_its_file_name(read):
    head = ["№", "Код МСУ", "Код ОО", "Класс", "Фамилия", "Имя", "Отчество", "Первичный балл", "Оценка"]
    rows = [
        head,
        [1, 131, 131001, "9А", "Петров", "Пётр", "Ильич", 12, 3],
        [2, 131, 131001, "9А", "Ильин", "Илья", "", 5, 2],
    ]
    assert found(read("02_2022.06.xx.csv", csv(rows, "cp1251"))) == [
        ("ОГЭ", "Математика", 9, 2021, {"131001": {"n": 2, "marks": [1, 1, 0, 0], "sum": 17}})
    ]


def test_oge_of_the_register_in_latin(read):
    head = ["SchoolCode", "ClassCode", "SurnameCell", "NameCell", "SecondNameCell", "TestResultBCell",
            "TestResultCCell", "PrimaryMark", "Mark5"]  # fmt: skip
    rows = [head, [131001, "9А", "Петров", "Пётр", "Ильич", "+-1", "1(2)", 12, 3]]
    summary = read("ОГЭ 2021-22 Русский язык.csv", csv(rows, "utf-8-sig"))

    assert found(summary) == [("ОГЭ", "Русский язык", 9, 2021, {"131001": {"n": 1, "marks": [0, 1, 0, 0], "sum": 12}})]
    assert summary["dropped_columns"] == ["SurnameCell", "NameCell", "SecondNameCell"]


def test_counts_by_school_with_totals_and_no_results(read):
    rows = [
        ["ОГЭ Математика 9 класс 2020/21, Кежемский район"],
        ["№", "Школа", "Всего участников", "«2»", "«3»", "«4»", "«5»"],
    ]
    rows += [
        [1, "Тагарская СОШ", 10, 2, 3, 4, 1],
        [2, "Имбинская СОШ", 0, "–", "н/д", "", ""],
        ["", "Итого", 10, 2, 3, 4, 1],
    ]
    summary = read("район.xlsx", xlsx(rows))
    assert summary["assessments"] == [] or found(summary)[0][4] == {
        "131001": {"n": 10, "row_no": 3, "marks": [2, 3, 4, 1]}
    }


@pytest.mark.parametrize(
    "levels",
    [
        ["недостаточный", "пониженный", "базовый", "повышенный"],
        ["Недостаточный уровень", "Ниже базового", "Базовый", "Выше базового"],
    ],
)
def test_levels_by_any_of_their_names(read, levels):
    rows = [
        ["КДР Читательская грамотность 4 класс 2021/22 учебный год"],
        ["Код ОО", "Участников", *levels],
        ["131001", 10, 1, 2, 3, 4],
    ]
    assert found(read("кдр.csv", csv(rows))) == [
        ("КДР", "Читательская грамотность", 4, 2021, {"131001": {"n": 10, "row_no": 3, "levels": [1, 2, 3, 4]}})
    ]


def test_a_column_of_levels_that_is_missing_shifts_nothing_silently(read):
    rows = [
        ["КДР Читательская грамотность 4 класс 2021/22 учебный год"],
        ["Код ОО", "Ниже базового", "Базовый", "Выше базового"],
        ["131001", 3, 3, 4],
    ]
    with pytest.raises(Refused, match="^В таблице нет столбца «недостаточный»: добавьте его"):
        read("кдр.csv", csv(rows))


def test_a_level_without_a_column_is_nought_where_the_participants_say_so_and_it_is_told(read):
    rows = [
        ["КДР Читательская грамотность 4 класс 2021/22 учебный год"],
        ["Код ОО", "Участников", "Ниже базового", "Базовый", "Выше базового"],
        ["131001", 10, 3, 3, 4],
    ]
    summary = read("кдр.csv", csv(rows))

    assert found(summary) == [
        ("КДР", "Читательская грамотность", 4, 2021, {"131001": {"n": 10, "row_no": 3, "levels": [0, 3, 3, 4]}})
    ]
    assert [text for text in summary["warnings"] if text.startswith("Столбца «недостаточный» в таблице нет")]


def test_hints_say_what_the_file_does_not(read):
    data = csv([["Код ОО", "Кол-во участников", "2", "3", "4", "5"], ["131001", 10, 1, 2, 3, 4]])
    summary = read("итоги.csv", data, procedure="ОГЭ", subject="Математика", year=2020)
    assert found(summary) == [("ОГЭ", "Математика", 9, 2020, {"131001": {"n": 10, "row_no": 2, "marks": [1, 2, 3, 4]}})]


def test_a_minimum_that_cannot_be_is_not_taken(read):
    rows = [["01 - Русский язык 2022.06.23"], EGE, person(1, "131001", 70), ["Минимальная граница", "", "", "", 40_000]]
    summary = read("ЕГЭ.csv", csv(rows, "cp1251"))

    assert summary["assessments"][0]["threshold"] == 24
    assert [warning for warning in summary["warnings"] if "не может быть верной" in warning] == [
        "Минимальная граница 40000 в файле не может быть верной и не учтена."
    ]


def test_levels_pupil_by_pupil(read):
    rows = [["131001", 1, "6А", 1, 3, "недостаточный"], ["131001", 2, "6А", 1, 9, "Ниже базового"]]
    rows += [["131001", 3, "6Б", 2, 15, "базовый уровень"], ["131001", 4, "6Б", 2, "", "-"]]
    rows += [["131002", 5, "6", 1, "", 4]]
    summary = read("КДР6.xlsx", kdr(rows))
    assert [(one["row"], one["column"], one["what"]) for one in summary["problems"]] == [
        (7, "Уровень", "не уровень этой работы")
    ]
    rows[-1][-1] = "выше базового"

    summary = read("КДР6.xlsx", kdr(rows))
    assert found(summary) == [
        (
            "КДР", "Читательская грамотность", 6, 2021,
            {"131001": {"n": 3, "levels": [1, 1, 1, 0], "sum": 27}, "131002": {"n": 1, "levels": [0, 0, 0, 1]}},
        )
    ]  # fmt: skip
    assert summary["layout"] == "level_individual"
    assert (summary["assessments"][0]["absent"], summary["assessments"][0]["rows"]) == (1, 4)


def test_a_level_missing_from_a_scored_row_leaves_it_out_of_the_participants(read):
    summary = read("КДР6.xlsx", kdr([["131001", 1, "6А", 1, 3, "базовый"], ["131001", 2, "6А", 1, 9, ""]]))

    assert found(summary)[0][-1] == {"131001": {"n": 1, "levels": [0, 0, 1, 0], "sum": 3}}
    assert "Без уровня: 1 (Читательская грамотность); в число участников не вошли." in summary["warnings"]
