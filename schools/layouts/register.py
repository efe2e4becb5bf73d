"""The register of schools: one row a school."""

from collections.abc import Sequence
from typing import Any

from common.spreadsheets.cells import is_blank, key, plain
from schools.layouts.findings import Findings
from schools.layouts.headings import Head, patterns
from schools.layouts.values import (
    code_of,
    inn_is_consistent,
    inn_of,
    is_given,
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
    type=rf"(?:тип|вид)(?: {_SCHOOL})?",
    site=r"(?:адрес )?сайта?|официальный сайт|url",
)
# The last: a table of results names schools and municipalities too, but says nothing of the schools themselves.
NEEDED = (
    ("code", "login"),
    ("name", "short_name"),
    ("municipality", "municipality_code"),
    ("level", "locality", "inn", "type"),
)
_TOTALS = ("итог", "всего", "средн", "в том числе")
_HOW = {
    "level": (level_of, "уровень не узнан", "напишите НОО, ООО или СОО"),
    "locality": (locality_of, "местность не узнана", "напишите «город» или «село»"),
    "type": (type_of, "тип школы не узнан", "напишите: обычная, гимназия, лицей, вечерняя, для детей с ОВЗ, закрытая"),
}


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
    short, full = plain(head.cell(row, "short_name")), plain(head.cell(row, "name"))
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
    }


def _place(head: Head, row: Sequence[Any]) -> dict[str, str]:
    """The municipality's code and name; a column «МСУ» may hold either."""
    code = code_of(head.cell(row, "municipality_code"), 3) or ""
    name = plain(head.cell(row, "municipality"))
    if name and (digits := code_of(name, 3)):
        code, name = code or digits, ""
    return {"municipality_code": code, "municipality": name}
