"""What the facts of results are summed from: which assessments of the year, and their results in force."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from common.sql import named_sql
from common.years import format_academic_year
from indicators.enums import ValueStatus
from indicators.facts import Basis, Cause, Column, Fragment
from monitoring.catalogue.objectivity import norm_of
from monitoring.facts.parameters import ALL, ANY, OBJECTIVE, REACHED, bits, called_levels, grades_of, subjects_of
from monitoring.models import Assessment, MethodologyEdition
from monitoring.selectors.comparison import assessments_of_year, from_level, once

HELD = "(%s::bigint, %s::integer, %s::integer)"  # how the statements below are told of an assessment
RAISED_LIMIT = "not_objective_from_raised_percent"
Asked = Callable[[Assessment], Iterable[int]]


def held_for(basis: Basis, *, procedure: str, subject: str, grade: str | int, **_more: Any) -> list[Assessment]:
    """Return the assessments of the basis's academic year that a fact speaks of."""
    return assessments_of_year(procedure, subjects_of(subject), grades_of(grade), basis.academic_year)


def not_held(basis: Basis, **params: Any) -> Cause | None:
    """Say that a procedure was not held in the basis's academic year, if so."""
    if held_for(basis, **params):
        return None
    year = format_academic_year(basis.academic_year)
    return Cause(f"в {year} учебном году процедура не проводилась", ValueStatus.NOT_HELD)


def limit_of_raised(basis: Basis) -> tuple[float, int]:
    """From which percent of raised marks, and of how many participants, a result shows a sign of bias."""
    norm = norm_of(basis.academic_year)
    said = once(("limit of raised", basis.on), lambda: _limit_of_methods(basis))
    return (norm.raised_percent if said is None else said), norm.least_participants


def _limit_of_methods(basis: Basis) -> float | None:
    editions = MethodologyEdition.objects.filter(
        valid_from__lte=basis.on, **{f"parameters__{RAISED_LIMIT}__isnull": False}
    )
    return editions.order_by("-valid_from", "-pk").values_list(f"parameters__{RAISED_LIMIT}", flat=True).first()


@dataclass(frozen=True, slots=True)
class Results:
    """
    One row a school and assessment, and how the numbers of a school are made of them.

    Where there is one assessment a school has one row at most (`school_result_one_is_in_force`): then nothing is
    grouped, and the planner may read the rows of the few schools that a formula asks about.
    """

    rows: Fragment
    is_one: bool
    asked: frozenset[int] | None = None  # the places of outcomes that are asked for, where of every assessment the same

    def sum(self, what: str, where: str = "") -> str:
        """Write the sum of an expression over the rows of a school for which a condition holds."""
        if self.is_one:
            return f"(CASE WHEN {where} THEN {what} END)" if where else f"({what})"
        return f"sum({what}) FILTER (WHERE {where})" if where else f"sum({what})"

    def any(self, condition: str) -> str:
        """Write whether a condition holds for any row of a school."""
        return f"({condition})" if self.is_one else f"bool_or({condition})"

    def is_same(self, what: str, where: str) -> str:
        """Write whether an expression is the same in all rows of a school for which a condition holds."""
        return "TRUE" if self.is_one else f"count(DISTINCT {what}) FILTER (WHERE {where}) = 1"

    @property
    def grouped(self) -> str:
        """The end of a statement that gives a row a school."""
        return "" if self.is_one else " GROUP BY unit_id"

    def column(self, expression: str, *before: Any) -> Fragment | Column:
        """Give one number a school: an expression of ours with the parameters that stand in it."""
        if self.is_one:
            return Column(self.rows, Fragment(expression, before))
        sql = f"SELECT unit_id, {expression} AS value FROM ({self.rows.sql}) AS result{self.grouped}"  # noqa: S608 - expression is ours
        return Fragment(sql, (*before, *self.rows.params))

    def outcomes(self, of: str, places: int) -> Fragment:
        """
        Give one row a school with its outcomes, marks or levels, added up place by place: null where it has none.

        The same whichever of them are asked for, so that whoever asks for several reads them once.
        """
        if self.is_one:
            return self.rows
        sums = ", ".join(f"coalesce(sum({of}[{place}]), 0)" for place in range(1, places + 1))
        listed = f"CASE WHEN count({of}) > 0 THEN ARRAY[{sums}] END AS {of}"
        sql = f"SELECT unit_id, {listed} FROM ({self.rows.sql}) AS result GROUP BY unit_id"  # noqa: S608 - a column of ours
        return Fragment(sql, self.rows.params)


def results(
    held: Iterable[Assessment],
    *,
    asked: Asked = lambda one: (),
    with_journal: bool = False,
    limit: tuple[float, int] | None = None,
) -> Results:
    """
    Give the results of some assessments, as `results_in_force.sql` says, or with the journal as `results_counted.sql`.

    `asked` tells the places of the outcomes that are asked for, counted from nought; `limit` leaves out the results
    that show a sign of not being objective.
    """
    told = [(one.pk, from_level(one), bits(asked(one))) for one in held] or [(None, None, 0)]
    every = {each for *_, each in told}
    alike = every.pop() if len(every) == 1 else None
    if alike is not None:  # then the rows are the same whatever is asked of them
        told = [(key, level, 0) for key, level, _ in told]
    params = tuple(value for row in told for value in row)
    name = "results_in_force"
    if with_journal or limit:
        percent, least = limit or (None, None)
        name, params = "results_counted", (*params, [key for key, *_ in told], least, percent)
    # A single row of VALUES is to the planner as good as constants, which an array of one is not.
    sql = named_sql("monitoring", name).replace(HELD, ", ".join([HELD] * len(told)))
    places = None if alike is None else frozenset(place for place in range(alike.bit_length()) if alike >> place & 1)
    return Results(Fragment(sql, params), is_one=len(told) == 1, asked=places)


def counted(basis: Basis, *, objectivity: str = ANY, asked: Asked = lambda one: (), **params: Any) -> Results:
    """Give the results that a fact counts: without those that show a sign, where it asks for objective ones."""
    limit = limit_of_raised(basis) if objectivity == OBJECTIVE else None
    return results(held_for(basis, **params), asked=asked, limit=limit)


def missing_as_not_objective(basis: Basis, **params: Any) -> Cause | None:
    """Say that works of some schools are left out as not objective, where a fact asks so and it happens."""
    if params.get("objectivity") != OBJECTIVE:
        return None
    held = held_for(basis, **params)
    limit = limit_of_raised(basis)
    if not once(("signs", limit, *(one.pk for one in held)), lambda: _has_signs(held, limit)):
        return None
    return Cause(
        "никто из школы не участвовал, или её работы не учтены: есть признаки необъективности",
        ValueStatus.NOT_OBJECTIVE,
    )


def _has_signs(held: Iterable[Assessment], limit: tuple[float, int]) -> bool:
    percent, least = limit
    rows = results(held, with_journal=True).rows
    sql = f"SELECT EXISTS (SELECT FROM ({rows.sql}) AS result WHERE {SIGN})"  # noqa: S608 - a statement of ours
    with connection.cursor() as cursor:
        cursor.execute(sql, [*rows.params, least, percent])
        return bool(cursor.fetchone()[0])


SIGN = "n >= %s AND 100 * raised >= %s::numeric * n"
"""The condition of a sign, over `results`: its parameters are the least participants and the percent."""


def places_of_levels(one: Assessment, level: str) -> list[int]:
    """Return the places of the named levels in the sums of an assessment, counted from nought."""
    called = called_levels(one.scale and one.scale["levels"], one.procedure.terms)
    wanted = level.split(", ")
    if ALL in wanted:
        return list(range(len(called)))
    reached = (from_level(one) or 1) - 1
    return [place for place, name in enumerate(called) if name in wanted or (REACHED in wanted and place >= reached)]
