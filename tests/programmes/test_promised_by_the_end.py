"""What is promised by the end of a programme, and may not be."""

from decimal import Decimal

import pytest

from programmes.services.promising import RowRules, keep_row_rules
from programmes.services.targets import TargetRefused
from tests.programmes.test_own_targets import given, row  # noqa: F401 - a fixture
from tests.programmes.test_running_year import running  # noqa: F401 - a fixture


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        ("-1", "Числа цели не бывают меньше нуля. Исправьте число."),
        ("100.5", "Доля не бывает больше 100 %. Исправьте число."),
        ("1e10", "Число слишком длинное: до запятой бывает десять знаков, после неё четыре, у допуска — восемь и два."),
    ],
)
def test_what_is_promised_by_the_end_keeps_to_what_any_target_keeps_to(given, figure, said):  # noqa: F811
    with pytest.raises(TargetRefused) as refused:
        keep_row_rules(place=row(), rules=RowRules("", "at_least", Decimal(figure)), **given)

    assert str(refused.value) == said
    assert row().end_value is None
