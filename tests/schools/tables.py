"""Files about schools, written in every format that people send."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl
import xlwt

Rows = Sequence[Sequence[object]]
SAMPLES = Path(__file__).parents[1] / "samples"

HEAD = ["№", "Код ОО (РЦОИ)", "Логин ФИС ОКО", "ИНН", "Полное наименование", "Краткое наименование", "Код МСУ",
        "Муниципалитет", "Уровень", "Город/село"]  # fmt: skip


def school_row(code: object = "131001", **cells: object) -> list[object]:
    """A row of the register; any cell can be given by its name."""
    usual = {
        "number": 1,
        "code": code,
        "login": f"edu24{str(code)[-4:]}",
        "inn": "",
        "name": f"МКОУ «Школа {code}»",
        "short": f"Школа {code}",
        "place_code": "131",
        "place": "Кежемский район",
        "level": "СОО",
        "locality": "село",
    }
    return list((usual | cells).values())


def csv_file(rows: Rows, encoding: str = "utf-8-sig") -> bytes:
    return "\r\n".join(";".join(str(cell) for cell in row) for row in rows).encode(encoding)


def xlsx_file(rows: Rows) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xls_file(rows: Rows) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Лист1")
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            sheet.write(number, place, cell)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def ods_file(rows: Rows) -> bytes:
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    lines = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(str(cell))}</text:p></table:table-cell>'
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="Лист1">{lines}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return out.getvalue()
