"""Whom to invite: one row a person and a role, at one place or several."""

from collections.abc import Sequence
from typing import Any

from common.spreadsheets.cells import is_blank
from schools.layouts.findings import Findings
from schools.layouts.headings import Head, patterns

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
LONGEST = {  # what the portal keeps; `unit` may name several places
    "full_name": 200, "position": 200, "email": 200, "login": 100, "role": 200, "order": 200, "unit": 300,
    "direction": 20,
}  # fmt: skip


def read_rows(sheet: str, head: Head, rows: Sequence[Sequence[Any]], findings: Findings) -> list[dict[str, Any]]:
    """Read the rows below a head; what is wrong in them is noted."""
    found: list[dict[str, Any]] = []
    for number, row in enumerate(rows[head.line + 1 :], start=head.line + 2):
        if is_blank(list(row)):
            continue
        record: dict[str, Any] = {"sheet": sheet, "row": number}
        record |= {role: findings.text(sheet, number, head, row, role, most) for role, most in LONGEST.items()}
        record["unit"] = record["unit"].removesuffix(".0")  # the table editor made a number of it
        record |= {role: findings.day(sheet, number, head, row, role) for role in ("starts_on", "ends_on")}
        found.append(record)
    return found
