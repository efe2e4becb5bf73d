"""Reports as workbooks: typed numbers, no formula, frozen heads, filters, and a sheet that names the sources."""

import io
from datetime import datetime

import openpyxl
import pytest

from reports.services.composing import compose
from reports.services.workbook import xlsx_bytes


@pytest.fixture
def book(place):
    def made(name, unit, user=place.ministry):
        content = xlsx_bytes(compose(name=name, unit=unit, year=2021, user=user, now=place.now))
        return openpyxl.load_workbook(io.BytesIO(content))

    return made


def rows_of(sheet) -> list[tuple]:
    """The rows under the heading, which stands on the third line."""
    return [row for row in sheet.iter_rows(min_row=4, values_only=True) if any(cell is not None for cell in row)]


def test_identification_has_numbers_and_its_sources(place, book):
    made = book("identification", place.region)

    assert made.sheetnames == [
        "Методика",
        "Категории",
        "Муниципалитеты",
        "Школы и причины",
        "Все школы",
        "Процедуры",
        "Рекомендации",
        "Файлы результатов",
        "Источники",
    ]
    assert rows_of(made["Муниципалитеты"])[:3] == [
        ("город Минусинск", 2, 2, 0, 0, 0, 0, 1),
        ("Кежемский район", 3, 3, 0, 0, 0, 0, 1),
        ("Всего", 5, 5, 0, 0, 0, 0, 1),
    ]
    assert rows_of(made["Процедуры"])[0] == (
        "город Минусинск", "147001", "Школа № 1", "ОГЭ", "Русский язык", 9, "2020/21", 12, 6, 0.5, 0.3, "низкий",
    )  # fmt: skip
    sources = dict(made["Источники"].iter_rows(min_row=2, values_only=True))
    assert sources["Методика"] == (
        "Федеральное правило (доля не преодолевших минимальный порог), редакция 1, действует с 01.08.2020"
    )
    assert len(sources["Отпечаток исходных данных (SHA-256)"]) == 64
    assert "512-11-05" in sources["Список школ"]


@pytest.mark.parametrize("name", ["identification", "indicators", "school_passport"])
def test_every_sheet_is_frozen_filtered_and_without_formulas(place, book, name):
    made = book(name, place.schools[0] if name == "school_passport" else place.region)

    for sheet in made.worksheets[:-1]:
        assert (sheet.title, sheet.freeze_panes) == (sheet.title, "A4")
        assert sheet.auto_filter.ref
    cells = [cell for sheet in made.worksheets for row in sheet.iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink] == []


def test_indicators_hold_values_targets_and_how_they_are_computed(place, book):
    made = book("indicators", place.region)

    heads = [cell.value for cell in made["Показатели"][3]]
    rows = [dict(zip(heads, row, strict=True)) for row in rows_of(made["Показатели"])]
    dynamics = next(row for row in rows if row["№"] == "7.4" and row["Год"] == 2021)
    assert {name: dynamics[name] for name in ("Значение", "Числитель", "Знаменатель", "Не вошли в расчёт")} == {
        "Значение": 50,
        "Числитель": 2,
        "Знаменатель": 4,
        "Не вошли в расчёт": 1,
    }
    assert (dynamics["Цель, число"], dynamics["Сравнение"], dynamics["Итог"]) == (20, "не менее", "год не закончен")
    assert dynamics["По каким данным"].startswith("результаты 2020/21 учебного года, список осени 2021 года")
    by_place = {(row[0], row[1]): row[4:7] for row in rows_of(made["По муниципалитетам"])}
    assert by_place["Кежемский район", "7.4"] == (50, 1, 2)


def test_a_school_s_name_that_looks_like_a_formula_stays_text(place, book):
    place.schools[0].__class__.objects.filter(pk=place.schools[0].pk).update(short_name="=HYPERLINK(1)+СОШ")

    sheet = book("identification", place.region)["Все школы"]

    cell = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "=HYPERLINK(1)+СОШ")
    assert cell.data_type == "s"


def test_moments_are_moments(place, book):
    sheet = book("school_passport", place.schools[0])["Результаты"]

    assert isinstance(rows_of(sheet)[0][-1], datetime)
