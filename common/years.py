"""Academic years. One is kept as the number of its first year: 2020 is «2020/21». It turns on 1 September."""

import re
from datetime import date

FIRST, LAST = 2000, 2099
_TURNS_IN = 9  # September
_WRITTEN = re.compile(r"(20\d\d)(?:\s*[/\-–—]\s*(20\d\d|\d\d))?")


class YearError(ValueError):
    """A year that cannot be read; the message is for the person."""


def academic_year_of(day: date) -> int:
    """Return the academic year that a day belongs to."""
    return day.year if day.month >= _TURNS_IN else day.year - 1


def first_day(academic_year: int) -> date:
    """Return 1 September of an academic year."""
    return date(academic_year, _TURNS_IN, 1)


def last_day(academic_year: int) -> date:
    """Return 31 August that ends an academic year."""
    return date(academic_year + 1, _TURNS_IN - 1, 31)


def format_academic_year(academic_year: int) -> str:
    """Write an academic year as documents do, «2020/21»."""
    return f"{academic_year}/{(academic_year + 1) % 100:02d}"


def parse_academic_year(text: str) -> int:
    """
    Read «2020/21», «2020-2021» or «2020» as the academic year that begins in 2020.

    :raises YearError: if it is none of them, or the two years do not follow one another
    """
    match = _WRITTEN.fullmatch(text.strip())
    if match is None:
        raise YearError(f"Учебный год «{text}» не распознан: запишите его как 2021/22.")
    first, second = int(match[1]), match[2]
    if second is not None and int(second) % 100 != (first + 1) % 100:
        raise YearError(f"Учебный год «{text}» не распознан: второй год должен идти сразу за первым, как в 2021/22.")
    return first
