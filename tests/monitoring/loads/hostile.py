"""Files that nobody should send: bombs, lies, wrong kinds, cut and bent tables. Each is built when it is asked for."""

import gzip
import io
import random
import re
import struct
import zipfile
from collections.abc import Callable

import xlwt

from tests.monitoring.loads.conftest import SAMPLES
from tests.monitoring.loads.files import csv, fisoko, pupil, xlsx

VPR = "ВПР 2021 Математика 5 класс"
HEAD = ["Код ОО", "Кол-во участников", "2", "3", "4", "5"]
GOOD = [[VPR], HEAD, ["131001", 10, 1, 2, 3, 4]]
SHEET = "xl/worksheets/sheet1.xml"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
Build = Callable[[], bytes]


def workbook() -> bytes:
    """A good workbook, always the same bytes but for its date."""
    return fisoko([pupil(), pupil(mark=2)])


def parts(data: bytes) -> dict[str, bytes]:
    """The parts of an archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(content: dict[str, bytes] | list[tuple[str, bytes]], level: int = 6) -> bytes:
    """An archive of parts."""
    out = io.BytesIO()
    pairs = content.items() if isinstance(content, dict) else content
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, part in pairs:
            archive.writestr(name, part)
    return out.getvalue()


def bent(change: Callable[[bytes], bytes], part: str = SHEET) -> Build:
    """A good workbook with one part changed."""

    def build() -> bytes:
        content = parts(workbook())
        content[part] = change(content[part])
        return packed(content)

    return build


def with_part(name: str, part: bytes = b"x") -> Build:
    """A good workbook with one part more."""
    return lambda: packed([*parts(workbook()).items(), (name, part)])


def sheet_of(rows: str, more: str = "") -> Build:
    """A good workbook whose sheet holds these rows instead."""
    text = f'<?xml version="1.0" encoding="UTF-8"?><worksheet {MAIN}>{more}<sheetData>{rows}</sheetData></worksheet>'
    return bent(lambda _: text.encode())


def cut(share: float) -> Build:
    """A workbook of which only a part arrived."""
    return lambda: workbook()[: int(len(workbook()) * share)]


def duplicated() -> bytes:
    content = [*parts(workbook()).items()]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, part in content:
            archive.writestr(name, part)
        twin = zipfile.ZipInfo(SHEET.replace("sheet1", "sheeT1"))
        archive.writestr(twin, content[0][1])
    return out.getvalue()


def wrong_sum() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts(workbook()).items():
            archive.writestr(name, part)
    data = bytearray(out.getvalue())
    at = data.find(b"<sheetData>")
    data[at + 12] ^= 1
    return bytes(data)


def locked() -> bytes:
    """The flag of encryption set on every part."""
    data = bytearray(workbook())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(mark, at + 4)
    return bytes(data)


def overlapping() -> bytes:
    """Every part of the directory points at the same bytes."""
    data = bytearray(workbook())
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 42 : at + 46] = struct.pack("<I", 0)
        at = data.find(b"PK\x01\x02", at + 4)
    return bytes(data)


def lying_size() -> bytes:
    """The directory says that a sheet of fifty megabytes has a hundred bytes."""
    content = parts(workbook())
    content[SHEET] = content[SHEET].replace(b"<sheetData>", b"<sheetData>" + b" " * 50_000_000)
    data = bytearray(packed(content))
    at = data.rfind(SHEET.encode()) - 46
    data[at + 24 : at + 28] = struct.pack("<I", 100)
    return bytes(data)


def laughing(name: str = SHEET) -> Build:
    """Entities of entities."""
    entities = '<!ENTITY a0 "ха">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return bent(lambda part: b"<!DOCTYPE x [" + entities.encode() + b"]>" + part.split(b"?>", 1)[-1], name)


def external() -> bytes:
    doctype = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    strings = f"<sst {MAIN}><si><t>&e;</t></si></sst>".encode()
    return bent(lambda _: doctype + strings, "xl/sharedStrings.xml")()


def in_utf16() -> bytes:
    text = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY e "x">]>'
    text += f"<worksheet {MAIN}><sheetData/></worksheet>"
    return bent(lambda _: text.encode("utf-16"))()


def cell(reference: str, value: object = 1, attributes: str = "") -> str:
    return f'<c r="{reference}"{attributes}><v>{value}</v></c>'


def without_sheets() -> bytes:
    content = parts(workbook())
    del content[SHEET]
    return packed(content)


def hidden(state: str) -> Build:
    return bent(
        lambda part: part.replace(b"<sheet name", b'<sheet state="%s" name' % state.encode()), "xl/workbook.xml"
    )


def many_sheets() -> bytes:
    return xlsx(GOOD, "Лист0", **{f"Лист{number}": [["пусто"]] for number in range(1, 300)})


def many_empty_rows() -> bytes:
    rows = "".join(f'<row r="{number}" s="1" customFormat="1"/>' for number in range(1, 200_000))
    return sheet_of(rows)()


def ole(marker: str) -> bytes:
    """Something in the old container of Office."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + marker.encode("utf-16-le") + b"\0" * 2000


def old_book() -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Лист1")
    for number, row in enumerate(GOOD):
        for place, value in enumerate(row):
            sheet.write(number, place, value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def panicking() -> bytes:
    """A sample with one byte changed, over which the reader of old books panics."""
    data = bytearray((SAMPLES / "oge-2021-rus-by-school.xls").read_bytes())
    data[1425] = 0x3A
    return bytes(data)


ODD = ["", "X", "-", "н/д", "отсутствовал", "Итого", "Всего участников", "2", "99999", "1e999", "Отметка", "Код ОО"]
ODD += ["edu240621", "131001", "Средние", "нет отметки", "2021", "Математика", "9 класс", "12,5", "«2»", '"']


def bent_sample(data: bytes, chance: random.Random) -> bytes:
    """A sample with some of its cells replaced, its lines lost, doubled, cut or shuffled."""
    if data.startswith(b"PK"):
        content = parts(data)
        for name in [name for name in content if name.startswith("xl/") and name.endswith(".xml")]:
            content[name] = _bent_markup(content[name], chance)
        return packed(content)
    lines = data.decode("utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "cp1251").split("\n")[
        : chance.choice([30, 300, 2000])
    ]
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(lines))
        cells = lines[at].split(";")
        way = chance.random()
        if way < 0.3:
            lines[at : at + 1] = [lines[at]] * chance.choice([0, 2])
        elif way < 0.5:
            lines[at] = lines[at][: chance.randrange(len(lines[at]) + 1)]
        elif way < 0.8:
            cells[chance.randrange(len(cells))] = chance.choice(ODD)
            lines[at] = ";".join(cells)
        else:
            chance.shuffle(cells)
            lines[at] = ";".join(cells)
        lines = lines or [""]
    return "\n".join(lines).encode()


def _bent_markup(part: bytes, chance: random.Random) -> bytes:
    found = list(re.finditer(rb"<(?:v|t)[^>]*>([^<]*)<", part))[: chance.choice([40, 400, 100_000])]
    for match in sorted(chance.sample(found, min(len(found), 6)), key=lambda match: -match.start(1)):
        part = part[: match.start(1)] + chance.choice(ODD).encode() + part[match.end(1) :]
    return part


def noise(size: int) -> bytes:
    return random.Random(7).randbytes(size)


def monstrous_cell_of_text() -> bytes:
    return csv(GOOD) + b"131002;" + b"a" * 90_000_000


def monstrous_cell_of_workbook() -> bytes:
    """A hundred megabytes in one cell, of a kind that hardly packs, so that no ratio gives it away."""
    text = noise(1_000_000).hex().encode() * 50
    strings = b"<sst " + MAIN.encode() + b"><si><t>" + text + b"</t></si></sst>"
    return packed({**parts(workbook()), "xl/sharedStrings.xml": strings}, level=1)


def zeros_bomb() -> bytes:
    return bent(lambda part: part.replace(b"<sheetData>", b"<sheetData>" + b"\n" * 60_000_000))()


def gzipped() -> bytes:
    return gzip.compress(csv(GOOD))


FAR = cell("A1") + "</row><row r='1048576'>" + cell("XFD1048576")
