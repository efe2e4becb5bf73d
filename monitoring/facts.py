"""
What monitoring knows of schools, for the formula language: results, their dynamics, and who is on the approved list.

The cohort is the list approved by order for the autumn of the basis, never a computed one: what was not approved helps
nobody and owes nothing.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When

from common.sql import named_sql
from common.years import format_academic_year
from indicators.enums import ValueStatus
from indicators.facts import Basis, Cause, Fragment, Measure, Parameter, fact
from monitoring.enums import Category, ListState
from monitoring.models import ListEntry, Procedure, SchoolList, Subject
from monitoring.selectors.comparison import Incomparable, assessments_held, comparable_pair, from_level
from schools.enums import Kind
from schools.models import Unit

RESULTS = "результаты оценочных процедур"
LIST = "список школ, утверждённый приказом"
MIN_PARTICIPANTS = 5

# Words that formulas may use before the first file is loaded; those of the database are added to them.
PROCEDURES = {"впр": "vpr", "огэ": "oge", "егэ": "ege", "кдр": "kdr"}
SUBJECTS = ("русский язык", "математика", "читательская грамотность", "естественно-научная грамотность")


def _procedures() -> dict[str, str | int]:
    known = dict(Procedure.objects.filter(owner=None).values_list("name", "code"))
    return {**PROCEDURES, **known, **{code: code for code in [*PROCEDURES.values(), *known.values()]}}


def _subjects() -> dict[str, str | int]:
    names = [*SUBJECTS, *Subject.objects.values_list("name", flat=True)]
    return {name: name.lower() for name in names}


PROCEDURE = Parameter("процедура", "procedure", "впр, огэ, егэ, кдр или другая", choices=_procedures, usual=PROCEDURES)
SUBJECT = Parameter(
    "предмет",
    "subject",
    "предмет, как он назван в результатах",
    choices=_subjects,
    usual={name: name for name in SUBJECTS},
)
GRADE = Parameter("класс", "grade", "класс", number=True)
WRITTEN = (PROCEDURE, SUBJECT, GRADE)
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


def _held(basis: Basis, *, procedure: str, subject: str, grade: int, **_more: Any) -> Cause | None:
    """Say that a procedure was not held in the basis's academic year, if so."""
    if any(one.academic_year == basis.academic_year for one in assessments_held(procedure, subject, int(grade))):
        return None
    year = format_academic_year(basis.academic_year)
    return Cause(f"в {year} учебном году процедура не проводилась", ValueStatus.NOT_HELD)


def _this_year(basis: Basis, procedure: str, subject: str, grade: int) -> Fragment:
    """Give one row a school of the basis's year: unit_id, n, reached."""
    held = [one for one in assessments_held(procedure, subject, int(grade)) if one.academic_year == basis.academic_year]
    level = from_level(held[0]) if held else None
    return Fragment(named_sql("monitoring", "results_of_assessments"), (level, [one.pk for one in held]))


def _column(expression: str, rows: Fragment) -> Fragment:
    return Fragment(f"SELECT unit_id, {expression} AS value FROM ({rows.sql}) AS written", rows.params)  # noqa: S608 - expression is ours


@fact(
    "участники",
    of=Kind.SCHOOL,
    title="Участников процедуры в школе",
    unit="участников",
    aliases=("участников", "participants"),
    parameters=WRITTEN,
    availability=_held,
    when_missing="никто из школы не участвовал",
    missing_status=ValueStatus.NOT_HELD,
    source=RESULTS,
)
def participants(
    basis: Basis, units: QuerySet[Unit] | None = None, *, procedure: str, subject: str, grade: int
) -> Fragment:
    """How many pupils of the school took part."""
    return _column("n", _this_year(basis, procedure, subject, grade))


@fact(
    "не_справились",
    of=Kind.SCHOOL,
    title="Участников, не преодолевших минимум (отметка «2», балл ниже порога, уровень ниже базового)",
    unit="участников",
    aliases=("failed",),
    parameters=WRITTEN,
    availability=_held,
    when_missing="никто из школы не участвовал",
    missing_status=ValueStatus.NOT_HELD,
    source=RESULTS,
)
def failed(basis: Basis, units: QuerySet[Unit] | None = None, *, procedure: str, subject: str, grade: int) -> Fragment:
    """How many pupils of the school did not reach the bar."""
    return _column("n - reached", _this_year(basis, procedure, subject, grade))


@fact(
    "доля_справившихся",
    of=Kind.SCHOOL,
    title="Доля справившихся: не «2», не ниже порога, базовый уровень и выше",
    measure=Measure.SHARE,
    unit="%",
    aliases=("share_reached",),
    parameters=(*WRITTEN, LEAST),
    availability=_held,
    when_missing="участников слишком мало или не было",
    missing_status=ValueStatus.TOO_FEW,
    source=RESULTS,
)
def share_reached(
    basis: Basis,
    units: QuerySet[Unit] | None = None,
    *,
    procedure: str,
    subject: str,
    grade: int,
    least: int = MIN_PARTICIPANTS,
) -> Fragment:
    """The share of those who reached the bar, in percent; unknown where there were too few of them to say."""
    rows = _this_year(basis, procedure, subject, grade)
    share = _column("CASE WHEN n >= %s THEN 100 * reached / n END", rows)
    return Fragment(share.sql, (int(least), *rows.params))


def _comparable(basis: Basis, *, procedure: str, subject: str, grade: int, **_more: Any) -> Cause | None:
    pair = comparable_pair(procedure, subject, int(grade), basis.academic_year)
    if not isinstance(pair, Incomparable):
        return None
    return Cause(pair.reason, ValueStatus.TOO_FEW if pair.is_held else ValueStatus.NOT_HELD)


@fact(
    "динамика",
    of=Kind.SCHOOL,
    title=(
        "На сколько процентных пунктов выросла доля справившихся против последнего года, "
        "когда процедура проводилась по той же шкале"
    ),
    measure=Measure.CHANGE,
    unit="п. п.",
    aliases=("change",),
    parameters=(*WRITTEN, LEAST, STEP),
    availability=_comparable,
    when_missing="в одном из двух сравниваемых лет участников слишком мало или не было",
    missing_status=ValueStatus.TOO_FEW,
    source=RESULTS,
)
def change(
    basis: Basis,
    units: QuerySet[Unit] | None = None,
    *,
    procedure: str,
    subject: str,
    grade: int,
    least: int = MIN_PARTICIPANTS,
    step: int = 0,
) -> Fragment:
    """The change of the share of those who reached the bar; unknown unless both years had enough participants."""
    pair = comparable_pair(procedure, subject, int(grade), basis.academic_year)
    sums = named_sql("monitoring", "results_of_assessments")
    sql = (
        "SELECT unit_id, CASE WHEN abs(moved) < %s THEN 0 ELSE moved END AS value FROM ("  # noqa: S608 - the parts are ours
        "SELECT unit_id, 100 * present.reached / present.n - 100 * former.reached / former.n AS moved "
        f"FROM ({sums}) AS present JOIN ({sums}) AS former USING (unit_id) "
        "WHERE present.n >= %s AND former.n >= %s) AS compared"
    )
    if isinstance(pair, Incomparable):
        return Fragment(sql, (step, None, [], None, [], least, least))
    now, before = list(pair.now), list(pair.before)
    return Fragment(sql, (step, pair.from_level, now, pair.from_level, before, int(least), int(least)))


def _approved(basis: Basis, **_params: Any) -> Cause | None:
    if SchoolList.objects.filter(cohort_year=basis.cohort_year, state=ListState.APPROVED).exists():
        return None
    return Cause(f"список школ осени {basis.cohort_year} года не утверждён", ValueStatus.NOT_SUBMITTED)


def _cohort(name: str, title: str, aliases: tuple[str, ...], *categories: Category) -> None:
    """Register who stands on the approved list in any of these categories as a fact."""

    @fact(
        name,
        of=Kind.SCHOOL,
        title=title,
        measure=Measure.FLAG,
        aliases=aliases,
        availability=_approved,
        source=LIST,
    )
    def on_the_list(basis: Basis, units: QuerySet[Unit] | None = None) -> QuerySet:
        schools = Unit.objects.of_kind(Kind.SCHOOL) if units is None else units.filter(kind=Kind.SCHOOL)
        approved = SchoolList.objects.filter(cohort_year=basis.cohort_year, state=ListState.APPROVED)
        entry = ListEntry.objects.filter(
            Q(categories__overlap=[str(category) for category in categories]),
            unit=OuterRef("pk"),
            school_list__in=approved,
        )
        # Before the list is approved nobody is known to be off it.
        listed = Case(
            When(Exists(entry), then=Value(1)),
            When(Exists(approved), then=Value(0)),
            default=None,
            output_field=IntegerField(),
        )
        return schools.values_list("pk", listed)


_cohort("шнро", "Школа с низкими результатами, по утверждённому списку", ("low_results",), Category.LOW_RESULTS)
_cohort(
    "шнсу",
    "Школа в неблагоприятных социальных условиях, по утверждённому списку",
    ("hard_conditions",),
    Category.HARD_CONDITIONS,
)
_cohort(
    "резильентная", "Резильентная школа, по утверждённому списку", ("резильентные", "resilient"), Category.RESILIENT
)
_cohort(
    "выявлена",
    "Школа из утверждённого списка (ШНРО или ШНСУ)",
    ("выявленные", "выявленных", "identified"),
    Category.LOW_RESULTS,
    Category.HARD_CONDITIONS,
)
