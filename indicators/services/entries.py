"""What somebody wants to write into a data element, and how it can be refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from common.numbers import format_number
from indicators.enums import ElementType
from indicators.models import DataElement, Observation, Period
from schools.models import Unit

ANYTHING: Final = "anything"  # whoever writes does not say what stood there before
Cell = tuple[int, int, int, str]  # element, unit, period, category


class ObservationRefused(ValueError):
    """The value cannot be written so; the message is for the person."""


class NotYourDirection(ObservationRefused):
    """The person enters values of other directions at the unit; by script this is a missing right."""


class EvidenceMissing(ObservationRefused):
    """The element asks for proof and there is none."""


class AlreadyAccepted(ObservationRefused):
    """The value was accepted: it is mended only after whoever has accepted it returns it."""


class SomebodySavedFirst(ObservationRefused):
    """Another value has been saved since the person looked; both are named."""

    def __init__(self, message: str, current: Observation | None) -> None:
        super().__init__(message)
        self.current = current


@dataclass(frozen=True, slots=True)
class Evidence:
    """The document that proves a value: a link, or the number and the day of an order."""

    url: str = ""
    number: str = ""
    dated_on: date | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was given."""
        return not self.url.strip() and not self.number.strip()


@dataclass(frozen=True, slots=True)
class Entry:
    """
    What somebody wants to write: the value of an element for a unit and a period. No value empties the cell.

    Of an element that is entered by categories each has a cell of its own; what they add up to is never written.
    """

    element: DataElement
    unit: Unit
    period: Period
    value: Decimal | None
    evidence: Evidence | None = None  # None: whatever proof is there already stays
    comment: str = ""
    seen: int | None | Literal["anything"] = ANYTHING  # key of the entry that stood there when the person looked
    category: str = ""

    @property
    def cell(self) -> Cell:
        """Where it is to stand."""
        return self.element.pk, self.unit.pk, self.period.pk, self.category


def said_of(element: DataElement, value: Decimal) -> str:
    """The value in the words of its form."""
    if element.type == ElementType.YES_NO:
        return "да" if value else "нет"
    if element.type == ElementType.THREE_STATE:
        return element.states.get(str(int(value)), str(int(value)))
    return format_number(value)
