"""
How the same pupils wrote two works, the later one of the year that is asked.

Known only where somebody has answered for it that codes of pupils last from work to work; then the database joins rows
and keeps sums of schools (`SamePupils`), and nothing of a pupil is read here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from common.sql import named_sql
from common.years import format_academic_year
from indicators.enums import ValueStatus
from indicators.facts import Basis, Cause, Column, Fragment, Parameter, UnknownValue, fact
from indicators.formula.facts import FactSpec
from monitoring.facts.parameters import GRADE, PROCEDURE, PROCEDURES, SUBJECT, known_procedures
from monitoring.facts.results import Units
from monitoring.models import Assessment, Procedure
from monitoring.selectors.comparison import assessments_of_year, once
from monitoring.selectors.same_pupils import PupilPair, marks_of_codes, pair_of
from schools.enums import Kind

TOGETHER = "работы одних и тех же учеников"
PEOPLE = "чел."
BEFORE_GRADE = Parameter("прежний_класс", "before_grade", "класс, в котором писали прежнюю работу", number=True)
BEFORE_PROCEDURE = Parameter(
    "прежняя_процедура",
    "before_procedure",
    "процедура прежней работы, если она другая и коды у них общие",
    choices=known_procedures,
    required=False,
    usual=PROCEDURES,
)


def _settled(spec: FactSpec, params: dict[str, Any]) -> FactSpec:
    """Refuse an earlier grade that is not earlier. :raises UnknownValue: for such a one"""
    grade, before = int(params["grade"]), int(params["before_grade"])
    if not 1 <= before < grade <= 11:
        message = (
            f"прежний класс раньше нынешнего: те же ученики пишут сначала в младшем, а не {before} и потом {grade}."
        )
        raise UnknownValue(message, [str(one) for one in range(1, grade)], BEFORE_GRADE.name)
    return spec


def pairs_asked(basis: Basis, **asked: Any) -> list[PupilPair] | Cause:
    """Return the works that a fact compares in the basis's academic year, or why there is nothing to compare."""
    question = ("same pupils", basis.academic_year, *sorted(asked.items()))
    return once(question, lambda: _found(basis, **asked))


def _found(
    basis: Basis, *, procedure: str, subject: str, grade: int, before_grade: int, before_procedure: str = ""
) -> list[PupilPair] | Cause:
    former = before_procedure or procedure
    undeclared = _undeclared(procedure, former)
    if undeclared:
        return Cause(undeclared, ValueStatus.NOT_SUBMITTED)
    year, earlier = basis.academic_year, basis.academic_year - (int(grade) - int(before_grade))
    now = assessments_of_year(procedure, (subject,), {int(grade)}, year)
    before = assessments_of_year(former, (subject,), {int(before_grade)}, earlier)
    for held, level, when in ((now, grade, year), (before, before_grade, earlier)):
        if not held:
            text = f"в {format_academic_year(when)} учебном году работы в {int(level)} классе не было"
            return Cause(text, ValueStatus.NOT_HELD)
    of_subject = {one.subject_id: one for one in before}
    pairs = [pair_of(one, of_subject[one.subject_id]) for one in now if one.subject_id in of_subject]
    comparable = [pair for pair in pairs if pair.measure is not None]
    if not comparable:
        reason = pairs[0].reason if pairs else "работы двух лет по разным предметам"
        return Cause(reason, ValueStatus.NOT_HELD)
    return _with_codes(comparable)


def _undeclared(procedure: str, former: str) -> str:
    known = {one.code: one for one in Procedure.objects.filter(owner=None, code__in=[procedure, former])}
    for code in (procedure, former):
        if code not in known or not known[code].has_lasting_codes:
            return f"процедура {known.get(code, code)} не объявила постоянных кодов участников"
    holders = {one.codes_of_id or one.pk for one in known.values()}
    return "" if len(holders) == 1 else "у двух процедур разные коды участников: общих они не объявили"


def _with_codes(pairs: Sequence[PupilPair]) -> list[PupilPair] | Cause:
    hashed: dict[int, set[str]] = {}
    for key, mark in marks_of_codes({one.pk for pair in pairs for one in (pair.now, pair.before)}):
        hashed.setdefault(key, set()).add(mark)
    known = [pair for pair in pairs if hashed.get(pair.now.pk, set()) & hashed.get(pair.before.pk, set())]
    if known:
        return known
    bare = next((one for one in (pairs[0].before, pairs[0].now) if one.pk not in hashed), None)
    return Cause(_without_codes(bare), ValueStatus.NOT_SUBMITTED)


def _without_codes(bare: Assessment | None) -> str:
    if bare is None:
        return "отпечатки кодов двух работ сделаны разными ключами: одну из них нужно загрузить заново"
    year = format_academic_year(bare.academic_year)
    return (
        f"у работы {bare.grade} класса {year} учебного года нет постоянных кодов: "
        "её файл без них или загружен до их объявления"
    )


def _unknown(basis: Basis, **asked: Any) -> Cause | None:
    found = pairs_asked(basis, **asked)
    return found if isinstance(found, Cause) else None


def _count(name: str, alias: str, column: str, title: str) -> None:
    """Register a sum of the same pupils as a fact."""

    @fact(
        name,
        of=Kind.SCHOOL,
        title=title,
        unit=PEOPLE,
        aliases=(alias,),
        parameters=(PROCEDURE, SUBJECT, GRADE, BEFORE_GRADE, BEFORE_PROCEDURE),
        settle=_settled,
        availability=_unknown,
        when_missing="никто из школы не писал поздней работы, или её файл без постоянных кодов",
        missing_status=ValueStatus.NOT_HELD,
        source=TOGETHER,
    )
    def pupils(basis: Basis, units: Units = None, **asked: Any) -> Column:
        found = pairs_asked(basis, **asked)
        pairs = [] if isinstance(found, Cause) else found
        keys = ([pair.now.pk for pair in pairs], [pair.before.pk for pair in pairs])
        return Column(Fragment(named_sql("monitoring", "same_pupils_counted"), keys), Fragment(column))


_count(
    "те_же_ученики",
    "same_pupils",
    "wrote_both",
    "Учеников, писавших и прежнюю работу (в прежнем классе), и нынешнюю; перешедшие считаются там, где писали нынешнюю",
)
_count("поднялись", "risen", "risen", "Тех же учеников, чья отметка, уровень или балл выше, чем в прежней работе")
_count("сохранили", "kept", "kept", "Тех же учеников, чья отметка, уровень или балл тот же, что в прежней работе")
_count("опустились", "fallen", "fallen", "Тех же учеников, чья отметка, уровень или балл ниже, чем в прежней работе")
