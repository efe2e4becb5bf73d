"""What a line of text, or a file's name, says of the assessment: procedure, subject, grade, year, day, maximum."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from monitoring.layouts.norms import Norms
from monitoring.layouts.words import day, key, plain

_ACADEMIC = re.compile(r"(?<!\d)(20\d\d)\s?[/\\-]\s?(20\d\d|\d\d)(?![\d.\-/])")
_BARE_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_GRADE = re.compile(
    r"(?<!\d)(\d{1,2})(?:\s?-?\s?(?:й|го|ый|ого|х|ые))?\s?(?:кл\b|класс\w*)|класс\w*\s?[:=-]?\s?(\d{1,2})(?!\d)"
)
_PROGRAMME = re.compile(r"программ\w*\s(?:за\s)?(\d{1,2})(?:-?го)?\s?кл")
_MAXIMUM = re.compile(r"максимальн\w*\s(?:первичн\w*\s)?балл\w*\D{0,20}?(\d{1,3})(?!\d)")
_MADE = re.compile(
    r"(?:выгруж|выгрузк|сформирован|формировани|распечатан|напечатан|дата печати)"
)  # of the report itself
_TOKENS = re.compile(r"\d+|[a-zа-я]+")


@dataclass
class Clues:
    """What one source says. Several values are kept, for two that differ are a conflict."""

    procedures: list[str] = field(default_factory=list)
    subjects: list[str] = field(default_factory=list)
    grades: list[int] = field(default_factory=list)
    academic_years: list[int] = field(default_factory=list)
    years: list[int] = field(default_factory=list)
    day: date | None = None
    max_score: int | None = None
    programme_grade: int | None = None

    def add(self, other: "Clues") -> None:
        """Take in what another source says."""
        for name in ("procedures", "subjects", "grades", "academic_years", "years"):
            mine = getattr(self, name)
            mine.extend(value for value in getattr(other, name) if value not in mine)
        self.day = self.day or other.day
        self.max_score = self.max_score or other.max_score
        self.programme_grade = self.programme_grade or other.programme_grade


def of_lines(lines: Iterable[Any], norms: Norms) -> Clues:
    """Read the lines that stand above a table."""
    found = Clues()
    for line in lines:
        found.add(of_text(plain(line), norms))
    return found


def of_text(text: str, norms: Norms) -> Clues:
    """Read one line such as «ВПР 2021 Математика 5 класс»."""
    words = key(text)
    if len(text) > 500 or _MADE.search(words):
        return Clues()
    found = Clues(day=day(words))
    if match := _MAXIMUM.search(words):
        found.max_score = int(match[1])
    if match := _PROGRAMME.search(words):
        found.programme_grade = int(match[1])
        words = words.replace(match[0], " ")
    _read_years(words, found)
    found.grades = _unique(int(one or other) for one, other in _GRADE.findall(words))
    found.procedures = _procedures(words, norms)
    found.grades = found.grades or _grades_of_procedure(words, norms)
    found.subjects = _subjects(words, norms)
    return found


def of_name(name: str, norms: Norms) -> Clues:
    """Read a file's name, where words are short and glued to numbers: «kdr4-reading-2022.xlsx»."""
    stem = key(name.rsplit(".", 1)[0] if "." in name else name).replace("_", " ")
    found = of_text(stem, norms)
    before: str | None = None
    for token in _TOKENS.findall(stem):
        if token.isdigit():
            if before and len(token) <= 2 and 1 <= int(token) <= 11:
                found.grades = _unique([*found.grades, int(token)])
            before = None
            continue
        before = None
        if procedure := _procedures(token, norms):
            found.procedures = _unique([*found.procedures, *procedure])
            before = token
        elif subject := norms.subject_tokens.get(token):
            # A short token repeats what a longer word has said already, or is the only word.
            found.subjects = found.subjects if _says(found.subjects, subject) else [*found.subjects, subject]
            before = token
        elif _subjects(token, norms):
            before = token
    return found


def of_year(value: Any) -> Clues:
    """Read a cell of a column «Год»: 2021, or 2020/21."""
    found = Clues()
    _read_years(key(value), found)
    return found


def subject_in(value: Any, norms: Norms) -> str | None:
    """Return the subject that a cell names, in full or in short."""
    text = key(value)
    if text in norms.subject_tokens:
        return norms.subject_tokens[text]
    found = _subjects(text, norms)
    return found[0] if len(found) == 1 else None


def _read_years(words: str, found: Clues) -> None:
    for first, second in _ACADEMIC.findall(words):
        if (int(first) + 1) % 100 == int(second) % 100:
            found.academic_years = _unique([*found.academic_years, int(first)])
    rest = _ACADEMIC.sub(" ", words)
    if found.day is None:
        found.years = _unique(int(year) for year in _BARE_YEAR.findall(rest))
    else:
        days = str(found.day.year)
        found.years = _unique(int(year) for year in _BARE_YEAR.findall(rest) if year != days)


def _procedures(words: str, norms: Norms) -> list[str]:
    found = []
    for procedure in norms.procedures.values():
        if any(re.search(rf"(?<![а-яa-z]){re.escape(alias)}(?![а-яa-z])", words) for alias in procedure.aliases):
            found.append(procedure.name)
    return found


def _grades_of_procedure(words: str, norms: Norms) -> list[int]:
    """Read «КДР4» and «КДР-8», where a grade is glued to the procedure."""
    aliases = "|".join(re.escape(alias) for procedure in norms.procedures.values() for alias in procedure.aliases)
    found = re.findall(rf"(?<![а-яa-z])(?:{aliases})\s?-?\s?(\d{{1,2}})(?![\d.,/-])", words)
    return _unique(int(grade) for grade in found if 1 <= int(grade) <= 11)


def _subjects(words: str, norms: Norms) -> list[str]:
    found: list[str] = []
    for pattern, name in norms.subject_words:
        rest = pattern.sub("#", words)
        if rest != words:
            words = rest
            found = _unique([*found, name])
    return found


def _says(subjects: list[str], subject: str) -> bool:
    return any(known.startswith(subject.split()[0]) for known in subjects)


def _unique(values: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(values))
