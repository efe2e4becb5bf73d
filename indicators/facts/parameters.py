"""What a fact takes in its brackets, as whoever registers it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from indicators.formula.facts import ParameterSpec

Choices = Mapping[str, str | int] | Callable[[], Mapping[str, str | int]]


@dataclass(frozen=True, slots=True)
class Parameter:
    """
    A parameter of a fact.

    `name` is how a formula names it, `keyword` how the function takes it; `choices` maps the words of a formula to
    stored values and may be a function, asked once per recalculation, when a word is not among the `usual` ones. Where
    `several` words may be named at once, the function gets their values in order, parted by a comma and a space.
    `parts` tells over which of its values a distribution of the fact is spread, each with its name, given the others;
    without `choices` it is given by one of these, value or name. `narrows`: it picks a part of what the others name, so
    that a formula depends on what is named without it. `implied` gives, of the words before it, the value that is
    meant where none is named, or None.
    """

    name: str
    keyword: str
    title: str = ""
    choices: Choices | None = None
    required: bool = True
    default: str | int = ""
    number: bool = False
    usual: Mapping[str, str | int] = field(default_factory=dict)
    several: bool = False
    parts: Callable[[Mapping[str, str | int]], Sequence[tuple[str | int, str]]] | None = None
    narrows: bool = False
    implied: Callable[[Mapping[str, Any]], str | int | None] | None = None

    def spec(self) -> ParameterSpec:
        """Return the parameter as the language sees it."""
        choices = ReadWhenAsked(self.choices) if callable(self.choices) else self.choices
        return ParameterSpec(
            name=self.name,
            title=self.title or self.name,
            english=self.keyword,
            choices=choices,
            required=self.required,
            default=self.default,
            number=self.number,
            usual=self.usual,
            several=self.several,
            parts=self._parts if self.parts else None,
            implied=self.implied,
        )

    def word_of(self, value: str | int) -> str:
        """Return the Russian word by which a formula names a value; the value where it needs none."""
        if not str(value).isascii() or str(value).isdigit():
            return str(value)
        known = dict(self.usual)
        if value not in known.values() and self.choices is not None:
            known |= self.choices() if callable(self.choices) else self.choices
        return next((word for word, kept in known.items() if kept == value and not word.isascii()), str(value))

    def _parts(self, given: Mapping[str, Any]) -> tuple[tuple[str | int, str], ...]:
        return tuple(self.parts(given)) if self.parts else ()


class ReadWhenAsked(Mapping[str, str | int]):
    """Words and their values that have to be read: read at the first question, and once."""

    def __init__(self, read: Callable[[], Mapping[str, str | int]]) -> None:
        self._read = read

    @cached_property
    def _known(self) -> Mapping[str, str | int]:
        return self._read()

    def __getitem__(self, word: str) -> str | int:
        return self._known[word]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)
