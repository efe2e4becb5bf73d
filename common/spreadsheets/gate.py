"""
The gate: what is asked of a file's bytes before anything parses them.

A legal file of a million rows has the ratio 8, 480 MB unpacked and 9 parts; the bomb that was tried has the ratio 412.
"""

import io
import zipfile
from enum import StrEnum
from pathlib import PurePath

MAX_BYTES = 100 * 1024 * 1024
MAX_UNPACKED = 1024 * 1024 * 1024
MAX_RATIO = 100
MAX_PARTS = 2000
_SMALL_PART = 1024 * 1024  # a ratio says nothing of a part smaller than this
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DIRECTORY_ENTRY = b"PK\x01\x02"
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"


class Refused(Exception):
    """A file that cannot be taken, with one sentence for the person who handed it in."""


class FileKind(StrEnum):
    """How a file is read."""

    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"
    TEXT = "text"


_EXTENSIONS = {
    ".xlsx": FileKind.XLSX,
    ".xls": FileKind.XLS,
    ".ods": FileKind.ODS,
    ".csv": FileKind.TEXT,
    ".txt": FileKind.TEXT,
    ".tsv": FileKind.TEXT,
}
_WITH_MACROS = {".xlsm", ".xltm", ".xlsb", ".xlam", ".xla"}
_FOREIGN = (
    (b"%PDF", "документ PDF"),
    (b"\x89PNG", "изображение PNG"),
    (b"\xff\xd8\xff", "изображение JPEG"),
    (b"GIF8", "изображение GIF"),
    (b"MZ", "программа"),
    (b"\x7fELF", "программа"),
    (b"Rar!", "архив RAR"),
    (b"7z\xbc\xaf", "архив 7z"),
    (b"\x1f\x8b", "архив gzip"),
    (b"{\\rtf", "документ RTF"),
)
_SAVE_AS = "Откройте его в табличном редакторе и сохраните как «Книга Excel (*.xlsx)»."


def judge(data: bytes, name: str) -> FileKind:
    """
    Say how a file is to be read.

    :raises Refused: if its size, its parts or its kind are not what a table's are
    """
    _check_size(data, name)
    extension = PurePath(name).suffix.lower()
    if extension in _WITH_MACROS:
        raise Refused(f"Файл «{name}» — книга с макросами или двоичная ({extension}): такие не принимаются. {_SAVE_AS}")
    if extension not in _EXTENSIONS:
        said = f"расширение «{extension}»" if extension else "файл без расширения"
        raise Refused(f"Файл «{name}» не принят: {said}; принимаются xlsx, xls, ods, csv и txt.")
    found = _kind_by_content(data, name)
    if found != _EXTENSIONS[extension]:
        raise Refused(
            f"Файл «{name}» не то, чем назван: внутри {_SAID[found]}, а расширение {extension}. "
            f"Дайте файлу верное расширение или пересохраните его."
        )
    return found


_SAID = {
    FileKind.XLSX: "книга xlsx",
    FileKind.XLS: "книга xls",
    FileKind.ODS: "таблица ods",
    FileKind.TEXT: "текст",
}


def _check_size(data: bytes, name: str) -> None:
    if not data:
        raise Refused(f"Файл «{name}» пуст: в нём нет ни одного байта.")
    if len(data) > MAX_BYTES:
        raise Refused(f"Файл «{name}» больше 100 МБ: разделите его на части, например по муниципалитетам.")


def _kind_by_content(data: bytes, name: str) -> FileKind:
    for magic, what in _FOREIGN:
        if data.startswith(magic):
            raise Refused(f"Файл «{name}» — {what}, а не таблица. Загрузите исходную таблицу xlsx, xls, ods или csv.")
    if data.startswith(_OLE):
        return _judge_ole(data, name)
    if data.startswith(b"PK"):
        return _judge_zip(data, name)
    return _judge_text(data, name)


def _judge_ole(data: bytes, name: str) -> FileKind:
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise Refused(f"Файл «{name}» закрыт паролем: снимите пароль и загрузите снова.")
    if "_VBA_PROJECT".encode("utf-16-le") in data:
        raise Refused(f"Файл «{name}» содержит макросы: такие не принимаются. {_SAVE_AS}")
    if "Workbook".encode("utf-16-le") in data or "Book\0\0".encode("utf-16-le") in data:
        return FileKind.XLS
    raise Refused(f"Файл «{name}» — документ Office другого вида или повреждён: книги Excel в нём нет. {_SAVE_AS}")


def _judge_text(data: bytes, name: str) -> FileKind:
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<table", b"<head", b"<meta")):
        raise Refused(f"Файл «{name}» — страница HTML, а не таблица. {_SAVE_AS}")
    if start.startswith(b"<"):
        raise Refused(f"Файл «{name}» — разметка XML, а не таблица. {_SAVE_AS}")
    if b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused(f"Файл «{name}» — двоичный и не похож на таблицу или повреждён.")
    return FileKind.TEXT


def _judge_zip(data: bytes, name: str) -> FileKind:
    # Counted in the bytes first: a directory of a million parts would fill the memory of this process.
    if (parts_said := data.count(_DIRECTORY_ENTRY)) > 5 * MAX_PARTS:
        raise Refused(f"Файл «{name}» состоит из {parts_said} частей, допустимо {MAX_PARTS}: это не обычная таблица.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            _check_parts(parts, name)
            return _kind_of_archive(archive, {part.filename for part in parts}, name)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, OSError) as broken:
        raise Refused(f"Файл «{name}» повреждён или обрезан: получите его ещё раз и загрузите снова.") from broken


def _check_parts(parts: list[zipfile.ZipInfo], name: str) -> None:
    if len(parts) > MAX_PARTS:
        raise Refused(f"Файл «{name}» состоит из {len(parts)} частей, допустимо {MAX_PARTS}: это не обычная таблица.")
    names = [part.filename.lower() for part in parts]
    if len(set(names)) != len(names):
        raise Refused(f"В файле «{name}» две части с одним именем: такой файл не принимается.")
    if any(_is_unsafe(part.filename) for part in parts):
        raise Refused(f"В файле «{name}» есть часть с недопустимым именем: такой файл не принимается.")
    if any(part.flag_bits & 1 for part in parts):
        raise Refused(f"Файл «{name}» закрыт паролем: снимите пароль и загрузите снова.")
    _check_unpacked(parts, name)
    end = 0
    for part in sorted(parts, key=lambda part: part.header_offset):
        if part.header_offset < end:
            raise Refused(f"В файле «{name}» части наложены одна на другую: такой файл не принимается.")
        end = part.header_offset + part.compress_size


def _check_unpacked(parts: list[zipfile.ZipInfo], name: str) -> None:
    unpacked = sum(part.file_size for part in parts)
    swollen = any(
        part.file_size > _SMALL_PART and part.file_size > MAX_RATIO * max(part.compress_size, 1) for part in parts
    )
    if unpacked > MAX_UNPACKED or swollen:
        raise Refused(f"Файл «{name}» при распаковке слишком велик для таблицы: так устроены «архивные бомбы».")


def _is_unsafe(part: str) -> bool:
    return part.startswith(("/", "\\")) or "\\" in part or ":" in part or ".." in part.split("/") or "\0" in part


def _kind_of_archive(archive: zipfile.ZipFile, names: set[str], name: str) -> FileKind:
    if any(part.lower().endswith(("vbaproject.bin", ".xlsm")) for part in names):
        raise Refused(f"Файл «{name}» содержит макросы: такие не принимаются. {_SAVE_AS}")
    if "xl/workbook.bin" in names:
        raise Refused(f"Файл «{name}» — двоичная книга xlsb: такие не принимаются. {_SAVE_AS}")
    if "[Content_Types].xml" in names and any(part.startswith("xl/worksheets/") for part in names):
        return FileKind.XLSX
    if "mimetype" in names and "content.xml" in names and archive.read("mimetype").startswith(_ODS):
        if b"manifest:encryption-data" in archive.read("META-INF/manifest.xml"):
            raise Refused(f"Файл «{name}» закрыт паролем: снимите пароль и загрузите снова.")
        return FileKind.ODS
    if "word/document.xml" in names:
        raise Refused(
            f"Файл «{name}» — документ Word, а не таблица. Загрузите исходную таблицу xlsx, xls, ods или csv."
        )
    raise Refused(f"Файл «{name}» — архив, в котором нет таблицы. Загрузите таблицы по одной, без архива.")
