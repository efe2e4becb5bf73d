"""The social passports of schools: one row a school, one column a figure."""

import math
import re
from collections.abc import Iterable, Sequence
from typing import Any

from common.spreadsheets import cells
from common.spreadsheets.cells import is_blank, key, plain, whole
from common.spreadsheets.gate import Refused
from common.years import YearError, format_academic_year, parse_academic_year
from schools.layouts.findings import Findings
from schools.layouts.headings import Head, patterns
from schools.layouts.register import ROLES as REGISTER
from schools.layouts.register import is_total
from schools.layouts.values import code_of, is_given, login_of

_MANY = r"(?:кол-во|количество|число|численность)"
_PUPILS = r"(?:обучающихся|учащихся|учеников|детей)"
MEASURES = patterns(
    pupils=rf"{_PUPILS},? всего|всего,? {_PUPILS}|{_MANY} {_PUPILS}(?:,? всего)?|контингент.*|{_PUPILS}",
    parents_higher_education=r".*родител\w+ .*высш\w+ образовани.*",
    single_parent=r".*неполн\w+ сем.*",
    low_income=r".*(?:малообеспеч|малоимущ).*",
    parents_unemployed=r".*безработн.*",
    on_record=r".*на (?:проф\w+ )?учете?.*|.*\bкдн\b.*",
    russian_not_native=r".*русск.*не ?родн.*|.*не ?родн.*русск.*",
    special_needs=r".*\bовз\b.*|.*инвалид.*",
    narrow_specialists=r".*узк\w+ специалист.*",
    teachers=rf"учителей,? всего|всего,? учителей|{_MANY} (?:учителей|педагог\w+)(?:,? всего)?|учителей",
    distance_km=r".*расстояни.*|удаленност.*",
)
IDENTITY = tuple(
    (role, pattern) for role, pattern in REGISTER if role not in {"level", "locality", "kind", "type", "site", "inn"}
)
ROLES = (*MEASURES, *IDENTITY)
NAMES = tuple(role for role, _ in MEASURES)
NEEDED = (("pupils",), ("low_income", "single_parent"), ("code", "login", "name", "short_name"))
_MOST = 20_000
_YEARS = re.compile(r"20\d\d\s?[/–—-]\s?(?:20)?\d\d(?!\d)")
_FIRST_DAY = re.compile(r"на (?:0?1[. ](?:09|сентября)|начало)[. ](20\d\d)")  # «на 1 сентября 2021 года»
_ONE_YEAR = re.compile(r"(?<!\d)(20[0-4]\d)(?!\d)")
PARTS = NAMES[1:8]  # these are parts of the pupils
SHARES = {**dict.fromkeys(PARTS, "pupils"), "narrow_specialists": "teachers"}
_IN_PERCENTS = re.compile(r"%|процент|доля")


def read_rows(sheet: str, head: Head, rows: Sequence[Sequence[Any]], findings: Findings) -> list[dict[str, Any]]:
    """Read the rows below a head; what is wrong in them is noted."""
    found: list[dict[str, Any]] = []
    for number, row in enumerate(rows[head.line + 1 :], start=head.line + 2):
        if is_blank(list(row)) or is_total(row):
            continue
        record = _record(sheet, number, head, row, findings)
        if not (record["code"] or record["login"] or record["name"]):
            findings.warn(f"Лист «{sheet}», строка {number} пропущена: в ней нет ни кода, ни логина, ни названия.")
            continue
        found.append(record)
    return found


def _record(sheet: str, number: int, head: Head, row: Sequence[Any], findings: Findings) -> dict[str, Any]:
    code, login = head.cell(row, "code"), head.cell(row, "login")
    values: dict[str, int | None] = {}
    for name in ("pupils", "teachers", *NAMES):
        if name in head.places and name not in values:
            whole_of = values.get(SHARES.get(name, ""))
            values[name] = _figure(sheet, number, name, head, row, findings, whole_of)
    record = {
        "sheet": sheet,
        "row": number,
        "code": code_of(code, 6) or "",
        "login": login_of(login) or "",
        "name": plain(head.cell(row, "name")) or plain(head.cell(row, "short_name")),
        "municipality_code": code_of(head.cell(row, "municipality_code"), 3) or "",
        "municipality": plain(head.cell(row, "municipality")),
        "values": {name: value for name, value in values.items() if value is not None},
    }
    for role, read in (("code", record["code"]), ("login", record["login"])):
        if is_given(head.cell(row, role)) and not read:
            what = "это не код ОО" if role == "code" else "это не логин ФИС ОКО"
            findings.problem(sheet, number, head.titles[role], head.cell(row, role), what, "исправьте ячейку")
    _check_parts(sheet, number, head, record["values"], findings)
    return record


def _figure(
    sheet: str, number: int, name: str, head: Head, row: Sequence[Any], findings: Findings, whole_of: int | None
) -> int | None:
    """Read a number of people or kilometres; of a percent of all the people are counted, and that is said."""
    value = head.cell(row, name)
    if not is_given(value):
        return None
    title = head.titles[name]
    if name in SHARES and ("%" in plain(value) or _IN_PERCENTS.search(key(title))):
        figure, what = _people(value, whole_of), f"такой доли от {whole_of or 'неизвестного числа'} не бывает"
        findings.warn(f"Столбец «{title}» — в процентах: число людей вычислено из доли.")
    else:
        figure, what = whole(value), "это не число людей или километров"
    if figure is None or not 0 <= figure <= _MOST:
        findings.problem(sheet, number, title, value, what, "впишите целое число")
        return None
    return figure


def _people(value: Any, whole_of: int | None) -> int | None:
    """Return how many people a percent of all is, None if no number of people gives it, rounded as the cell is."""
    percent = cells.number(value)
    if percent is None or whole_of is None or not 0 <= percent <= 100:
        return None
    digits = plain(value).replace(" ", "").rstrip("%").replace(",", ".").partition(".")[2]
    people = math.floor(percent * whole_of / 100 + 0.5)
    return people if abs(100 * people - percent * whole_of) <= 0.51 * whole_of / 10 ** len(digits) else None


def _check_parts(sheet: str, number: int, head: Head, values: dict[str, int], findings: Findings) -> None:
    pupils = values.get("pupils")
    for name in PARTS:
        if pupils is not None and values.get(name, 0) > pupils:
            what = f"больше, чем обучающихся всего ({pupils})"
            findings.problem(sheet, number, head.titles[name], values[name], what, "проверьте оба числа")


def year_of(texts: Iterable[str], file_name: str, hint: int | None, findings: Findings) -> int:
    """
    Say of which academic year the passports are: by the file's own words, else by its name, else by the hint.

    :raises Refused: if they contradict one another, or none of them says
    """
    said = {year for text in texts for year in _years_in(text)}
    if len(said) > 1:
        listed = ", ".join(format_academic_year(year) for year in sorted(said))
        raise Refused(f"В файле названы разные учебные годы ({listed}): оставьте один.")
    if said:
        (year,) = said
        if hint not in (None, year):
            raise Refused(
                f"В файле — {format_academic_year(year)} учебный год, а указан {format_academic_year(hint)}: "
                "проверьте, тот ли это файл."
            )
        return year
    if hint is not None:
        return hint
    named = _years_in(file_name) or [int(year) for year in _ONE_YEAR.findall(file_name)]
    if len(set(named)) == 1:
        findings.warn(f"Учебный год взят из имени файла: {format_academic_year(named[0])}.")
        return named[0]
    raise Refused(
        "Не сказано, за какой учебный год паспорта: впишите его в заголовок, например «2021/22 учебный год», "
        "или укажите при загрузке (--year)."
    )


def _years_in(text: str) -> list[int]:
    years = [int(year) for year in _FIRST_DAY.findall(key(text))]
    for match in _YEARS.findall(key(text)):
        try:
            years.append(parse_academic_year(match))
        except YearError:
            continue
    return years
