"""A number that is a pair. Percentages cannot be added; shares can."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Self

Number = Decimal | int


@dataclass(frozen=True)
class Share:
    """A part of a whole. The share of an empty whole is unknown, which is not nought."""

    part: Decimal
    whole: Decimal

    @classmethod
    def of(cls, part: Number, whole: Number) -> Self:
        """Make a share of any exact numbers."""
        return cls(Decimal(part), Decimal(whole))

    def __add__(self, other: Self) -> Self:
        return type(self)(self.part + other.part, self.whole + other.whole)

    def __bool__(self) -> bool:
        raise TypeError("ask a share whether it is_known or compare its part: a share of nought is still a value")

    @property
    def is_known(self) -> bool:
        """Say whether there is a whole to take a share of."""
        return self.whole != 0

    @property
    def value(self) -> Decimal | None:
        """The quotient, unrounded."""
        return self.part / self.whole if self.is_known else None

    @property
    def percent(self) -> Decimal | None:
        """The share in percent, to one decimal place, for people to read. To compare, use `reaches`."""
        return self.rounded_percent(1)

    def rounded_percent(self, places: int) -> Decimal | None:
        """Return the share in percent, rounded half up to so many places."""
        if not self.is_known:
            return None
        return (100 * self.part / self.whole).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)

    def reaches(self, percent: Number) -> bool | None:
        """Say exactly, without rounding, whether it is so many percent or more. Unknown stays unknown."""
        if not self.is_known:
            return None
        return 100 * self.part >= percent * self.whole
