"""A formula that makes no sense is refused in words: which letter, what is wrong, what to write instead."""

import pytest

from indicators.formula.check import check
from indicators.formula.errors import FormulaError
from tests.spec.formula.mistakes import MISTAKES
from tests.spec.formula.test_spec import SOURCE
from tests.spec.formula.typed import TYPED

EVERY = [*MISTAKES, *TYPED]


@pytest.mark.parametrize(("formula", "said"), EVERY, ids=[formula for formula, _ in EVERY])
def test_mistake_is_said(formula, said):
    with pytest.raises(FormulaError) as refused:
        check(formula, SOURCE)

    assert str(refused.value) == said


def test_arrow_stands_under_the_letter():
    with pytest.raises(FormulaError) as refused:
        check("доля(школы,\n  где динамка > 0)", SOURCE)

    assert str(refused.value).startswith("Строка 2, знак 7: слово «динамка» неизвестно.")
    assert refused.value.pointer == "  где динамка > 0)\n      ↑"
