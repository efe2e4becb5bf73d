"""
Rows of any table that people send: xlsx, xls, ods, csv and txt, read alike.

A sheet is read once, from its first line on; empty cells are empty strings. Meant for the confined child.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import python_calamine

from common.spreadsheets.gate import FileKind, Refused
from common.spreadsheets.geometry import MAX_COLUMNS, check_open_document, check_workbook

MAX_TEXT = 32_767  # what a cell may hold in the table editors themselves
_MAX_LINES = 2_000_000
_CUT = "Файл повреждён или обрезан: получите его ещё раз и загрузите снова."

Row = list[Any]


@dataclass
class Sheet:
    """One sheet: its name, how many rows it says it has (0: not known) and the rows, from line 1 on."""

    name: str
    height: int
    rows: Iterator[Row]


@dataclass
class Book:
    """All readable sheets of a file, and the names of those that are hidden."""

    sheets: Iterator[Sheet]
    hidden: list[str] = field(default_factory=list)


def open_book(data: bytes, kind: FileKind) -> Book:
    """
    Open a file that the gate let through.

    :raises Refused: if it cannot be read as a table
    """
    if kind == FileKind.TEXT:
        return Book(iter([Sheet("", 0, _text_rows(data))]))
    if kind == FileKind.XLSX:
        check_workbook(data)
    elif kind == FileKind.ODS:
        check_open_document(data)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except python_calamine.PasswordError as locked:
        raise Refused("Файл закрыт паролем: снимите пароль и загрузите снова.") from locked
    except python_calamine.CalamineError as broken:
        raise Refused(_CUT) from broken
    shown: list[str] = []
    hidden: list[str] = []
    for sheet in book.sheets_metadata:
        if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet:
            is_shown = sheet.visible == python_calamine.SheetVisibleEnum.Visible
            (shown if is_shown else hidden).append(sheet.name)
    return Book(_sheets(book, shown), [_printable(name) for name in hidden])


def _sheets(book: python_calamine.CalamineWorkbook, names: list[str]) -> Iterator[Sheet]:
    for name in names:
        try:
            sheet = book.get_sheet_by_name(name)
        except python_calamine.CalamineError as broken:
            raise Refused(_CUT) from broken
        if sheet.start is None or sheet.end is None:
            continue
        if sheet.end[1] - sheet.start[1] >= MAX_COLUMNS:
            raise Refused(f"На листе «{name}» занято больше {MAX_COLUMNS} столбцов: удалите лишние.")
        yield Sheet(_printable(name), sheet.end[0] + 1, iter(sheet.iter_rows()))
        del sheet


def _printable(name: str) -> str:
    """A name of a sheet without characters that nobody sees and the database does not keep."""
    return "".join(sign for sign in name if sign.isprintable())


def _text_rows(data: bytes) -> Iterator[Row]:
    encoding = _encoding(data)
    stream = io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline=None)
    start = stream.read(64 * 1024)
    stream.seek(0)
    if encoding == "cp1251" and not re.search("[А-Яа-яЁё]{3}", start) and re.search("[^\x00-\x7f]", start):
        raise Refused("Кодировка текста не узнана: сохраните файл в UTF-8 или Windows-1251.")
    if _has_formula(start):
        raise Refused("В тексте есть формулы (ячейки со знака «=»), а портал принимает только значения.")
    csv.field_size_limit(MAX_TEXT)
    reader = csv.reader(stream, delimiter=_delimiter(start))
    return _unwrapped(_checked(reader)) if '="' in start else _checked(reader)


def _unwrapped(rows: Iterator[Row]) -> Iterator[Row]:
    """Take the value out of `="00123"`, by which a table editor is made to keep a code's noughts."""
    for row in rows:
        yield [cell[2:-1] if cell.startswith('="') and cell.endswith('"') else cell for cell in row]


def _checked(reader: Any) -> Iterator[Row]:
    number = 0
    row: Row = []
    try:
        for number, row in enumerate(reader, start=1):
            if len(row) > MAX_COLUMNS:
                raise Refused(f"В строке {number} больше {MAX_COLUMNS} столбцов: проверьте разделители.")
            if number > _MAX_LINES:
                raise Refused("В файле больше двух миллионов строк: разделите его на части.")
            yield row
    except csv.Error as broken:
        raise Refused(
            f"Строка {number + 1} не читается: в ячейке больше 32 767 знаков или не закрыта кавычка."
        ) from broken
    except UnicodeError as broken:
        raise Refused("Кодировка текста не узнана: сохраните файл в UTF-8 или Windows-1251.") from broken
    if any("\n" in cell for cell in row):
        raise Refused(f"В строке {number} не закрыта кавычка: остаток файла слился с нею.")


def _encoding(data: bytes) -> str:
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1251"
    return "utf-8"


def _delimiter(start: str) -> str:
    """Choose what parts the cells: what parts the widest lines, a semicolon before a tab before a comma."""
    first = start.split("\n", 1)[0].strip().lower()
    if re.fullmatch(r"sep=[;,\t]", first):
        return first[-1]
    lines = start.split("\n")[:60]
    widths = {mark: sum(line.count(mark) for line in lines) for mark in ";\t,"}
    most = max(widths.values())
    # A comma also stands inside decimal numbers and names, so the others need only half as many.
    return next(mark for mark in ";\t," if widths[mark] * 2 >= most)


def _has_formula(start: str) -> bool:
    """Say whether a cell begins as a formula; `="00123"` is only a way to keep a code's noughts."""
    return re.search(r'(?:^|[;\t,\n])"?=(?!"+[^"\n]*"+)', start) is not None
