"""
Figures in Russian text, written with digits or with words: «не менее 92,5 %», «двадцати пяти школ», «от 5 до 10».

Years, days and numbers of documents and items are no figures: «92 % к 2024 году (приказ № 5)» holds 92 alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_ROOTS = {
    0: "ноль нуля нулю нулём нулем",
    1: "один одна одно одну одного одной одному одним одном",
    2: "два две двух двум двумя двое двоих",
    3: "три трёх трех трём трем тремя трое троих",
    4: "четыре четырёх четырех четырём четырем четырьмя четверо четверых",
    5: "пять пяти пятью",
    6: "шесть шести шестью",
    7: "семь семи семью",
    8: "восемь восьми восемью восьмью",
    9: "девять девяти девятью",
    10: "десять десяти десятью",
    40: "сорок сорока",
    50: "пятьдесят пятидесяти пятьюдесятью",
    60: "шестьдесят шестидесяти шестьюдесятью",
    70: "семьдесят семидесяти семьюдесятью",
    80: "восемьдесят восьмидесяти восемьюдесятью",
    90: "девяносто девяноста",
    100: "сто ста",
    200: "двести двухсот двумстам двумястами",
    300: "триста трёхсот трехсот трёмстам тремстам тремястами",
    400: "четыреста четырёхсот четырехсот четырёмстам четыремстам четырьмястами",
}
_TEENS = "одиннадцат двенадцат тринадцат четырнадцат пятнадцат шестнадцат семнадцат восемнадцат девятнадцат"
_HUNDREDS = {500: "пят", 600: "шест", 700: "сем", 800: "восем", 900: "девят"}
_WORDS = {word: value for value, words in _ROOTS.items() for word in words.split()}
_WORDS |= {f"{root}{end}": 11 + place for place, root in enumerate(_TEENS.split()) for end in ("ь", "и", "ью")}
_WORDS |= {f"{root}{end}": value for value, root in {20: "двадцат", 30: "тридцат"}.items() for end in ("ь", "и", "ью")}
_WORDS |= {f"{root}{end}": value for value, root in _HUNDREDS.items() for end in ("ьсот", "исот", "истам", "ьюстами")}
_WORDS |= {"восьмисот": 800, "восьмистам": 800}
_STEPS = {"тысяч": 1_000, "тыс": 1_000, "миллион": 1_000_000, "млн": 1_000_000}
_HUNDRED = "каждый каждая каждое каждую каждого каждой каждому каждым каждом все всех всем всеми"
_FIFTY = "половина половины половину половине половиной"
_PERCENTS = {word: share for share, words in ((100, _HUNDRED), (50, _FIFTY)) for word in words.split()}
_TENTHS = {
    f"{root}{end}": part
    for root, part in (("десят", Decimal("0.1")), ("сот", Decimal("0.01")))
    for end in ("ых", "ая", "ой")
}

_YEAR = r"(?:19|20)\d\d"
_NO_FIGURES = re.compile(
    rf"\d{{1,2}}\.\d{{1,2}}\.(?:{_YEAR}|\d\d)(?!\d)"
    rf"|{_YEAR}(?:\s*[–—/-]\s*(?:{_YEAR}|\d\d))?[\s-]*(?:учебн\w*\s+)?(?:г\b\.?|гг\b\.?|год\w*|м\s+год\w*)"
    rf"|(?<!\w)(?:к|в|за|на|с|до|по)\s+{_YEAR}(?=\s*(?:[.,;:)!]|$))"
    r"|(?:№|(?<!\w)(?:п|пп|ст|прил|табл)\.|(?<!\w)(?:пункт|стать|приложени|таблиц)\w*)\s*\d+(?:\.\d+)*",
    re.IGNORECASE,
)
_TOKEN = re.compile(
    r"(?P<digits>(?<![\w.,])(?<![A-Za-zА-Яа-яЁё]-)(?P<minus>(?<![\w\d])[-−](?=\d))?"
    r"(?P<number>\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)?)"
    r"(?:-?(?:х|ти|ми|м|го|и|й))?(?![A-Za-zА-Яа-яЁё]))"
    r"|(?P<word>[А-Яа-яЁё]+)",
)
_RANGE = re.compile(r"(?<!\w)от\s+(?P<low>.{1,40}?)\s+до\s+(?P<high>.{1,40})", re.IGNORECASE | re.DOTALL)
_DASHED = re.compile(r"(?<![\w.,])(\d+(?:[.,]\d+)?)\s*%?\s*[–—-]\s*(\d+(?:[.,]\d+)?)(?![\w.,]*\w)(?!\s*класс)")


@dataclass(frozen=True, slots=True)
class _Piece:
    value: Decimal
    starts: int
    ends: int
    is_word: bool


def figures_in(text: str) -> list[Decimal]:
    """Return the figures of a text in their order; «каждую» and «всех» are a hundred per cent, half is fifty."""
    return [piece.value for piece in _pieces(_NO_FIGURES.sub(_blank, text))]


def ranges_in(text: str) -> list[tuple[Decimal, Decimal]]:
    """Return what a text states from and to: «от 5 до 10», «5–10 %»."""
    clean = _NO_FIGURES.sub(_blank, text)
    found = [(low, high) for low, high in (_ends(each) for each in _RANGE.finditer(clean)) if low is not None]
    found += [(_decimal(each[1]), _decimal(each[2])) for each in _DASHED.finditer(clean)]
    return [(low, high) for low, high in found if high is not None and low < high]


def _blank(found: re.Match[str]) -> str:
    return "·" * len(found[0])  # no word and no space: a figure is not joined across what was taken out


def _ends(found: re.Match[str]) -> tuple[Decimal | None, Decimal | None]:
    low, high = _pieces(found["low"]), _pieces(found["high"])
    return (low[-1].value if len(low) == 1 else None), (high[0].value if high and high[0].starts == 0 else None)


def _decimal(text: str) -> Decimal:
    return Decimal(re.sub(r"\s", "", text).replace(",", "."))


def _pieces(text: str) -> list[_Piece]:
    """The figures of a text, one in several words put together: «двадцати пяти», «двух целых пяти десятых»."""
    found: list[_Piece] = []
    is_fraction = False
    for token in _TOKEN.finditer(text):
        word = (token["word"] or "").lower()
        last = found[-1] if found and not text[found[-1].ends : token.start()].strip(" \u00a0\n\t.") else None
        step = next((value for root, value in _STEPS.items() if word.startswith(root)), None)
        tenth = _TENTHS.get(word)
        if token["digits"]:
            value = _decimal(token["number"])
            found.append(_Piece(-value if token["minus"] else value, token.start(), token.end(), is_word=False))
        elif word in _PERCENTS:
            found.append(_Piece(Decimal(_PERCENTS[word]), token.start(), token.end(), is_word=False))
        elif word in _WORDS:
            _add_word(found, last, Decimal(_WORDS[word]), token, is_fraction=is_fraction)
            continue
        elif step is not None:
            value = last.value * step if last is not None else Decimal(step)
            _put(found, last, value, token)
        elif word.startswith("цел") and last is not None:
            _put(found, last, last.value, token)
            is_fraction = True
            continue
        elif tenth is not None and is_fraction and len(found) > 1:
            fraction = found.pop()
            _put(found, found[-1], found[-1].value + fraction.value * tenth, token)
        is_fraction = False
    return found


def _add_word(
    found: list[_Piece], last: _Piece | None, value: Decimal, token: re.Match[str], *, is_fraction: bool
) -> None:
    """Put a numeral to the one before it where both are one number: «сто двадцать», and not «двадцать сто»."""
    if last is not None and last.is_word and not is_fraction and _is_below(value, last.value):
        _put(found, last, last.value + value, token)
    else:
        found.append(_Piece(value, token.start(), token.end(), is_word=True))


def _is_below(value: Decimal, before: Decimal) -> bool:
    if value == 0 or before == 0:
        return False
    room = next((room for room in (1_000_000, 1_000, 100, 10) if before % room == 0), 1)
    return value < room and not (room == 10 and (before % 100 == 10 or value >= 10))


def _put(found: list[_Piece], last: _Piece | None, value: Decimal, token: re.Match[str]) -> None:
    """Write a value in the place of the last figure, which it goes on, or as a new one."""
    starts = token.start()
    if last is not None:
        starts = found.pop().starts
    found.append(_Piece(value, starts, token.end(), is_word=True))
