from datetime import date

import pytest

from common.years import (
    YearError,
    academic_year_of,
    first_day,
    format_academic_year,
    last_day,
    parse_academic_year,
)


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2021, 8, 31), 2020),
        (date(2021, 9, 1), 2021),
        (date(2021, 12, 31), 2021),
        (date(2022, 1, 1), 2021),
    ],
)
def test_an_academic_year_turns_on_the_first_of_september(day, year):
    assert academic_year_of(day) == year


def test_its_days_belong_to_it():
    assert (first_day(2020), last_day(2020)) == (date(2020, 9, 1), date(2021, 8, 31))


@pytest.mark.parametrize("text", ["2021/22", "2021/2022", "2021-2022", " 2021–22 ", "2021"])
def test_every_way_to_write_it_is_read(text):
    assert parse_academic_year(text) == 2021


@pytest.mark.parametrize("text", ["", "21/22", "2021/23", "2021/21", "год", "2021/22/23", "1021/22"])
def test_what_is_no_academic_year_is_refused_with_a_remedy(text):
    with pytest.raises(YearError, match="2021/22"):
        parse_academic_year(text)


def test_it_is_written_as_documents_write_it():
    assert [format_academic_year(year) for year in (2020, 2008, 2099)] == ["2020/21", "2008/09", "2099/00"]
