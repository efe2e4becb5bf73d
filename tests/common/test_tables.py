import csv
import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest

from common.share import Share
from common.tables import Column, Kind, Table, csv_bytes, sheet_names, xlsx_bytes

COLUMNS = [
    Column("Школа"),
    Column("Учеников, чел.", Kind.INTEGER),
    Column("Доля, %", Kind.PERCENT),
    Column("Индекс", Kind.DECIMAL),
    Column("Дата", Kind.DAY),
]
ROWS = [
    ["Школа № 1", 1200, Share.of(1, 8), Decimal("0.125"), date(2021, 9, 1)],
    ["Школа № 2", 0, Share.of(0, 0), None, None],
]
HOSTILE = [
    "=1+1",
    "+7 (391) 000",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "  =1",
    '=HYPERLINK("http://x")',
    "＝1",
    "|calc",
]


def read_csv(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def sheet_of(content, number=0):
    return openpyxl.load_workbook(io.BytesIO(content)).worksheets[number]


def test_csv_opens_in_a_russian_excel():
    content = csv_bytes(Table("Школы", COLUMNS, ROWS))
    assert content.startswith(b"\xef\xbb\xbf")
    assert read_csv(content)[1:] == [
        ["Школа № 1", "1200", "12,5", "0,125", "01.09.2021"],
        ["Школа № 2", "0", "", "", ""],
    ]


def test_xlsx_cells_are_typed_and_the_heading_stays():
    sheet = sheet_of(xlsx_bytes([Table("Школы", COLUMNS, ROWS)]))
    assert [cell.value for cell in sheet[2]] == ["Школа № 1", 1200, 0.125, 0.125, datetime(2021, 9, 1)]
    assert [cell.value for cell in sheet[3]] == ["Школа № 2", 0, None, None, None]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:E3")
    assert sheet["C2"].number_format == "0.0%"


def test_a_caption_and_notes_stand_around_the_table():
    sheet = sheet_of(xlsx_bytes([Table("Школы", COLUMNS, ROWS, caption="Школы края", notes=["учебные данные"])]))
    assert (sheet["A1"].value, sheet["A3"].value, sheet["A7"].value) == (
        "Школы края",
        "Школа",
        "учебные данные",
    )
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A4", "A3:E5")


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_person_typed_never_becomes_a_formula(text):
    table = Table("Т", [Column(text)], [[text]])
    assert [row[0][0] for row in read_csv(csv_bytes(table))] == ["'", "'"]
    content = xlsx_bytes([table], about=[(text, text)])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = b"".join(archive.read(name) for name in archive.namelist())
    assert b"<f>" not in parts
    assert b"<hyperlink" not in parts


def test_a_negative_number_typed_as_text_is_left_alone():
    assert read_csv(csv_bytes(Table("Т", [Column("а")], [["-5,2"], ["−"]])))[1:] == [["-5,2"], ["−"]]


def test_moments_are_local_and_yes_is_a_word(settings):
    moment = datetime(2021, 9, 1, 17, 30, tzinfo=UTC)
    table = Table("Т", [Column("Когда", Kind.MOMENT), Column("Да?")], [[moment, True]])
    assert read_csv(csv_bytes(table))[1] == ["02.09.2021 00:30", "да"]
    assert [cell.value for cell in sheet_of(xlsx_bytes([table]))[2]] == [datetime(2021, 9, 2, 0, 30), "да"]


def test_a_cell_longer_than_excel_allows_is_cut_and_not_lost():
    sheet = sheet_of(xlsx_bytes([Table("Т", [Column("а")], [["я" * 40_000]])]))
    assert sheet["A2"].value == "я" * 32_766 + "…"


def test_not_a_number_is_nothing():
    assert read_csv(csv_bytes(Table("Т", [Column("а", Kind.DECIMAL)], [[float("nan")]])))[1] == [""]


def test_names_of_sheets_are_ones_that_excel_accepts():
    assert sheet_names(["Школы: а/б", "школы  а б", "", "я" * 40]) == [
        "Школы  а б",
        "школы  а б (2)",
        "Лист",
        "я" * 31,
    ]
