"""Both engines give the same answer to any formula over any data. The full lane draws twenty times as many pairs."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings

from tests.spec.formula.drawn import formulas, tables
from tests.spec.formula.test_spec import by_python, by_sql

PAIRS = int(os.environ.get("FORMULA_PAIRS", "1000"))


@pytest.mark.django_db
@pytest.mark.timeout(7200)
@settings(
    max_examples=PAIRS,
    deadline=None,
    derandomize=PAIRS == 1000,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(formula=formulas(), source=tables)
def test_engines_agree(formula, source):
    assert by_sql(formula, source) == by_python(formula, source)
