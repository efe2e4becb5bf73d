"""How many more are needed: exact figures, both ways, drawn by hand."""

from decimal import Decimal

import pytest

from indicators.enums import ValueStatus
from programmes.enums import TargetOperator as Op
from programmes.selectors.judging import Measured, Promise
from programmes.selectors.lacking import lacking_of
from tests.spec.standing.test_judging import pair


def asked(operator, value=None, upper=None, less=False):
    figures = (None if one is None else Decimal(one) for one in (value, upper))
    return Promise(operator, *figures, is_less_better=less)


@pytest.mark.parametrize(
    ("promise", "value", "said"),
    [
        (asked(Op.AT_LEAST, 33), pair(4, 14), "не хватает 1: должно быть 5 из 14 вместо 4"),
        (asked(Op.AT_LEAST, 50), pair(6, 14), "не хватает 1: должно быть 7 из 14 вместо 6"),
        (asked(Op.AT_LEAST, 20), pair(19, 95), None),
        (asked(Op.AT_LEAST, 20), pair(18, 95), "не хватает 1: должно быть 19 из 95 вместо 18"),
        (asked(Op.AT_LEAST, 10), pair(6), "не хватает 4: должно быть 10 вместо 6"),
        (asked(Op.AT_LEAST, 110), pair(3, 4), "так не бывает: нужно 5 из 4"),
        (asked(Op.AT_MOST, 5), pair(3, 14), "больше нужного на 3: должно быть не больше 0 из 14 вместо 3"),
        (asked(Op.AT_MOST, 5), pair(3, 40), "больше нужного на 1: должно быть не больше 2 из 40 вместо 3"),
        (asked(Op.AT_MOST, 5), pair(2, 40), None),
        (asked(Op.EQUALS, 33), pair(4, 14), "так не бывает: нужно 5 из 14"),
        (asked(Op.EQUALS, 50), pair(9, 14), "больше нужного на 2: должно быть не больше 7 из 14 вместо 9"),
        (asked(Op.EQUALS, 3), pair(1), "не хватает 2: должно быть 3 вместо 1"),
        (asked(Op.BETWEEN, 10, 15), pair(1, 40), "не хватает 3: должно быть 4 из 40 вместо 1"),
        (asked(Op.BETWEEN, 10, 15), pair(8, 40), "больше нужного на 2: должно быть не больше 6 из 40 вместо 8"),
        (asked(Op.YES), pair(60, 61), "не хватает 1: должно быть 61 из 61 вместо 60"),
        (asked(Op.YES), pair(0, 1), "нужно «да», а сейчас «нет»"),
        (asked(Op.AT_LEAST, 100), pair(0, 1), "не хватает 1: должно быть 1 из 1 вместо 0"),
        (asked(Op.YES), pair(1), "не хватает 1: должно быть 2 вместо 1"),
        (asked(Op.UNSPECIFIED, 50), pair(1, 4), None),
        (asked(Op.NOT_APPLICABLE), pair(1, 4), None),
        (asked(Op.AT_LEAST, 20), None, None),
        (asked(Op.AT_LEAST, 20), pair(None, 0, status=ValueStatus.NOT_HELD), None),
    ],
)  # fmt: skip
def test_more_or_fewer_of_todays_whole(promise, value, said):
    lacking = lacking_of(promise, value)

    assert (lacking and lacking.said) == said


@pytest.mark.parametrize(
    ("before", "now_", "less", "said"),
    [
        (pair(3, 10), pair(4, 14), False, "не хватает 1: должно быть 5 из 14 вместо 4"),
        (pair(3, 10), pair(5, 14), False, None),
        (pair(5, 10), pair(7, 14), False, "не хватает 1: должно быть 8 из 14 вместо 7"),
        (pair(5, 10), pair(7, 14), True, "больше нужного на 1: должно быть не больше 6 из 14 вместо 7"),
        (pair(0, 10), pair(0, 14), True, "так не бывает: нужно −1 из 14"),
        (pair(5), pair(5), False, "не хватает 1: должно быть 6 вместо 5"),
        (None, pair(5), False, None),
    ],
)  # fmt: skip
def test_growth_needs_the_least_that_is_more(before, now_, less, said):
    lacking = lacking_of(asked(Op.GROWTH, less=less), now_, before)

    assert (lacking and lacking.said) == said


def test_a_mean_lacks_points_and_not_members():
    mean = Measured(1, "", ValueStatus.KNOWN, Decimal("7.5"), Decimal(4), scale=1)

    assert lacking_of(asked(Op.AT_LEAST, "2.5"), mean).said == "не хватает 2,5: должно быть 10 из 4 вместо 7,5"
