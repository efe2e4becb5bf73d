"""What the facts of results are summed from: which assessments of the year, and their results in force."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection

from common.sql import named_sql
from common.years import format_academic_year
from indicators.enums import ValueStatus
from indicators.facts import Basis, Cause, Fragment
from monitoring.catalogue.objectivity import norm_of
from monitoring.facts.parameters import ALL, ANY, LEVELS, OBJECTIVE, PLACES, REACHED, bits, grades_of, subjects_of
from monitoring.models import Assessment, MethodologyEdition
from monitoring.selectors.comparison import assessments_of_year, from_level, once

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


def results(
    held: Iterable[Assessment],
    *,
    asked: Asked = lambda one: (),
    with_journal: bool = False,
    limit: tuple[float, int] | None = None,
) -> Fragment:
    """
    Give one row a school and assessment, as `results_counted.sql` says.

    `asked` tells the places of the outcomes that are asked for, counted from nought; `limit` leaves out the results
    that show a sign of not being objective.
    """
    listed = list(held)
    keys = [one.pk for one in listed]
    compared = keys if with_journal or limit else []
    percent, least = limit or (None, None)
    levels = [from_level(one) for one in listed]
    chosen = [bits(asked(one)) for one in listed]
    return Fragment(named_sql("monitoring", "results_counted"), (keys, levels, chosen, compared, least, percent))


def counted(basis: Basis, *, objectivity: str = ANY, asked: Asked = lambda one: (), **params: Any) -> Fragment:
    """Give the results that a fact counts: without those that show a sign, where it asks for objective ones."""
    limit = limit_of_raised(basis) if objectivity == OBJECTIVE else None
    return results(held_for(basis, **params), asked=asked, limit=limit)


def column(expression: str, rows: Fragment, *before: Any) -> Fragment:
    """Give one number a school of its results: an expression of ours with the parameters that stand in it."""
    sql = f"SELECT unit_id, {expression} AS value FROM ({rows.sql}) AS result GROUP BY unit_id"  # noqa: S608 - expression is ours
    return Fragment(sql, (*before, *rows.params))


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
    rows = results(held, with_journal=True)
    sql = f"SELECT EXISTS (SELECT FROM ({rows.sql}) AS result WHERE {SIGN})"  # noqa: S608 - a statement of ours
    with connection.cursor() as cursor:
        cursor.execute(sql, [*rows.params, least, percent])
        return bool(cursor.fetchone()[0])


SIGN = "result.n >= %s AND 100 * result.raised >= %s::numeric * result.n"
"""The condition of a sign, over `results`: its parameters are the least participants and the percent."""


def places_of_levels(one: Assessment, level: str) -> list[int]:
    """Return the places of the named levels in the sums of an assessment, counted from nought."""
    scale: list[str] | None = one.scale["levels"] if one.scale else None
    names = scale or [known[0] for known in one.procedure.terms.get("levels", [])] or list(PLACES)
    wanted = level.split(", ")
    if ALL in wanted:
        return list(range(len(names)))
    reached = (from_level(one) or 1) - 1
    called = [str(LEVELS.get(name, name)) for name in names]
    return [place for place, name in enumerate(called) if name in wanted or (REACHED in wanted and place >= reached)]
