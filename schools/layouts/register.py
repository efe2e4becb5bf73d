"""The register of organisations: one row a school, a pre-school, a college or an extracurricular organisation."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from common.spreadsheets.cells import is_blank, key, plain
from schools.enums import Kind, SchoolType
from schools.layouts.findings import Findings
from schools.layouts.headings import Head, patterns
from schools.layouts.values import (
    code_of,
    inn_is_consistent,
    inn_of,
    is_given,
    kind_of,
    level_of,
    locality_of,
    login_of,
    type_of,
)

_SCHOOL = r"(?:оо|оу|школ[аы]?|организаци[яи]|образовательн\w+ (?:организаци\w+|учреждени\w+)|учреждени[ея])"
ROLES = patterns(
    municipality_code=r"код (?:мсу|мо|мсо|муниципалитета|района)|governmentcode|мсу код",
    code=rf"код(?: {_SCHOOL})?(?: \(?рцои\)?| по рцои| в рцои)?|schoolcode|кодоо|рцои код",
    login=r"логин.*|vprcode",
    inn=r"инн(?: \w+)?",
    short_name=rf"(?:краткое|сокращенное|сокр) (?:наименование|название)(?: {_SCHOOL})?|краткое|сокращенное|"
    r"(?:наименование|название)(?: \w+)? (?:краткое|сокращенное)",
    name=rf"(?:полное )?(?:наименование|название)(?: {_SCHOOL})?(?: полное)?|полное|{_SCHOOL}|schoolname",
    municipality=(
        r"муниципалитет\w*|мсу|мсо|мо|район|территория|(?:наименование|название) (?:мсу|мсо|мо|муниципалитета|района)|"
        r"муниципальн\w+ (?:образование|округ|район)|город/район|район/город"
    ),
    level=r"уровень.*|уровни.*|ступень.*",
    locality=r"город ?/ ?село|город или село|местность|(?:тип|вид) (?:местности|населенного пункта)|расположение",
    kind=rf"вид {_SCHOOL}|категория {_SCHOOL}|вид",
    type=rf"тип(?: {_SCHOOL})?",
    site=r"(?:адрес )?сайта?|официальный сайт|url",
)
# The last: a table of results names schools and municipalities too, but says nothing of the schools themselves.
NEEDED = (
    ("code", "login"),
    ("name", "short_name"),
    ("municipality", "municipality_code"),
    ("level", "locality", "inn", "type", "kind"),
)
# Where a register is asked for, these do, if no column is of results.
ENOUGH = NEEDED[:3]
_RESULTS = re.compile(r"\d{1,3}|.*(?:участник|отметк|оценк|балл|класс|вариант|обучающихся|учащихся|уровень,).*")
_QUOTED = re.compile(r"[\"“„]([^\"“”„«»]+)[\"”“]")  # tables have either quotation marks, the register has one kind
_TOTALS = ("итог", "всего", "средн", "в том числе")
_HOW = {
    "level": (level_of, "уровень не узнан", "напишите НОО, ООО или СОО"),
    "locality": (locality_of, "местность не узнана", "напишите «город» или «село»"),
}
_SORTS = (
    "напишите: школа, гимназия, лицей, вечерняя, для детей с ОВЗ, закрытая, детский сад, учреждение дополнительного "
    "образования или СПО"
)


def read_rows(sheet: str, head: Head, rows: Sequence[Sequence[Any]], findings: Findings) -> list[dict[str, Any]]:
    """Read the rows below a head; what is wrong in them is noted."""
    found: list[dict[str, Any]] = []
    above = {"municipality": "", "municipality_code": ""}
    inconsistent: list[int] = []
    for number, row in enumerate(rows[head.line + 1 :], start=head.line + 2):
        if is_blank(list(row)) or is_total(row):
            continue
        record = _record(sheet, number, head, row, findings)
        if not (record["code"] or record["login"] or record["name"]):
            findings.warn(f"Лист «{sheet}», строка {number} пропущена: в ней нет ни кода, ни логина, ни названия.")
            continue
        _fill_down(record, above)
        if record["inn"] and not inn_is_consistent(record["inn"]):
            inconsistent.append(number)
        found.append(record)
    if inconsistent:
        rest = f" и ещё {len(inconsistent) - 10}" if len(inconsistent) > 10 else ""
        listed = ", ".join(map(str, inconsistent[:10]))
        findings.warn(
            f"ИНН с неверной контрольной цифрой: строки {listed}{rest}. Школы будут загружены; проверьте ИНН."
        )
    return found


def is_plain_register(head: Head) -> bool:
    """Say whether nothing in a head is of results: then a table of codes, names and municipalities is a register."""
    return not any(_RESULTS.fullmatch(key(title)) for title in head.unknown)


def is_total(row: Sequence[Any]) -> bool:
    """Say whether a row sums up others."""
    first = next((key(cell) for cell in row if plain(cell)), "")
    return first.startswith(_TOTALS)


def _fill_down(record: dict[str, Any], above: dict[str, str]) -> None:
    """A merged cell of the municipality stands in the first of its rows only."""
    if record["municipality"] or record["municipality_code"]:
        above.update({name: record[name] for name in above})
    else:
        record.update(above)


def _record(sheet: str, number: int, head: Head, row: Sequence[Any], findings: Findings) -> dict[str, Any]:
    def wrong(role: str, what: str, remedy: str) -> None:
        findings.problem(sheet, number, head.titles[role], head.cell(row, role), what, remedy)

    def read(role: str, reader: Any, what: str, remedy: str) -> Any:
        value = head.cell(row, role)
        if role not in head.places or not is_given(value):
            return ""
        answer = reader(value)
        if answer is None:
            wrong(role, what, remedy)
        return answer or ""

    place = _place(head, row)
    short, full = (_QUOTED.sub(r"«\1»", plain(head.cell(row, role))) for role in ("short_name", "name"))
    return {
        "sheet": sheet,
        "row": number,
        "code": read("code", lambda value: code_of(value, 6), "это не код ОО", "код ОО — шесть цифр, например 131001"),
        "login": read("login", login_of, "это не логин ФИС ОКО", "логин — edu и цифры, например edu240621"),
        "inn": read("inn", inn_of, "это не ИНН", "ИНН — десять цифр"),
        "name": full or short,
        "short_name": short,
        "site": plain(head.cell(row, "site"))[:200] if is_given(head.cell(row, "site")) else "",
        **place,
        **{role: read(role, *how) for role, how in _HOW.items()},
        **_sort(head, row, full or short, wrong),
    }


def _sort(head: Head, row: Sequence[Any], name: str, wrong: Callable[[str, str, str], None]) -> dict[str, str]:
    """
    What the organisation is and, of a school, of which sort.

    People write both into either column; where neither says what it is, the name does, and `is_kind_told` is false.
    """
    found = {"kind": "", "type": ""}
    for role in ("kind", "type"):
        value = head.cell(row, role)
        if not is_given(value):
            continue
        sort, kind = type_of(value), kind_of(value)
        if kind is not None and kind != Kind.SCHOOL:
            found["kind"] = kind
        elif sort is not None:
            found["type"] = sort if sort != SchoolType.ORDINARY or role == "type" else found["type"]
            found["kind"] = found["kind"] or (Kind.SCHOOL if role == "kind" else "")
        elif role == "type":
            wrong(role, "тип школы не узнан", _SORTS)
        else:
            wrong(role, "вид организации не узнан", _SORTS)
    is_told = bool(found["kind"])
    kind = found["kind"] or kind_of(name) or Kind.SCHOOL
    return {"kind": kind, "is_kind_told": is_told, "type": found["type"] if kind == Kind.SCHOOL else ""}


def _place(head: Head, row: Sequence[Any]) -> dict[str, str]:
    """The municipality's code and name; a column «МСУ» may hold either."""
    code = code_of(head.cell(row, "municipality_code"), 3) or ""
    name = plain(head.cell(row, "municipality"))
    if name and (digits := code_of(name, 3)):
        code, name = code or digits, ""
    return {"municipality_code": code, "municipality": name}
