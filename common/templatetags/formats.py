"""Russian formats in templates; every template has them (see TEMPLATES in the settings)."""

from datetime import timedelta
from decimal import Decimal

from django import template

from common import numbers, russian, years
from common.share import Share

register = template.Library()


@register.filter
def number(value: Decimal | float | None, places: int | None = None) -> str:
    """Write a number: «12 345,6»; nothing is «—»."""
    return numbers.format_number(value, places)


@register.filter
def percent(value: Share | Decimal | float | None, places: int = 1) -> str:
    """Write a share, or a number already in percent: «42,5 %»."""
    return numbers.format_percent(value, places)


@register.filter
def share(part: Decimal | int | None, whole: Decimal | int | None) -> Share | None:
    """Make a share of numerator and denominator, for `percent`: {{ row.n|share:row.d|percent }}."""
    return None if part is None or whole is None else Share.of(part, whole)


@register.filter
def plural(count: int | None, words: str) -> str:
    """Choose the word that stands after a number: {{ n|plural:"школа,школы,школ" }}."""
    one, few, many = words.split(",")
    return russian.plural(int(count or 0), one, few, many)


@register.filter
def academic_year(year: int | None) -> str:
    """Write an academic year: 2020 is «2020/21»."""
    return numbers.NOTHING if year is None else years.format_academic_year(int(year))


@register.filter
def file_size(size: int | None) -> str:
    """Write the size of a file: «1,4 МБ»."""
    return numbers.NOTHING if size is None else numbers.format_size(int(size))


@register.filter
def duration(length: timedelta | float | None) -> str:
    """Write how long something takes: «1 мин 05 с»."""
    if length is None:
        return numbers.NOTHING
    return numbers.format_duration(length.total_seconds() if isinstance(length, timedelta) else length)
