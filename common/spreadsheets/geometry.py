"""
A look at the XML of a workbook before it is opened: its reach, its formulas, its longest text, its entities.

Done in the child, piece by piece, so that what would kill the parser is mostly refused with a better sentence than
«died». What slips through here still meets the limits of memory and time.
"""

import io
import re
import zipfile
from collections.abc import Iterator

from common.spreadsheets.gate import Refused

MAX_COLUMNS = 200
MAX_CELLS = 60_000_000  # of the rectangle that the parser makes of a sheet
_PIECE = 128 * 1024  # a text may hold 32 767 characters, so a piece without a tag is no text of a table
_OVERLAP = 64
_FORMULAS = (
    "В таблице есть формулы, а портал принимает только значения: скопируйте лист и вставьте его "
    "через «Специальная вставка → Значения»."
)
# Patterns that begin with plain letters are found ten times as fast, and a legal sheet may have 400 MB.
_TOO_FAR = re.compile(rb' r="(?:[A-Z]{3}|[H-Z][A-Z]|G[S-Z])')  # columns after GR, the 200th
_WIDE = re.compile(rb' r="(?:B[F-Z]|[C-Z][A-Z])')  # columns after BE, the 57th
_FAR_ROW = re.compile(rb'<row r="(\d{7,})')
_ROW = re.compile(rb"""<row\b[^>]*?\br\s*=\s*["'](\d+)""")
_CELL_ROW = re.compile(rb' r="[A-Z]{1,3}(\d+)')
_FORMULA = re.compile(rb"<f[\s>/]")
_PREFIXED_FORMULA = re.compile(rb"<\w+:f[\s>/]")
_ODS_FORMULA = b"table:formula="
_REPEATED = re.compile(rb"""table:number-columns-repeated\s*=\s*["'](\d+)["'][^>]*[^/]>""")


def check_workbook(data: bytes) -> None:
    """
    Look through every sheet of an xlsx workbook.

    :raises Refused: if it is cut short, reaches too far, holds formulas, entities or a monstrous text
    """
    with _opened(data) as archive:
        for part in archive.namelist():
            if not part.endswith((".xml", ".rels")):
                continue
            reach = _Reach()
            is_sheet = part.startswith("xl/worksheets/") and part.endswith(".xml")
            for piece in _pieces(archive, part):
                if is_sheet:
                    reach.see(piece)


def check_open_document(data: bytes) -> None:
    """Look through the content of an ods table. :raises Refused: as `check_workbook`."""
    with _opened(data) as archive:
        for part in archive.namelist():
            if not part.endswith(".xml"):
                continue
            for piece in _pieces(archive, part):
                if part == "content.xml":
                    if _ODS_FORMULA in piece:
                        raise Refused(_FORMULAS)
                    if any(int(number) > MAX_COLUMNS * 100 for number in _REPEATED.findall(piece)):
                        raise Refused(f"В таблице больше {MAX_COLUMNS} столбцов: оставьте только нужные.")


class _Reach:
    """How far a sheet reaches, as far as seen."""

    def __init__(self) -> None:
        self.row = 1
        self.is_wide = False
        self.formula: re.Pattern[bytes] | None = None

    def see(self, piece: bytes) -> None:
        """Look at the next piece of the sheet. :raises Refused: if it holds what a table does not"""
        if self.formula is None:
            self.formula = _PREFIXED_FORMULA if b":worksheet" in piece else _FORMULA
        if self.formula.search(piece):
            raise Refused(_FORMULAS)
        if _TOO_FAR.search(piece):
            raise Refused(f"На листе занято больше {MAX_COLUMNS} столбцов: удалите лишние столбцы и ячейки.")
        self.is_wide = self.is_wide or _WIDE.search(piece) is not None
        for row in _FAR_ROW.findall(piece):
            self.row = max(self.row, int(row))
        for pattern, at in ((_ROW, piece.rfind(b"<row")), (_CELL_ROW, piece.rfind(b' r="'))):
            if at >= 0 and (match := pattern.match(piece, at)):
                self.row = max(self.row, int(match[1]))
        if self.row * (MAX_COLUMNS if self.is_wide else 1) > MAX_CELLS:
            raise Refused("Лист слишком велик: разделите его на части или удалите дальние ячейки и столбцы.")


def _opened(data: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile as broken:
        raise Refused("Файл повреждён или обрезан: получите его ещё раз и загрузите снова.") from broken


def _pieces(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """Yield a part in pieces that overlap, so that no tag falls between two."""
    tail = b""
    try:
        with archive.open(part) as stream:
            while piece := stream.read(_PIECE):
                if not tail and (b"<!DOCTYPE" in piece or b"<!ENTITY" in piece):
                    raise Refused("В разметке файла объявлены сущности XML: такой файл не принимается.")
                if b"<" not in piece and len(piece) == _PIECE:
                    raise Refused("В одной ячейке больше 32 767 знаков: это не таблица результатов.")
                yield tail + piece
                tail = piece[-_OVERLAP:]
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as broken:
        raise Refused("Файл повреждён или обрезан: получите его ещё раз и загрузите снова.") from broken
    except Exception as broken:
        if type(broken).__name__ == "error":  # zlib.error
            raise Refused("Файл повреждён или обрезан: получите его ещё раз и загрузите снова.") from broken
        raise
