"""
What formulas mean: each row is a formula, a unit, and its n, d and number left out, on both engines.

Printed in docs/formula.md by `manage.py write_docs`.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection

from indicators.formula.check import check
from indicators.formula.compile import compile_meaning
from indicators.formula.evaluate import evaluate
from tests.spec.formula import world as w
from tests.spec.formula.cases import CASES, Case

SOURCE = w.drawn(w.VALUES, w.VALUES_BEFORE, w.VALUES_TWO_YEARS_BEFORE)


def by_sql(formula: str, source: w.Tables = SOURCE) -> dict[int, tuple[Fraction | None, Fraction | None, int]]:
    statement = compile_meaning(check(formula, source), source)
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.params)
        rows = cursor.fetchall()
    assert len({row[0] for row in rows}) == len(rows)
    return {unit: (_exact(n), _exact(d), left_out) for unit, n, d, left_out in rows}


def by_python(formula: str, source: w.Tables = SOURCE) -> dict[int, tuple[Fraction | None, Fraction | None, int]]:
    pairs = evaluate(check(formula, source), source.world())
    return {unit: (pair.n, pair.d, pair.left_out) for unit, pair in pairs.items()}


def _exact(value: Decimal | None) -> Fraction | None:
    return None if value is None else Fraction(value)


def _expected(case: Case) -> tuple[Fraction | None, Fraction | None, int] | None:
    if case.result is None:
        return None
    n, d, left_out = case.result
    return (None if n is None else Fraction(str(n)), None if d is None else Fraction(str(d)), left_out)


@pytest.mark.django_db
@pytest.mark.parametrize("case", CASES, ids=[f"{c.formula} @{c.unit}" for c in CASES])
def test_both_engines_mean_what_the_spec_says(case):
    assert by_python(case.formula).get(case.unit) == _expected(case)
    assert by_sql(case.formula).get(case.unit) == _expected(case)


@pytest.mark.django_db
@pytest.mark.parametrize("formula", sorted({case.formula for case in CASES}))
def test_both_engines_agree_on_every_unit(formula):
    assert by_sql(formula) == by_python(formula)
