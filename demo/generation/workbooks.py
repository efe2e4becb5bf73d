"""Writing tables as the files that circulate: xlsx in constant memory, csv in the encodings of the senders."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import xlsxwriter

Row = Sequence[object]
MARK = "Учебные данные: все школы, кроме названных в муниципальной программе, и все результаты вымышлены."


def xlsx(sheet: str, rows: Iterable[Row]) -> bytes:
    """Write one sheet; the same rows give the same bytes."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "constant_memory": True}) as book:
        book.set_properties({"created": datetime(2020, 9, 1, tzinfo=UTC), "comments": MARK})
        page = book.add_worksheet(sheet[:31])
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return out.getvalue()


def semicolons(rows: Iterable[Row], encoding: str) -> bytes:
    """Write a csv with semicolons, as Russian spreadsheets do."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode(encoding)


def percent(part: int, whole: int) -> float:
    """Return a percentage with two digits, as centres print it."""
    return round(100 * part / whole, 2) if whole else 0.0
