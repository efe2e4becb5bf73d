"""Which organisations belong to which projects: one row an organisation and a project."""

from collections.abc import Sequence
from typing import Any

from common.spreadsheets.cells import is_blank, plain
from schools.layouts.findings import Findings
from schools.layouts.headings import Head, patterns
from schools.layouts.register import ROLES as REGISTER
from schools.layouts.register import is_total
from schools.layouts.values import code_of, login_of

_DAY = r"(?:дата|день|год)"
OWN = patterns(
    project=r"(?:наименование |название )?(?:проекта?|программы?|инфраструктур[аы]|площадк[аи]|статус)",
    since=rf"(?:участвует |действует )?с(?: какого (?:дня|числа))?"
    rf"|{_DAY} (?:включения|вступления|начала|открытия|создания)(?: \w+)?|начало(?: участия)?|открыт[ао]?",
    until=rf"(?:участвует |действует )?по(?: какой день)?|{_DAY} (?:исключения|выхода|окончания|завершения|закрытия)"
    r"(?: \w+)?|окончание(?: участия)?",
    order=r"приказ.*|основание|документ.*|реквизиты.*",
)
IDENTITY = tuple(
    (role, pattern) for role, pattern in REGISTER if role in {"code", "login", "name", "short_name", "municipality"}
)
ROLES = (*OWN, *IDENTITY)
NEEDED = (("project",), ("since",), ("code", "login", "name", "short_name"))


def read_rows(sheet: str, head: Head, rows: Sequence[Sequence[Any]], findings: Findings) -> list[dict[str, Any]]:
    """Read the rows below a head; what is wrong in them is noted. A project named once stands for the rows below it."""
    found: list[dict[str, Any]] = []
    project = ""
    for number, row in enumerate(rows[head.line + 1 :], start=head.line + 2):
        if is_blank(list(row)) or is_total(row):
            continue
        project = plain(head.cell(row, "project")) or project
        record = {
            "sheet": sheet,
            "row": number,
            "code": code_of(head.cell(row, "code"), 6) or "",
            "login": login_of(head.cell(row, "login")) or "",
            "name": plain(head.cell(row, "name")),
            "short_name": plain(head.cell(row, "short_name")),
            "municipality": plain(head.cell(row, "municipality")),
            "municipality_code": "",
            "project": project,
            "order": findings.text(sheet, number, head, row, "order", 300),
            "since": findings.day(sheet, number, head, row, "since", missing="не сказано, с какого дня"),
            "until": findings.day(sheet, number, head, row, "until"),
        }
        if record["code"] or record["login"] or record["name"] or record["short_name"]:
            found.append(record)
        else:
            findings.warn(f"Лист «{sheet}», строка {number} пропущена: в ней нет ни кода, ни логина, ни названия.")
    return found
