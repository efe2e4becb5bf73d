"""Cells as words and numbers, however a spreadsheet has spoilt them."""

import re
from datetime import date, datetime
from typing import Any

_BLANKS = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_DASHES = re.compile(r"[‐‑‒–—−]")
_QUOTES = re.compile(r"[«»\"“”„'`]")
_NUMBER = re.compile(r"[+-]?\d{1,9}(?:[.,]\d{1,6})?")


def plain(value: Any) -> str:
    """Return a cell as text: one line, single spaces, whole numbers without «.0»."""
    if value.__class__ is float and value - value == 0 and value == int(value):
        return str(int(value))
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    text = value if isinstance(value, str) else str(value)
    return _BLANKS.sub(" ", _INVISIBLE.sub("", text)).strip()


def key(value: Any) -> str:
    """Return a cell as a key: lower case, «ё» as «е», plain dashes, no quotation marks."""
    text = _QUOTES.sub("", _DASHES.sub("-", plain(value).lower().replace("ё", "е")))
    return _BLANKS.sub(" ", text).strip(" .:;,")


def number(value: Any) -> float | None:
    """Return a cell as a number, whatever comma, blanks or percent sign it has; None if it is none."""
    if value.__class__ is float or value.__class__ is int:
        return float(value) if value - value == 0 else None
    text = _BLANKS.sub("", plain(value)).rstrip("%")
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def whole(value: Any) -> int | None:
    """Return a cell as a whole number, or None if it is none."""
    found = number(value)
    return int(found) if found is not None and found == int(found) else None


def is_blank(row: list[Any]) -> bool:
    """Say whether a row holds nothing."""
    return not any(cell != "" and plain(cell) for cell in row)


def day(text: str) -> date | None:
    """Find the first full date in a text: 15.03.2021, 2022.06.23 or 2022-06-23."""
    for match in re.finditer(
        r"(?<!\d)(?:(\d{4})[.\-/](\d{1,2})[.\-/](\d{1,2})|(\d{1,2})\.(\d{1,2})\.(\d{4}))(?!\d)", text
    ):
        parts = match.groups()
        year, month, of_month = parts[:3] if parts[0] else (parts[5], parts[4], parts[3])
        try:
            return date(int(year), int(month), int(of_month))
        except ValueError:
            continue
    return None
