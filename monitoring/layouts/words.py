"""Cells as words and numbers, and what of a cell may be shown."""

import re
from typing import Any

from common.spreadsheets.cells import day, is_blank, key, number, plain, whole

__all__ = ["ABSENT", "HIDDEN", "NO_VALUE", "day", "is_blank", "key", "number", "plain", "shown", "whole"]

ABSENT = {"отсутствовал", "отсутствовала", "отсутствует", "не присутствовал", "не присутствовала", "не писал"}
ABSENT |= {"н/я", "неявка", "не явился", "не явилась", "н", "нб", "н/б", "н/п", "отсут", "absent", "не участвовал"}
NO_VALUE = {
    "",
    "-",
    "–",
    "—",
    "x",
    "х",
    "н/д",
    "нет отметки",
    "нет данных",
    "нет",
    "без отметки",
    "n/a",
    "null",
    "none",
}
HIDDEN = "скрыто"

_SHOWABLE = re.compile(
    r"[+-]?\d{1,6}(?:[.,]\d{1,4})?\s?%?|(?:edu|sch)\d{1,8}|[xх–—-]|\d{4}\s?[/–-]\s?\d{2,4}|\d{1,2}\.\d{1,2}\.\d{4}",
    re.I,
)
_LEVEL = re.compile(r"(?:недостаточный|пониженный|ниже базового|базовый|повышенный|выше базового|высокий|низкий)", re.I)


def shown(value: Any) -> str:
    """Return what a problem may show of a cell: numbers, marks, levels and codes; anything else is hidden."""
    text = plain(value)
    if not text:
        return "пусто"
    if _SHOWABLE.fullmatch(text) or _LEVEL.fullmatch(text) or text.lower() in ABSENT | NO_VALUE:
        return text
    return HIDDEN
