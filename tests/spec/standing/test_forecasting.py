"""What a running year may end with: exact figures drawn by hand."""

from fractions import Fraction

import pytest

from programmes.selectors.forecasting import forecast


def years(*values, first=2018):
    return {first + place: Fraction(value) for place, value in enumerate(values) if value is not None}


@pytest.mark.parametrize(
    ("history", "year", "expected"),
    [
        pytest.param(years(10, 12, 15), 2021, ("35/2", 17, 18), id="last 15, changes 2 and 3: median 2.5"),
        pytest.param(years(10, 12, 15, 14), 2022, (16, 13, 17), id="changes 2, 3, -1: median 2"),
        pytest.param(years(30, 20, 10), 2021, (0, 0, 0), id="what falls by 10 a year"),
        pytest.param(years(30, 20, 5), 2021, (0, 0, 0), id="nothing is below nought"),
        pytest.param(years(80, 90, 99), 2021, (100, 100, 100), id="no share is above a hundred"),
        pytest.param(years(10, 12, None, 18), 2022, ("41/2", 20, 21), id="a year missed: 6 in two years is 3 a year"),
        pytest.param(years(10, 12, 14), 2022, (18, 18, 18), id="two years since the last: the change twice"),
        pytest.param(years("1/3", "1/3", "1/3"), 2021, ("1/3", "1/3", "1/3"), id="thirds stay thirds"),
    ],
)  # fmt: skip
def test_last_value_plus_the_median_change_between_the_extreme_ones(history, year, expected):
    found = forecast(history, year=year, top=100)

    assert (found.value, found.low, found.high) == tuple(Fraction(one) for one in expected)


def test_a_count_has_no_top():
    assert forecast(years(80, 90, 99), year=2021).value == Fraction(217, 2)


@pytest.mark.parametrize("history", [{}, years(10), years(10, 12), years(10, 12, first=2020) | {2023: Fraction(1)}])
def test_fewer_than_three_earlier_years_say_nothing(history):
    assert forecast(history, year=2022, top=100) is None


def test_it_says_which_years_it_rests_on():
    assert forecast(years(10, None, 12, 15), year=2023).years == (2018, 2020, 2021)
