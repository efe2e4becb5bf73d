from decimal import Decimal

import pytest

from common.numbers import format_duration, format_number, format_percent, format_size, whole
from common.share import Share


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (None, None, "—"),
        (0, None, "0"),
        (1234567, None, "1\N{NO-BREAK SPACE}234\N{NO-BREAK SPACE}567"),
        (Decimal("12.50"), None, "12,5"),
        (Decimal("12.5"), 2, "12,50"),
        (Decimal("0.125"), 2, "0,13"),
        (2.5, 0, "3"),
        (-1234, None, "−1\N{NO-BREAK SPACE}234"),
        (Decimal("-0.001"), None, "0"),
        (float("nan"), None, "—"),
    ],
)
def test_numbers_are_written_the_russian_way(value, places, text):
    assert format_number(value, places) == text


def test_percents_come_from_shares_and_from_numbers():
    assert format_percent(Share.of(1, 3)) == "33,3\N{NO-BREAK SPACE}%"
    assert format_percent(Decimal("29.95")) == "30,0\N{NO-BREAK SPACE}%"
    assert format_percent(Share.of(0, 0)) == "—"
    assert format_percent(Share.of(0, 4)) == "0,0\N{NO-BREAK SPACE}%"


def test_sizes_and_durations_read_well():
    assert [format_size(size) for size in (900, 1536, 5 * 1024**2)] == ["900\xa0Б", "1,5\xa0КБ", "5,0\xa0МБ"]
    assert [format_duration(seconds) for seconds in (4.6, 65, 3700)] == [
        "5\xa0с",
        "1\xa0мин 05\xa0с",
        "1\xa0ч 01\xa0мин",
    ]


@pytest.mark.parametrize(
    ("given", "key"),
    [("17", 17), ("17.0", 17), (Decimal("1E+3"), 1000), ("1.5", None), ("NaN", None), ("1e99", None), ("x", None)],
)
def test_a_key_is_a_whole_number(given, key):
    assert whole(given) == key
