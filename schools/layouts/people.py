"""Whom to invite: one row a person and a role, at one place or several."""

from collections.abc import Sequence
from typing import Any

from common.spreadsheets.cells import day, is_blank, plain
from schools.layouts.findings import Findings
from schools.layouts.headings import Head, patterns
from schools.layouts.values import is_given

ROLES = patterns(
    full_name=r"ф\.? ?и\.? ?о|фамилия,? имя,? отчество|человек|сотрудник|пользователь",
    position=r"должность",
    email=r"(?:адрес )?(?:эл\.? |электронн\w+ )?(?:почт[аы]|e-?mail)",
    login=r"логин",
    role=r"роль(?: в портале)?",
    unit=r"(?:коды? )?(?:мест[ао]?|где|мсу|оо|организаци[ия]|школ[аы]|территори[ия])(?: код)?|код(?: мсу| оо)?",
    order=r"приказ.*|основание|документ.*",
    starts_on=r"с(?: какого (?:дня|числа))?|начало",
    ends_on=r"по(?: какой день)?|окончание",
    direction=r"(?:номер )?направлени[ея]",
)
NEEDED = (("full_name",), ("role",), ("unit",))
TEXTS = ("full_name", "position", "email", "login", "role", "order")


def read_rows(sheet: str, head: Head, rows: Sequence[Sequence[Any]], findings: Findings) -> list[dict[str, Any]]:
    """Read the rows below a head; what is wrong in them is noted."""
    found: list[dict[str, Any]] = []
    for number, row in enumerate(rows[head.line + 1 :], start=head.line + 2):
        if is_blank(list(row)):
            continue
        record: dict[str, Any] = {"sheet": sheet, "row": number}
        record |= {role: plain(head.cell(row, role))[:200] for role in TEXTS}
        record["unit"] = _code(head.cell(row, "unit"))
        record["direction"] = plain(head.cell(row, "direction"))[:3]
        record |= {role: _day(sheet, number, head, row, role, findings) for role in ("starts_on", "ends_on")}
        found.append(record)
    return found


def _code(value: Any) -> str:
    """A code as it is typed, also where the table editor made a number of it; several stay parted."""
    return plain(value).removesuffix(".0")[:300]


def _day(sheet: str, number: int, head: Head, row: Sequence[Any], role: str, findings: Findings) -> str:
    value = head.cell(row, role)
    if not is_given(value):
        return ""
    found = day(plain(value))
    if found is None:
        remedy = "напишите дату, например 01.09.2026"
        findings.problem(sheet, number, head.titles.get(role, role), value, "это не дата", remedy)
    return found.isoformat() if found else ""
