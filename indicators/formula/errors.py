"""What is wrong with a formula, said in Russian and pointing at the letter."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from indicators.formula.words import OTHER_WORDS, normal

if TYPE_CHECKING:
    from collections.abc import Iterable


class FormulaError(Exception):
    """A formula that cannot be understood or makes no sense."""

    def __init__(self, message: str, at: int = 0, *, hint: str = "", source: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.at = at
        self.hint = hint
        self.source = source

    @property
    def line(self) -> int:
        """The line of the letter, from one."""
        return self.source.count("\n", 0, self.at) + 1

    @property
    def column(self) -> int:
        """The letter's place in its line, from one."""
        return self.at - (self.source.rfind("\n", 0, self.at) + 1) + 1

    @property
    def pointer(self) -> str:
        """The line of the formula with an arrow under the letter."""
        lines = self.source.split("\n")
        start = max(0, self.column - 41)
        window = lines[self.line - 1][start : start + 80] if self.source else ""
        return f"{window}\n{' ' * (self.column - 1 - start)}↑"

    def __str__(self) -> str:
        place = f"Строка {self.line}, знак {self.column}" if "\n" in self.source else f"Знак {self.column}"
        return " ".join(part for part in (f"{place}: {self.message}", self.hint) if part)


def meant(word: str) -> str:
    """Suggest the word of the language for one that is often written instead, or nothing."""
    return f"Пишется «{OTHER_WORDS[word]}»." if word in OTHER_WORDS else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Suggest the known words nearest to a mistyped one, or nothing."""
    unlike = {normal(each): each for each in sorted(set(known))}  # a code and its name may be one word
    near = get_close_matches(word[:60], list(unlike.values()), n=3, cutoff=0.66)
    if not near:
        return ""
    return f"Возможно, имелось в виду {' или '.join(f'«{name}»' for name in near)}."
