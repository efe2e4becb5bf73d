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
from indicators.formula.explain import explain
from indicators.formula.proof import Root
from tests.spec.formula import world as w
from tests.spec.formula.case import Case
from tests.spec.formula.cases import CASES

SOURCE = w.drawn(w.VALUES, w.VALUES_BEFORE, w.VALUES_TWO_YEARS_BEFORE)


Given = tuple[object, ...]  # n, d and number left out, of a distribution its cells too


def by_sql(formula: str, source: w.Tables = SOURCE) -> dict[int, Given]:
    statement = compile_meaning(check(formula, source), source)
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.params)
        rows = cursor.fetchall()
    assert len({row[0] for row in rows}) == len(rows)
    return {
        unit: (_exact(n), _exact(d), left_out, *(one and tuple(map(Fraction, one)) for one in cells))
        for unit, n, d, left_out, *cells in rows
    }


def by_python(formula: str, source: w.Tables = SOURCE) -> dict[int, Given]:
    proven = check(formula, source)
    has_cells = proven.root is Root.DISTRIBUTION
    return {
        unit: (pair.n, pair.d, pair.left_out, *([pair.cells] if has_cells else []))
        for unit, pair in evaluate(proven, source.world()).items()
    }


def _exact(value: Decimal | None) -> Fraction | None:
    return None if value is None else Fraction(value)


def _expected(case: Case) -> Given | None:
    if case.result is None:
        return None
    n, d, left_out, *cells = case.result
    pair = (None if n is None else Fraction(str(n)), None if d is None else Fraction(str(d)))
    return (*pair, left_out, *(one and tuple(map(Fraction, one)) for one in cells))


@pytest.mark.django_db
@pytest.mark.parametrize("case", CASES, ids=[f"{c.formula} @{c.unit}" for c in CASES])
def test_both_engines_mean_what_the_spec_says(case):
    assert by_python(case.formula).get(case.unit) == _expected(case)
    assert by_sql(case.formula).get(case.unit) == _expected(case)


@pytest.mark.django_db
@pytest.mark.parametrize("formula", sorted({case.formula for case in CASES}))
def test_both_engines_agree_on_every_unit(formula):
    assert by_sql(formula) == by_python(formula)


@pytest.mark.parametrize(
    ("parts", "seen"),
    [
        ("«много»: учителя >= 5, «мало»: учителя < 5", {"часть"}),
        ("«сельских»: если(сельская, учителя, 0), «прочих»: если(сельская, 0, учителя)", {"сельских", "прочих"}),
    ],
)
def test_a_member_of_a_distribution_is_in_one_part_or_has_so_much_in_each(parts, seen):
    proven = check(f"распределение(школы, {parts})", SOURCE)

    (part,) = explain(proven, SOURCE.world(), w.REGION).parts

    assert {frozenset(name for name, _ in line.seen) - {"учителя"} for line in part.counted} == {frozenset(seen)}


def test_whoever_would_have_less_than_nought_in_a_part_is_left_out_and_told_so():
    parts = "«сверх десяти»: учителя_основной_средней - 10, «прошли»: учителя_самодиагностика"
    proven = check(f"распределение({parts})", SOURCE)

    (part,) = explain(proven, SOURCE.world(), w.REGION).parts

    assert {line.name: line.cause for line in part.left_out} == {
        "Заледеевская": "в одной из частей получается меньше нуля: −4",
        "Тасеевская № 2": "учителя_самодиагностика: данные не внесены",
    }


@pytest.mark.parametrize(
    ("formula", "unit", "said"),
    [
        ("100 * сумма(учителя_самодиагностика) / сумма(учителя_основной_средней)", w.REGION, "50,3 = 100 × 89 из 177"),
        ("100 * (сумма(учителя_самодиагностика) / сумма(учителя_основной_средней))", w.REGION, "50,3\xa0% = 89 из 177"),
        ("количество(школы, где выявлена)", w.TASEEVO, "1\xa0школа."),
        ("количество(школы)", w.KEZHMA, "3\xa0школы."),
        ("количество(школы, где выявлена)", w.REGION, "5\xa0школ."),
    ],
)
def test_a_value_is_told_by_what_it_is_made_of(formula, unit, said):
    told = explain(check(formula, SOURCE), SOURCE.world(), unit).headline

    assert told.startswith(said)
