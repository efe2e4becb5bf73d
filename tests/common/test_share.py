from decimal import Decimal

import pytest

from common.share import Share


def test_shares_are_summed_and_then_divided():
    assert (Share.of(1, 2) + Share.of(0, 2)).percent == Decimal("25.0")


def test_the_share_of_nothing_is_unknown_and_not_nought():
    empty = Share.of(0, 0)
    assert (empty.is_known, empty.value, empty.percent, empty.reaches(0)) == (False, None, None, None)
    assert Share.of(0, 5).percent == Decimal("0.0")


def test_a_percent_is_rounded_half_up():
    assert [Share.of(part, 1000).percent for part in (1, 5, 125, 295)] == [
        Decimal("0.1"),
        Decimal("0.5"),
        Decimal("12.5"),
        Decimal("29.5"),
    ]
    assert Share.of(1, 32).rounded_percent(2) == Decimal("3.13")  # 3.125


def test_a_threshold_is_compared_exactly_and_inclusively():
    assert Share.of(3, 10).reaches(30) is True
    assert Share.of(2999, 10_000).reaches(30) is False  # shown as 30.0


def test_a_share_is_never_taken_for_a_truth_value():
    with pytest.raises(TypeError):
        bool(Share.of(0, 5))
