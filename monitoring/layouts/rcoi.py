"""РЦОИ, ОГЭ and ЕГЭ: «01 - Русский язык 2022.06.23», names and passports (dropped), stacked exams, appeals."""

import re
from collections import Counter

from monitoring.layouts.cells import class_grade
from monitoring.layouts.context import Context, Table
from monitoring.layouts.headers import Header
from monitoring.layouts.individual import read_individual
from monitoring.layouts.norms import Norms
from monitoring.layouts.words import key, plain

NAME = "rcoi"
TITLE = "РЦОИ: результаты экзамена"
_TITLE = re.compile(r"\s*(\d{1,2})\s?[-–—_.]\s?\D")
_NAME = re.compile(r"(?:^|[^\d])(\d{2})_20\d\d")


def fits(header: Header) -> bool:
    """Say whether the head is of this layout."""
    is_register = header.has("code") and any(header.has(role) for role in ("personal", "short", "long", "room"))
    return is_register and any(header.has(role) for role in ("test_score", "mark", "score"))


def read(context: Context, table: Table) -> None:
    """Read the exam under the head."""
    header = table.header
    measure = "score" if header.has("test_score") and not header.has("mark") else "marks"
    code = next((int(match[1]) for text in table.preamble if (match := _TITLE.match(plain(text)))), None)
    if code is None and (match := _NAME.search(table.file_name)):
        code = int(match[1])
    guess = _guess(table, measure, context.norms)
    read_individual(context, table, measure=measure, guess=guess, subject_code=code)


def _guess(table: Table, measure: str, norms: Norms) -> str | None:
    """Return the exam that columns and classes imply: test scores are of the ЕГЭ only, class 9 sits the ОГЭ."""
    by_code = {procedure.code: name for name, procedure in norms.procedures.items()}
    if measure == "score" or any("базов" in key(subject) for subject in table.content.subjects):
        return by_code.get("ege")
    place = table.header.place("class")
    if place is None:
        return None
    seen = Counter(class_grade(row[place]) for _, row in table.lines.ahead(50) if len(row) > place)
    seen.pop(None, None)
    if not seen:
        return None
    grade = seen.most_common(1)[0][0]
    return by_code.get({9: "oge", 11: "ege", 12: "ege"}.get(grade or 0, ""))
