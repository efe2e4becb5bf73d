"""Reading of a method's JSON that collects every mistake, in words, instead of stopping at the first."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any


class Reader:
    """One object of the JSON with its place in words; children share the list of mistakes."""

    def __init__(self, data: Any, place: str, mistakes: list[str] | None = None) -> None:
        self.mistakes: list[str] = [] if mistakes is None else mistakes
        self.place = place
        self.data: Mapping[str, Any] = data if isinstance(data, Mapping) else {}
        if not isinstance(data, Mapping):
            self.mistake("ожидался набор параметров «имя: значение».")

    def mistake(self, sentence: str) -> None:
        """Note what is wrong here and how to mend it."""
        self.mistakes.append(f"{self.place}: {sentence}")

    def child(self, name: str) -> "Reader":
        """Go into one nested object."""
        return Reader(self.data.get(name), f"{self.place}, раздел «{name}»", self.mistakes)

    def children(self, name: str) -> "list[Reader]":
        """Go into each object of a list, which must not be empty."""
        items = self.data.get(name)
        if not isinstance(items, Sequence) or isinstance(items, str) or not items:
            self.mistake(f"«{name}» должен быть списком хотя бы из одной записи.")
            return []
        return [Reader(item, f"{self.place}, «{name}» № {i}", self.mistakes) for i, item in enumerate(items, 1)]

    def text(self, name: str, default: str | None = None) -> str:
        """Read a text that is not empty unless a default allows it."""
        value = self.data.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or not value.strip():
            self.mistake(f"не указано «{name}».")
            return ""
        return value.strip()

    def texts(self, name: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """Read a list of texts."""
        value = self.data.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, Sequence) or isinstance(value, str) or not all(isinstance(v, str) for v in value):
            self.mistake(f"«{name}» должен быть списком слов.")
            return ()
        if not value and default is None:
            self.mistake(f"«{name}» пуст: укажите хотя бы одно значение.")
        return tuple(item.strip() for item in value)

    def number(self, name: str, *, low: int, high: int, default: int | None = None) -> Fraction:
        """Read an exact number; floats of JSON are taken as they are written."""
        value = self.data.get(name, default)
        try:
            if value is None or isinstance(value, bool):
                raise InvalidOperation
            number = Decimal(str(value).replace(",", "."))
            if not number.is_finite():
                raise InvalidOperation
        except InvalidOperation:
            self.mistake(f"«{name}» должно быть числом от {low} до {high}.")
            return Fraction(low)
        if not low <= number <= high:
            self.mistake(f"«{name}» = {value}, а допустимо от {low} до {high}.")
            return Fraction(low)
        return Fraction(number)

    def whole(self, name: str, *, low: int, high: int, default: int | None = None) -> int:
        """Read a whole number."""
        number = self.number(name, low=low, high=high, default=default)
        if number.denominator != 1:
            self.mistake(f"«{name}» должно быть целым числом от {low} до {high}.")
            return low
        return int(number)

    def flag(self, name: str, *, default: bool) -> bool:
        """Read yes or no."""
        value = self.data.get(name, default)
        if not isinstance(value, bool):
            self.mistake(f"«{name}» должно быть «да» или «нет» (true или false).")
            return default
        return value

    def choice(self, name: str, allowed: Iterable[str], default: str | None = None) -> str:
        """Read one of the allowed words; the first one stands in where it is wrong, beside the mistake."""
        words = [str(word) for word in allowed]
        value = self.data.get(name, default)
        if value not in words:
            self.mistake(f"«{name}» должно быть одним из: {', '.join(words)}.")
            return words[0]
        return str(value)

    def refuse_unknown(self, known: set[str]) -> None:
        """Refuse names that nothing reads: a misspelt parameter must not silently keep its default."""
        for name in sorted(set(self.data) - known):
            self.mistake(f"неизвестный параметр «{name}».")
