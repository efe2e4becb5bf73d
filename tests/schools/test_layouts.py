"""Files about schools are read by their headings, wherever those stand, and cells as people and Excel spoil them."""

import pytest

from common.spreadsheets.gate import Refused
from schools.layouts.__main__ import parse
from schools.layouts.values import code_of, inn_is_consistent, inn_of, level_of, locality_of, login_of, type_of
from tests.schools.tables import HEAD, SAMPLES, csv_file, ods_file, school_row, xls_file, xlsx_file


def read(rows, name="schools.xlsx", data=None, **options):
    return parse({"name": name, **options}, data if data is not None else xlsx_file(rows))


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("schools.csv", csv_file),
        ("schools.csv", lambda rows: csv_file(rows, "cp1251")),
        ("schools.xlsx", xlsx_file),
        ("schools.xls", xls_file),
        ("schools.ods", ods_file),
    ],
    ids=["utf-8", "cp1251", "xlsx", "xls", "ods"],
)
def test_every_format_reads_alike(name, write):
    found = read(None, name, write([HEAD, school_row("131001"), school_row("131002")]))

    assert found["kind"] == "register"
    assert [(row["code"], row["login"], row["name"]) for row in found["rows"]] == [
        ("131001", "edu241001", "МКОУ «Школа 131001»"),
        ("131002", "edu241002", "МКОУ «Школа 131002»"),
    ]
    assert found["problems"] == []


def test_columns_are_known_by_their_words_not_by_their_places():
    head = ["Город или село", "МСУ", "Краткое", "Ступень обучения", "Директор", "Код ОО", "Полное"]
    row = ["город", "109", "СОШ № 1", "НОО, ООО, СОО", "Иванова А. П.", 109001.0, "МБОУ «СОШ № 1»"]
    found = read([["Реестр школ на 01.09.2021"], [], head, row])

    (record,) = found["rows"]
    assert (record["code"], record["municipality_code"], record["level"], record["locality"]) == (
        "109001",
        "109",
        "secondary",
        "urban",
    )
    assert record["row"] == 4
    assert found["warnings"] == ["Столбцы не прочитаны, портал их не хранит: Директор."]
    assert "Иванова" not in str(found)


def test_a_head_of_two_lines_is_one_head():
    upper = ["Код", "Наименование", "", "Муниципалитет", "Уровень"]
    lower = ["", "полное", "краткое", "", ""]
    found = read([upper, lower, ["131001", "МКОУ «Тагарская СОШ»", "Тагарская СОШ", "Кежемский район", "СОО"]])

    (record,) = found["rows"]
    assert (record["code"], record["municipality"], record["level"]) == ("131001", "Кежемский район", "secondary")


def test_a_merged_municipality_goes_down_its_rows_and_totals_are_no_schools():
    rows = [HEAD, school_row("131001"), school_row("131002", place="", place_code=""), ["Итого", "2"]]
    found = read(rows)

    assert [(row["code"], row["municipality_code"]) for row in found["rows"]] == [("131001", "131"), ("131002", "131")]


def test_what_is_wrong_in_a_cell_is_said_with_its_place():
    found = read([HEAD, school_row("131001"), school_row("13-1", level="восьмой", login="edu2")])

    assert [(problem["row"], problem["column"], problem["value"]) for problem in found["problems"]] == [
        (3, "Код ОО (РЦОИ)", "13-1"),
        (3, "Логин ФИС ОКО", "edu2"),
        (3, "Уровень", "восьмой"),
    ]


def test_a_wrong_check_digit_is_a_warning():
    found = read([HEAD, school_row("131001", inn="7707083893"), school_row("131002", inn="7707083894")])

    assert found["problems"] == []
    assert found["warnings"] == [
        "ИНН с неверной контрольной цифрой: строки 3. Школы будут загружены; проверьте ИНН.",
    ]


@pytest.mark.parametrize(
    ("value", "width", "code"),
    [
        ("131001", 6, "131001"),
        (131001.0, 6, "131001"),
        ("111002.0", 6, "111002"),
        ("111002,0", 6, "111002"),
        (1002, 6, "001002"),
        ('="001002"', 6, "001002"),
        (" 131 001 ", 6, "131001"),
        ("9", 3, "009"),
        ("1310011", 6, None),
        ("13a", 6, None),
        ("", 6, None),
    ],
)
def test_codes_as_spreadsheets_spoil_them(value, width, code):
    assert code_of(value, width) == code


@pytest.mark.parametrize(
    ("value", "inn"),
    [(7707083893.0, "7707083893"), ("411117960", "0411117960"), ("500100732259", "500100732259"), ("12", None)],
)
def test_inn_keeps_its_noughts(value, inn):
    assert inn_of(value) == inn


@pytest.mark.parametrize(
    ("inn", "consistent"),
    [("7707083893", True), ("7707083894", False), ("500100732259", True), ("500100732258", False)],
)
def test_check_digits_of_inn(inn, consistent):
    assert inn_is_consistent(inn) is consistent


@pytest.mark.parametrize(
    ("value", "level"),
    [("СОО", "secondary"), ("НОО, ООО", "basic"), ("начальная", "primary"), ("Яркинская НОШ", "primary"),
     ("МБОУ «ООШ № 3»", "basic"), ("Гимназия № 1", "secondary"), ("1-11", "secondary"), ("Школа № 1", None)],
)  # fmt: skip
def test_levels(value, level):
    assert level_of(value) == level


@pytest.mark.parametrize(
    ("value", "locality"),
    [("город", "urban"), ("Г.", "urban"), ("пгт", "urban"), ("село", "rural"), ("сельская", "rural"), ("да", None)],
)
def test_localities(value, locality):
    assert locality_of(value) == locality


@pytest.mark.parametrize(
    ("value", "sort"),
    [("Лицей № 2", "advanced"), ("вечерняя (сменная)", "evening"), ("для детей с ОВЗ", "correctional"),
     ("Общеобразовательная", "ordinary"), ("лагерь", None)],
)  # fmt: skip
def test_sorts(value, sort):
    assert type_of(value) == sort


def test_logins():
    assert (login_of(" EDU240621 "), login_of("sch240621"), login_of("240621")) == ("edu240621", "sch240621", None)


def test_passports_are_read_with_their_year():
    found = read(None, "social-passport-2021.xlsx", (SAMPLES / "social-passport-2021.xlsx").read_bytes())

    assert (found["kind"], found["year"], len(found["rows"]), found["problems"]) == ("passports", 2021, 26, [])
    assert found["rows"][0]["values"]["pupils"] == 242
    assert found["rows"][0]["values"]["distance_km"] == 109


PASSPORT = ["Код ОО", "Обучающихся всего", "малообеспеченные"]


def test_a_year_is_taken_from_the_name_of_the_file_only_when_the_file_is_silent():
    found = read([PASSPORT, ["131001", 10, 5]], "паспорт 2020-2021.xlsx")

    assert (found["year"], found["warnings"]) == (2020, ["Учебный год взят из имени файла: 2020/21."])


@pytest.mark.parametrize(
    ("rows", "options", "reason"),
    [
        ([PASSPORT, ["131001", 10, 5]], {}, "Не сказано, за какой учебный год"),
        ([["2021/22 учебный год"], PASSPORT, ["131001", 10, 5]], {"year": 2020}, "а указан 2020/21"),
        ([["2021/22", "2020/21"], PASSPORT, ["131001", 10, 5]], {}, "разные учебные годы"),
        ([["2021/22"], PASSPORT], {}, "строк под ними нет"),
        ([["2021/22"], PASSPORT, ["131001", 10, 5]], {"kind": "register"}, "Это социальный паспорт, а не реестр школ"),
        ([["Фамилия", "Имя"], ["Иванова", "Анна"]], {}, "Таблица не узнана"),
    ],
)
def test_what_cannot_be_taken_is_refused_in_a_sentence(rows, options, reason):
    with pytest.raises(Refused, match=reason):
        read(rows, **options)


def test_impossible_figures_are_problems_and_unknown_ones_are_not():
    rows = [
        ["2021/22"],
        PASSPORT,
        ["131001", 10, 11],
        ["131002", -1, 5],
        ["131003", "десять", 5],
        ["131004", "н/д", "–"],
    ]
    found = read(rows)

    assert [(problem["row"], problem["column"], problem["value"]) for problem in found["problems"]] == [
        (3, "малообеспеченные", "11"),
        (4, "Обучающихся всего", "-1"),
        (5, "Обучающихся всего", "десять"),
    ]
    assert found["rows"][3]["values"] == {}


def test_a_table_of_results_is_not_a_register():
    with pytest.raises(Refused, match="Таблица не узнана"):
        read(None, "oge-2021-mat-by-school.xls", (SAMPLES / "oge-2021-mat-by-school.xls").read_bytes())


PLAIN = ["Код ОО", "Полное наименование", "Муниципалитет"]


def test_a_register_that_is_asked_for_may_say_only_who_and_where():
    rows = [PLAIN, ["131001", 'МКОУ "Тагарская СОШ"', "Кежемский район"]]

    (record,) = read(rows, kind="register")["rows"]
    assert (record["code"], record["name"], record["level"]) == ("131001", "МКОУ «Тагарская СОШ»", "")
    with pytest.raises(Refused, match="Таблица не узнана"):
        read(rows)
    with pytest.raises(Refused, match="Таблица не узнана"):
        read([[*PLAIN, "Кол-во участников", "2", "3"], ["131001", "СОШ", "Кежемский район", 5, 2, 3]], kind="register")


SHARES = ["Код ОО", "Обучающихся всего", "Неполные семьи", "Малообеспеченные, %", "Учителей всего",
          "Узких специалистов"]  # fmt: skip


def passport(*figures, title="Социальный паспорт на 1 сентября 2021 года"):
    return read([[title], [], SHARES, ["131001", *figures]], kind="passports")


def test_percents_of_all_are_counted_into_people_and_it_is_said():
    found = passport("1\u00a0122", "21,3\u00a0%", "35,5", 93, "н/д")

    (record,) = found["rows"]
    assert record["values"] == {"pupils": 1122, "single_parent": 239, "low_income": 398, "teachers": 93}
    assert found["year"] == 2021
    assert found["problems"] == []
    assert found["warnings"] == [
        "Столбец «Неполные семьи» — в процентах: число людей вычислено из доли.",
        "Столбец «Малообеспеченные, %» — в процентах: число людей вычислено из доли.",
    ]


@pytest.mark.parametrize(
    ("pupils", "share", "what"),
    [
        (24, "33,47%", "такой доли от 24 не бывает"),
        (24, "120%", "такой доли от 24 не бывает"),
        ("–", "33%", "такой доли от неизвестного числа не бывает"),
        (24, "8,5", "это не число людей или километров"),
    ],
)
def test_a_share_that_no_number_of_people_gives_is_a_problem(pupils, share, what):
    found = passport(pupils, share, "", "", "")

    assert [(problem["column"], problem["value"], problem["what"]) for problem in found["problems"]] == [
        ("Неполные семьи", share, what)
    ]
