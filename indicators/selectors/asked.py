"""
Which questions are put in a year, and what is said of one beside its field: what it must keep to, by when it is due.

A question is put as long as a row of a programme needs its answer. What nobody's row needs is a question of its own
and is put every year. An answer is taken for any year, whoever brings it: history is loaded by files and systems.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from common.numbers import format_number
from indicators.facts.entered import ASKED
from indicators.models import DataElement
from indicators.registry import AskedByRows, asked_by_rows
from schools.models import Unit

ENTERED = re.compile(rf"(?:{'|'.join(ASKED)})\(([^,)]+)")  # `значение(код)`, `значение(код, категория)`


def elements_in(facts: Iterable[str]) -> set[str]:
    """Return the codes of the data elements among the facts that a formula depends on."""
    return {found[1] for fact in facts if (found := ENTERED.match(fact))}


@dataclass(frozen=True, slots=True)
class Questions:
    """Which questions are put in a calendar year, and to whom."""

    year: int
    rows: AskedByRows

    def is_put(self, element: DataElement, unit: Unit) -> bool:
        """Whether a programme over the unit needs the answer in this year, or nobody's row ever asks for it."""
        if element.code not in self.rows.ever:
            return True
        asking = self.rows.in_year.get(element.code, frozenset())
        return bool(asking) and not asking.isdisjoint(unit.line)


def questions_of(year: int) -> Questions:
    """Return which questions are put in a calendar year; one query, whatever is asked of it."""
    return Questions(year, asked_by_rows(year))


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
