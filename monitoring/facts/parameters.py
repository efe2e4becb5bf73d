"""
What the facts of results take in their brackets: procedure, subjects, grades, marks, levels, and how they are read.

Subjects and grades may be several at once («русский язык, математика», «5–8», «4, 6–8») or all of them; then works are
counted: a pupil who wrote in two subjects counts twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from indicators.facts import Parameter, UnknownValue
from indicators.formula.facts import FactSpec
from monitoring.catalogue.procedures import procedure_catalogue
from monitoring.enums import MeasureKind
from monitoring.models import MarkScale, Procedure, Subject
from monitoring.selectors.comparison import is_about, once

MIN_PARTICIPANTS = 5
ALL = "*"
MARKS = (2, 3, 4, 5)
KNOWN_MARKS = ("2", "3", "4", "5", "4 и 5", "любая")
KNOWN_GRADES = ("4", "5–8", "4, 6–8", "все классы")

# Words that formulas may use before the first file is loaded; those of the database are added to them.
PROCEDURES = {"впр": "vpr", "огэ": "oge", "егэ": "ege", "кдр": "kdr"}
MEASURES = {"vpr": MeasureKind.MARKS, "oge": MeasureKind.MARKS, "ege": MeasureKind.SCORE, "kdr": MeasureKind.LEVELS}
SUBJECTS = ("русский язык", "математика", "читательская грамотность", "естественно-научная грамотность")
ALL_SUBJECTS = {"все предметы": ALL, "все": ALL}
REACHED = "базовый и выше"
LEVELS = {
    "недостаточный": "недостаточный",
    "пониженный": "пониженный",
    "ниже базового": "пониженный",
    "базовый": "базовый",
    "повышенный": "повышенный",
    "выше базового": "повышенный",
    REACHED: REACHED,
    "любой": ALL,
}
PLACES = ("недостаточный", "пониженный", "базовый", "повышенный")
OBJECTIVE = "обеспечена"
ANY = "любая"


def known_procedures() -> dict[str, str | int]:
    """Return the procedures of the centre by the words that name them; a municipality's own are not facts."""
    known = dict(Procedure.objects.filter(owner=None).values_list("name", "code"))
    return {**PROCEDURES, **known, **{code: code for code in [*PROCEDURES.values(), *known.values()]}}


def _subjects() -> dict[str, str | int]:
    names = [*SUBJECTS, *Subject.objects.values_list("name", flat=True)]
    return {name: name.lower() for name in names}


def _every_subject() -> dict[str, str | int]:
    return {**_subjects(), **ALL_SUBJECTS}


def _levels() -> dict[str, str | int]:
    known: dict[str, str | int] = {}
    for terms in Procedure.objects.filter(owner=None, measure=MeasureKind.LEVELS).values_list("terms", flat=True):
        for names in terms.get("levels", []):
            known.update(dict.fromkeys(names, names[0]))
    for one in MarkScale.objects.filter(procedure__owner=None, levels__isnull=False).select_related("procedure"):
        known.update({name: known.get(name, name) for name in one.levels or []})
    return {**known, **LEVELS}


def called_levels(scale: Iterable[str] | None, terms: Mapping[str, Any]) -> list[str]:
    """
    Return the levels by which results are counted, the lowest first, each by the name that formulas know it by.

    They are those of the scale, where it names any, or the procedure's, or the usual ones.
    """
    by_alias = {str(alias): str(names[0]) for names in terms.get("levels", []) for alias in names}
    names = list(scale or []) or [str(names[0]) for names in terms.get("levels", [])] or list(PLACES)
    return [str(LEVELS.get(name := by_alias.get(said, said), name)) for said in names]


def _levels_of(given: Mapping[str, Any]) -> Sequence[str]:
    """
    The parts over which levels are spread, the lowest first: those of the procedure and of every scale that is asked.

    Results are counted by the scale of their year. A level that only one year names is a part as well, for otherwise
    its works would be in none.
    """
    procedure = Procedure.objects.filter(owner=None, code=given.get("procedure", "")).first()
    if procedure is None:
        return PLACES
    levels = called_levels(None, procedure.terms)
    for scale in procedure.scales.exclude(levels=None).select_related("subject").order_by("from_year", "pk"):
        if _is_asked(scale, given):
            levels = _joined(levels, called_levels(scale.levels, procedure.terms))
    return list(dict.fromkeys(levels))


def _is_asked(scale: MarkScale, given: Mapping[str, Any]) -> bool:
    """Whether the scale is of one of the subjects and grades; what cannot be read is told where it is written."""
    subjects = subjects_of(str(given.get("subject", ALL)))
    if subjects is not None and not is_about(scale, subjects):
        return False
    try:
        grades = grades_of(given.get("grade", "все"))
    except UnknownValue:
        return False
    return grades is None or scale.grade in grades


def _joined(levels: Sequence[str], others: Sequence[str]) -> list[str]:
    """Put those that are missing behind the one that stands before them in their own list."""
    found, place = list(levels), 0
    for level in others:
        if level not in found:
            found.insert(place, level)
        place = found.index(level) + 1
    return found


def only_grade(given: Mapping[str, Any]) -> int | None:
    """Return the grade of a procedure that is written in one grade only, as the portal's data say, or its own file."""
    code = str(given.get("procedure", ""))
    grades = once(("grades", code), lambda: _grades_of_procedure(code))
    return grades[0] if len(grades) == 1 else None


def _grades_of_procedure(code: str) -> Sequence[int]:
    known = Procedure.objects.filter(owner=None, code=code).values_list("terms__grades", flat=True).first()
    return known or _grades_in_file().get(code, ())


@cache
def _grades_in_file() -> dict[str, Sequence[int]]:
    """The grades of procedures before any is loaded."""
    return {one.code: tuple(one.terms.get("grades", ())) for one in procedure_catalogue().procedures}


PROCEDURE = Parameter(
    "процедура", "procedure", "впр, огэ, егэ, кдр или другая", choices=known_procedures, usual=PROCEDURES
)
SUBJECT = Parameter(
    "предмет",
    "subject",
    "предмет, как он назван в результатах",
    choices=_subjects,
    usual={name: name for name in SUBJECTS},
)
GRADE = Parameter("класс", "grade", "класс; не нужен, если процедуру пишут в одном", number=True, implied=only_grade)
SUBJECTS_OF = Parameter(
    "предмет",
    "subject",
    "предмет, несколько через запятую или «все предметы»",
    choices=_every_subject,
    several=True,
    usual={**{name: name for name in SUBJECTS}, **ALL_SUBJECTS},
)
GRADES_OF = Parameter(
    "класс",
    "grade",
    "класс, «5–8», «4, 6–8» или «все классы»; не нужен, если процедуру пишут в одном",
    implied=only_grade,
)
WRITTEN = (PROCEDURE, SUBJECT, GRADE)
MANY = (PROCEDURE, SUBJECTS_OF, GRADES_OF)
MARK = Parameter(
    "отметка",
    "mark",
    "отметка: 2, 3, 4, 5, «4 и 5» или «любая»",
    parts=lambda given: [(mark, str(mark)) for mark in MARKS],
)
LEVEL = Parameter(
    "уровень",
    "level",
    "уровень, несколько через запятую, «базовый и выше» или «любой»",
    choices=_levels,
    several=True,
    usual=LEVELS,
    parts=lambda given: [(level, level) for level in _levels_of(given)],
)
OBJECTIVITY = Parameter(
    "объективность",
    "objectivity",
    "«обеспечена»: без работ, где есть признаки необъективности",
    choices={OBJECTIVE: OBJECTIVE, ANY: ANY},
    required=False,
    default=ANY,
)
LEAST = Parameter(
    "не_меньше_участников",
    "least",
    "сколько участников нужно в школе",
    required=False,
    default=MIN_PARTICIPANTS,
    number=True,
)
STEP = Parameter(
    "заметное_изменение",
    "step",
    "изменение в процентных пунктах, меньше которого считается нулевым",
    required=False,
    default=0,
    number=True,
)

_SPAN = re.compile(r"(\d{1,2})(?:\s*[–—-]\s*(\d{1,2}))?")


def subjects_of(said: str) -> tuple[str, ...] | None:
    """Return the subjects that are named; None for all of them."""
    names = said.split(", ")
    return None if ALL in names else tuple(names)


def grades_of(said: str | int) -> frozenset[int] | None:
    """Return the grades that are named; None for all of them. :raises UnknownValue: for what is no grade"""
    text = str(said).strip().casefold()
    if text in ("все", "все классы", "all"):
        return None
    found: set[int] = set()
    for part in re.split(r",|\bи\b", text):
        span = _SPAN.fullmatch(part.strip())
        first, last = (int(span[1]), int(span[2] or span[1])) if span else (0, 0)
        if not 1 <= first <= last <= 11:
            message = f"класс «{said}» не читается: пишется 9, «5–8», «4, 6–8» или «все классы»."
            raise UnknownValue(message, KNOWN_GRADES, GRADES_OF.name)
        found |= {*range(first, last + 1)}
    return frozenset(found)


def marks_of(said: str | int) -> tuple[int, ...]:
    """Return the marks that are named. :raises UnknownValue: for what is no mark"""
    text = str(said).strip().casefold()
    if text in ("любая", "все", "any"):
        return MARKS
    parts = [part.strip(" «»\"'") for part in re.split(r",|\bи\b", text)]
    marks = tuple(sorted({int(part) for part in parts if part in ("2", "3", "4", "5")}))
    if len(marks) != len(parts):
        message = f"отметка «{said}» не читается: пишется 2, 3, 4, 5, «4 и 5» или «любая»."
        raise UnknownValue(message, KNOWN_MARKS, MARK.name)
    return marks


def settled(spec: FactSpec, params: dict[str, Any]) -> FactSpec:
    """
    Read what is in the brackets, so that a mistake is told where it is written; several subjects or grades make works.

    :raises UnknownValue: for what cannot be read
    """
    subjects, grades = subjects_of(params["subject"]), grades_of(params["grade"])
    _refuse_other_grade(params["procedure"], grades)
    if "mark" in params:
        marks_of(params["mark"])
        _refuse_other(params["procedure"], MeasureKind.LEVELS, "даёт уровни, а не отметки: пишется «уровни(…)»")
    if "level" in params:
        _refuse_other(params["procedure"], MeasureKind.MARKS, "даёт отметки, а не уровни: пишется «отметки(…)»")
        _refuse_other(params["procedure"], MeasureKind.SCORE, "даёт баллы, а не уровни")
    is_one = subjects is not None and len(subjects) == 1 and grades is not None and len(grades) == 1
    return replace(spec, unit="работ") if spec.unit == "участников" and not is_one else spec


def _refuse_other(procedure: str, measure: MeasureKind, why: str) -> None:
    """Refuse a procedure that gives something else; those that come with the portal are known without asking."""
    given = MEASURES.get(procedure)
    if given is None:
        given = Procedure.objects.filter(owner=None, code=procedure).values_list("measure", flat=True).first()
    if given == measure:
        name = next((word for word, code in PROCEDURES.items() if code == procedure), procedure)
        raise UnknownValue(f"{name.upper()} {why}.", parameter=PROCEDURE.name)


def _refuse_other_grade(procedure: str, grades: frozenset[int] | None) -> None:
    """Refuse a grade in which nobody ever writes the procedure, where there is but one; the file is asked first."""
    if grades is None or len(in_file := _grades_in_file().get(procedure, ())) != 1 or set(in_file) & grades:
        return
    only = only_grade({"procedure": procedure})
    if only is not None and only not in grades:
        name = next((word for word, code in PROCEDURES.items() if code == procedure), procedure)
        raise UnknownValue(f"{name.upper()} пишут в {only} классе.", parameter=GRADE.name)


def bits(places: Iterable[int]) -> int:
    """Write places counted from nought as bits of one number."""
    return sum(1 << place for place in set(places))
