"""
The one writer of tables for people: CSV that a Russian Excel opens as it is, and XLSX with typed cells.

What a person once typed never becomes a formula or a link. Numbers are numbers and days are days; a share is
written as its exact quotient and only shown rounded.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import IO, Any

import xlsxwriter
from django.utils import timezone
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from common.russian import sort_key
from common.share import Share

_STARTS_FORMULA = tuple("=+-@＝＋－＠|%")
_PLAIN_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")
_NOT_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")
_CELL_LIMIT = 32_767


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    PERCENT = "percent"  # a Share, or a number already in percent
    DAY = "day"
    MOMENT = "moment"


_FORMATS: dict[Kind, dict[str, object]] = {
    Kind.TEXT: {"text_wrap": True},
    Kind.INTEGER: {"num_format": "#,##0"},
    Kind.DECIMAL: {"num_format": "#,##0.00"},
    Kind.PERCENT: {"num_format": "0.0%"},
    Kind.DAY: {"num_format": "dd.mm.yyyy"},
    Kind.MOMENT: {"num_format": "dd.mm.yyyy hh:mm"},
}


@dataclass(frozen=True)
class Column:
    """One column: its heading with the unit of measure in it, what it holds, how wide it is in characters."""

    title: str
    kind: Kind = Kind.TEXT
    width: int | None = None

    @property
    def shown_width(self) -> int:
        """The width given, or one that suits the kind."""
        return self.width or {Kind.TEXT: 32, Kind.MOMENT: 18}.get(self.kind, 14)


@dataclass(frozen=True)
class Marked:
    """A value that is wrong: shown on red with a note that says why; in CSV only the value is written."""

    value: Any
    why: str


@dataclass(frozen=True)
class Table:
    """A table to be written. Rows may be a generator; each has one value per column, None for the unknown."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    caption: str = ""
    notes: Sequence[str] = field(default=())


def write_csv(table: Table, out: IO[str]) -> None:
    """Write headings and rows with semicolons and decimal commas, for a file opened as utf-8-sig."""
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([_safe_text(column.title) for column in table.columns])
    for row in table.rows:
        writer.writerow([_csv_cell(column.kind, value) for column, value in zip(table.columns, row, strict=True)])


def csv_bytes(table: Table) -> bytes:
    """Return the whole CSV file, with the BOM that tells Excel its encoding."""
    out = io.StringIO(newline="")
    write_csv(table, out)
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(tables: Sequence[Table], out: IO[bytes], *, about: Sequence[tuple[str, str]] = ()) -> None:
    """
    Write a sheet for each table: heading row frozen, filters on, cells typed.

    `about` becomes the last sheet, «Источники»: what the figures were made of.
    """
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "remove_timezone": True,
    }
    with xlsxwriter.Workbook(out, options) as book:
        formats: dict[str, Format] = {
            kind: book.add_format({**style, "valign": "top"}) for kind, style in _FORMATS.items()
        }
        heading = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bottom": 2, "bg_color": "#F4F1EA"}
        )
        formats["marked"] = book.add_format({"text_wrap": True, "valign": "top", "bg_color": "#F6D5D2"})
        title = book.add_format({"bold": True, "font_size": 14})
        quiet = book.add_format({"font_color": "#5D6672"})
        names = sheet_names([*(table.title for table in tables), *(["Источники"] if about else [])])
        for table, name in zip(tables, names, strict=False):
            _write_sheet(book.add_worksheet(name), table, formats, heading, title, quiet)
        if about:
            _write_about(book.add_worksheet(names[-1]), about, formats[Kind.TEXT], heading)


def xlsx_bytes(tables: Sequence[Table], *, about: Sequence[tuple[str, str]] = ()) -> bytes:
    """Return the whole workbook."""
    out = io.BytesIO()
    write_xlsx(tables, out, about=about)
    return out.getvalue()


def sheet_names(titles: Sequence[str]) -> list[str]:
    """Make names that Excel accepts: at most 31 characters, none of its forbidden ones, no two alike."""
    taken: set[str] = set()
    names = []
    for title in titles:
        base = _NOT_IN_SHEET_NAME.sub(" ", title).strip()[:31].strip() or "Лист"
        name, number = base, 2
        while sort_key(name) in taken:
            ending = f" ({number})"
            name, number = base[: 31 - len(ending)] + ending, number + 1
        taken.add(sort_key(name))
        names.append(name)
    return names


def _write_sheet(
    sheet: Worksheet, table: Table, formats: dict[str, Format], heading: Format, title: Format, quiet: Format
) -> None:
    top = 0
    if table.caption:
        _write_text(sheet, 0, 0, table.caption, title)
        top = 2
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, column.shown_width)
        _write_text(sheet, top, place, column.title, heading)
    number = top
    for number, row in enumerate(table.rows, start=top + 1):
        for place, (column, value) in enumerate(zip(table.columns, row, strict=True)):
            _write_cell(sheet, number, place, value, column.kind, formats)
    sheet.freeze_panes(top + 1, 0)
    if table.columns:
        sheet.autofilter(top, 0, number, len(table.columns) - 1)
    for offset, note in enumerate(table.notes, start=2):
        _write_text(sheet, number + offset, 0, note, quiet)


def _write_about(sheet: Worksheet, about: Sequence[tuple[str, str]], plain: Format, heading: Format) -> None:
    sheet.set_column(0, 0, 36)
    sheet.set_column(1, 1, 90)
    _write_text(sheet, 0, 0, "Что", heading)
    _write_text(sheet, 0, 1, "Откуда", heading)
    for number, (what, whence) in enumerate(about, start=1):
        _write_text(sheet, number, 0, what, plain)
        _write_text(sheet, number, 1, whence, plain)
    sheet.freeze_panes(1, 0)


def _write_cell(sheet: Worksheet, row: int, place: int, value: Any, kind: Kind, formats: dict[str, Format]) -> None:
    style = formats[kind]
    if isinstance(value, Marked):
        _write_text(sheet, row, place, _text(value.value), formats["marked"])
        sheet.write_comment(row, place, value.why)
        return
    number = _number(kind, value)
    if number is not None:
        sheet.write_number(row, place, float(number), style)
    elif isinstance(value, datetime):
        sheet.write_datetime(row, place, _local(value), formats[Kind.MOMENT])
    elif isinstance(value, date):
        sheet.write_datetime(row, place, datetime(value.year, value.month, value.day), formats[Kind.DAY])
    elif value is not None and not isinstance(value, Share):
        _write_text(sheet, row, place, _text(value), style)


def _write_text(sheet: Worksheet, row: int, place: int, text: str, style: Format) -> None:
    # A longer string would be left out without a word.
    sheet.write_string(row, place, text if len(text) <= _CELL_LIMIT else text[: _CELL_LIMIT - 1] + "…", style)


def _number(kind: Kind, value: Any) -> Decimal | float | int | None:
    """Return the number to be written in a cell, if the value is one."""
    if isinstance(value, Share):
        return value.value if kind is Kind.PERCENT else value.part
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    if not Decimal(str(value)).is_finite():
        return None
    return value / 100 if kind is Kind.PERCENT else value


def _csv_cell(kind: Kind, value: Any) -> str:
    if isinstance(value, Marked):
        value = value.value
    if isinstance(value, Share) and kind is Kind.PERCENT:
        value = value.rounded_percent(1)
    elif isinstance(value, Share):
        value = value.part
    if value is None:
        return ""
    if isinstance(value, datetime):
        return _local(value).strftime("%d.%m.%Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%d.%m.%Y")
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        exact = Decimal(str(value))
        return f"{exact:f}".replace(".", ",") if exact.is_finite() else ""
    return _safe_text(_text(value))


def _safe_text(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula."""
    start = text.lstrip()
    if start.startswith(_STARTS_FORMULA) and not _PLAIN_NUMBER.fullmatch(start) or text[:1] in {"\t", "\r", "\n"}:
        return f"'{text}"
    return text


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "да" if value else "нет"
    return str(value)


def _local(moment: datetime) -> datetime:
    return timezone.localtime(moment).replace(tzinfo=None) if timezone.is_aware(moment) else moment
