"""The confined child's work: bytes in, rows of the register, of passports, of memberships or of people out."""

import sys
from itertools import islice
from typing import Any

from common.spreadsheets import confined
from common.spreadsheets.cells import plain
from common.spreadsheets.gate import Refused, judge
from common.spreadsheets.reading import Sheet, open_book
from schools.layouts import memberships, passports, people, register
from schools.layouts.findings import Findings
from schools.layouts.headings import Head, find_head

_MOST_ROWS = 20_000
KINDS = {
    "register": "реестр школ",
    "passports": "социальный паспорт",
    "memberships": "участие в проектах",
    "people": "список приглашаемых",
}
_READERS = {"register": register, "passports": passports, "memberships": memberships, "people": people}


def parse(options: dict[str, Any], data: bytes) -> dict[str, Any]:
    """
    Read a file and return its rows.

    :raises Refused: if it is none of the three, or not what was expected
    """
    name = options["name"]
    book = open_book(data, judge(data, name))
    findings = Findings()
    kind = ""
    records: list[dict[str, Any]] = []
    texts: list[str] = []
    unread: list[str] = []
    for sheet in book.sheets:
        rows = _rows(sheet)
        found, head = _recognised(rows, options.get("kind"))
        if head is None or kind not in ("", found):
            unread.append(sheet.name)
            continue
        kind = found
        texts += [sheet.name, *(plain(cell) for row in rows[: head.line + 1] for cell in row if cell != "")]
        records += _READERS[kind].read_rows(sheet.name, head, rows, findings)
        _tell_unknown(head, findings)
    _check(kind, options.get("kind"), records)
    for title in unread:
        findings.warn(f"Лист «{title}» не прочитан: на нём нет нужных заголовков.")
    if book.hidden:
        findings.warn(f"Скрытые листы не читаются: {', '.join(book.hidden)}.")
    year = passports.year_of(texts, name, options.get("year"), findings) if kind == "passports" else None
    return {"kind": kind, "year": year, "rows": records, **findings.as_dict()}


def _rows(sheet: Sheet) -> list[list[Any]]:
    rows = list(islice(sheet.rows, _MOST_ROWS + 1))
    if len(rows) > _MOST_ROWS:
        raise Refused(f"На листе «{sheet.name}» больше {_MOST_ROWS} строк: это не реестр школ и не социальный паспорт.")
    return rows


def _recognised(rows: list[list[Any]], wanted: str | None) -> tuple[str, Head | None]:
    if wanted == "people":  # asked for on a page of its own, and never taken for a table of schools
        return "people", find_head(rows, people.ROLES, *people.NEEDED)
    if head := find_head(rows, passports.ROLES, *passports.NEEDED):
        return "passports", head
    if head := find_head(rows, memberships.ROLES, *memberships.NEEDED):
        return "memberships", head
    head = find_head(rows, register.ROLES, *register.NEEDED)
    if head is None and wanted == "register":
        head = find_head(rows, register.ROLES, *register.ENOUGH)
        head = head if head is not None and register.is_plain_register(head) else None
    return "register", head


def _tell_unknown(head: Head, findings: Findings) -> None:
    others = [title for title in head.unknown if title not in {"№", "№ п/п", "п/п"}]
    if others:
        findings.warn(f"Столбцы не прочитаны, портал их не хранит: {', '.join(others)}.")


def _check(kind: str, wanted: str | None, records: list[dict[str, Any]]) -> None:
    if not kind and wanted == "people":
        raise Refused("Таблица не узнана: нужны столбцы «ФИО», «Роль» и «Код места».")
    if not kind:
        raise Refused(
            "Таблица не узнана: для реестра нужны столбцы «Код ОО» или «Логин», «Наименование» и «Муниципалитет», "
            "для социального паспорта — «Код ОО», «Обучающихся всего» и показатели семей, "
            "для участия в проектах — «Код ОО», «Проект» и «С»."
        )
    if wanted and kind != wanted:
        raise Refused(f"Это {KINDS[kind]}, а не {KINDS[wanted]}: загрузите его там, где ему место.")
    if not records:
        raise Refused("Заголовки узнаны, но строк под ними нет: файл пуст или обрезан.")


if __name__ == "__main__":
    confined.answer(lambda options: parse(options, sys.stdin.buffer.read()))
