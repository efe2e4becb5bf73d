"""Large workbooks for the benchmarks, as bare XML: a library would write longer than what is measured takes."""

import random
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

_TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
    '<Override PartName="/xl/sharedStrings.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_ROOT = (
    f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>'
)
_BOOK_RELATIONS = (
    f'<Relationships xmlns="{_PACKAGE}">'
    f'<Relationship Id="rId1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_RELATIONS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
)
_SHEET = "Индивидуальные результаты"
_BOUNDS = (7, 11, 15)  # ВПР, mathematics, grade 5: lowest scores of 3, 4 and 5

School = tuple[str, str, str]  # login, municipality, name


def individual_results(path: Path, *, rows: int, tasks: int, schools: Sequence[School], seed: int = 1) -> None:
    """Write a file of ФИС ОКО individual results of ВПР, mathematics, grade 5: nine columns beside the tasks."""
    write_book(path, _results(rows, tasks, schools, random.Random(seed)))


def _results(rows: int, tasks: int, schools: Sequence[School], dice: random.Random) -> Iterator[Sequence[str | int]]:
    yield ["ВПР 2021 Математика 5 класс"]
    yield ["Предмет: Математика"]
    yield ["Максимальный первичный балл: 20"]
    yield ["Дата: 15.03.2021"]
    yield [""]
    yield [*[""] * 6, *("БП"[number % 2] for number in range(tasks))]
    labels = [f"{number} (2б)" for number in range(1, tasks + 1)]
    head = ["ОО", "Муниципалитет", "Название ОО", "Код участника", "Класс", "Вариант"]
    yield [*head, *labels, "Первичный балл", "Отметка", "Отметка по журналу"]
    classes = ["5А", "5Б", "5В"]
    per_school = -(-rows // len(schools))
    for number in range(rows):
        school = schools[number // per_school]
        score = min(20, max(0, int(dice.gauss(11, 4))))
        mark = 2 + sum(score >= bound for bound in _BOUNDS)
        journal = min(5, max(2, mark + dice.choice((0, 0, 0, 1, -1))))
        scores = [dice.randrange(3) for _ in range(tasks)]
        yield [*school, 10_000 + number, classes[number % 3], 1 + number % 2, *scores, score, mark, journal]


def write_book(path: Path, lines: Iterable[Sequence[str | int]]) -> None:
    """Write a workbook of one sheet: texts shared, numbers as numbers."""
    texts: dict[str, int] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        book.writestr("[Content_Types].xml", _TYPES)
        book.writestr("_rels/.rels", _ROOT)
        book.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>'
            f'<sheet name="{_SHEET}" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        book.writestr("xl/_rels/workbook.xml.rels", _BOOK_RELATIONS)
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f'<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
            for number, line in enumerate(lines, start=1):
                sheet.write(_row(number, line, texts).encode())
            sheet.write(b"</sheetData></worksheet>")
        items = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in texts)
        book.writestr("xl/sharedStrings.xml", f'<sst xmlns="{_MAIN}">{items}</sst>')


def _row(number: int, line: Sequence[str | int], texts: dict[str, int]) -> str:
    cells = []
    for place, value in enumerate(line):
        where = f"{_letters(place)}{number}"
        if isinstance(value, str):
            if value:
                cells.append(f'<c r="{where}" t="s"><v>{texts.setdefault(value, len(texts))}</v></c>')
        else:
            cells.append(f'<c r="{where}"><v>{value}</v></c>')
    return f'<row r="{number}">{"".join(cells)}</row>'


def _letters(place: int) -> str:
    return chr(65 + place) if place < 26 else chr(64 + place // 26) + chr(65 + place % 26)
