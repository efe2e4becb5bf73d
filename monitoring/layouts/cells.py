"""Cells of one pupil as COPY text. None means «cannot be»; `\\N` means «not given»."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from monitoring.layouts.words import NO_VALUE, key, plain, whole

NULL = "\\N"
_MOST = 200_000
_CLASS = re.compile(r"(\d{1,2})\s?[-–—«\"(]?\s?([А-ЯЁA-Zа-яёa-z]{0,2}\d?)[»\")]?(?:\s?кл\w*\.?)?")
_LETTER = re.compile(r"[А-ЯЁA-Zа-яёa-z]")
_VARIANT = re.compile(r"[0-9]{1,6}[А-ЯA-Zа-яa-z]?|[А-ЯA-Z]")
_SHORT = re.compile(r"[+\-0-9.\s]*")
_LONG = re.compile(r"(?:\s*(\d{1,2}|-|[XХxх])\s?\(\s?(\d{1,2})\s?\))*\s*")
_LONG_TASK = re.compile(r"(\d{1,2}|-|[XХxх])\s?\(\s?(\d{1,2})\s?\)")


class Memo(dict[Any, Any]):
    """Answers kept by the cell that asked; a file has few different ones. Forgets all when it grows too big."""

    def __init__(self, make: Callable[[Any], Any]) -> None:
        super().__init__()
        self.make = make

    def __missing__(self, cell: Any) -> Any:
        if len(self) > _MOST:
            self.clear()
        value = self[cell] = self.make(cell)
        return value


def class_text(value: Any) -> str:
    """Return «5Б» of a class; of a longer name only its number, for a name may be a person's."""
    text = plain(value)
    match = _CLASS.fullmatch(text)
    if match:
        return f"{match[1]}{match[2].upper()}"
    if _LETTER.fullmatch(text):
        return text.upper()
    start = re.match(r"(\d{1,2})(?!\d)", text)
    return start[1] if start else NULL


def class_grade(value: Any) -> int | None:
    """Return the number of a class: 9 of «9Б»."""
    start = re.match(r"(\d{1,2})(?!\d)", plain(value))
    return int(start[1]) if start else None


def variant_text(value: Any) -> str:
    """Return a variant's number or letter; anything else is not kept."""
    text = plain(value)
    return text if _VARIANT.fullmatch(text) else NULL


def score_text(most: int | None) -> Callable[[Any], str | None]:
    """Return a reader of scores from nought to a maximum."""
    limit = 1000 if most is None else most

    def read(value: Any) -> str | None:
        found = whole(value)
        if found is not None:
            return str(found) if 0 <= found <= limit else None
        return NULL if key(value) in NO_VALUE else None

    return read


def loose_score_text(value: Any) -> str | None:
    """Read a score that is not what counts, as the primary score beside a test score: odd forms are not kept."""
    found = whole(value)
    return str(found) if found is not None and 0 <= found <= 1000 else NULL


def mark_text(value: Any) -> str | None:
    """Read a mark from 2 to 5."""
    found = whole(value)
    if found is not None:
        return str(found) if 2 <= found <= 5 else None
    return NULL if key(value) in NO_VALUE else None


def level_text(known: Mapping[str, int], how_many: int) -> Callable[[Any], str | None]:
    """Return a reader of levels: the place of a level by any of its names, the lowest is nought."""

    def read(value: Any) -> str | None:
        word = key(value)
        if word in NO_VALUE:
            return NULL
        place = known.get(word, known.get(word.removesuffix(" уровень")))
        return str(place) if place is not None and place < how_many else None

    return read


def journal_text(value: Any) -> str | None:
    """Read a mark of the journal, where a 1 may stand."""
    found = whole(value)
    if found is not None:
        return str(found) if 1 <= found <= 5 else None
    return NULL


def task_text(most: int | None) -> Callable[[Any], str | None]:
    """Return a reader of one task's score; «X» and «-» mean that it was not attempted."""
    limit = 100 if most is None else most

    def read(value: Any) -> str | None:
        found = whole(value)
        if found is not None:
            return str(found) if 0 <= found <= limit else None
        text = key(value)
        return "NULL" if text in NO_VALUE or text in ("n", "н") else None

    return read


def short_answers(value: Any) -> list[str]:
    """Read «++-1+»: a plus is 1, a minus 0, a digit itself. What is not such a line is not kept."""
    text = plain(value)
    if not _SHORT.fullmatch(text) or value.__class__ is not str:
        return []
    return [{"+": "1", "-": "0"}.get(sign, sign) for sign in text if sign in "+-0123456789"]


def long_answers(value: Any) -> list[tuple[str, int]]:
    """Read «2(2)1(3)»: what was got, and of how many."""
    text = plain(value)
    if not _LONG.fullmatch(text):
        return []
    return [(got if got.isdigit() else "NULL", int(most)) for got, most in _LONG_TASK.findall(text)]
