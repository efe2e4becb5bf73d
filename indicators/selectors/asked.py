"""What is said of a question beside its field: who keeps the answer, what it must keep to, by when it is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from common.numbers import format_number
from indicators.models import DataElement


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a period, with everything that whoever answers should know before."""

    element: DataElement
    due_on: date | None

    @property
    def is_past(self) -> bool:
        """Whether the day has passed by which it was to be answered."""
        return self.due_on is not None and self.due_on < timezone.localdate()

    @property
    def columns(self) -> int:
        """How many columns it takes in a grid: its categories and what they come to."""
        return len(self.element.categories) + 1 if self.element.categories else 1

    @property
    def keeps_to(self) -> str:
        """What is refused, said before it is typed; empty where nothing is asked."""
        element = self.element
        said = []
        if element.is_whole:
            said.append("только целое")
        if element.least is not None:
            said.append(f"не меньше {format_number(element.least)}")
        if element.most is not None:
            said.append(f"не больше {format_number(element.most)}")
        if element.not_above is not None:
            said.append(f"не больше, чем «{element.not_above.name}»")
        if element.change_limit is not None:
            said.append(f"если изменилось больше чем на {element.change_limit} %, впишите пояснение")
        text = "; ".join(said)
        return text[:1].upper() + text[1:]
