"""The cells of a form: what stands in each, what stood there a year ago, what was typed, and what several come to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from common.numbers import format_number
from indicators.enums import ElementType
from indicators.models import DataElement, Observation
from indicators.selectors.asked import Asked
from schools.models import Unit


def written(element: DataElement, value: Decimal | None) -> str:
    """A value as it is typed into a form: «да», «2», «12,5»; empty where there is none."""
    if value is None:
        return ""
    if element.type == ElementType.YES_NO:
        return "да" if value else "нет"
    if element.type == ElementType.THREE_STATE:
        return str(int(value))
    return format_number(value)


def said(element: DataElement, value: Decimal | None) -> str:
    """A value as it is read: a step of a scale by its words."""
    if value is not None and element.type == ElementType.THREE_STATE:
        return element.states.get(str(int(value)), str(int(value)))
    return written(element, value)


def signature(text: str, url: str = "", number: str = "", dated_on: str = "", comment: str = "") -> str:
    """Everything of a cell in one string, by which a form knows whether somebody has touched it."""
    return "|".join(part.strip() for part in (text, url, number, dated_on, comment))


Place = tuple[int, int, str]  # element, unit, category


@dataclass(slots=True)
class Whole:
    """A number of a unit that is entered by categories: what its cells come to, which is never typed."""

    element: DataElement
    unit: Unit
    cells: list[Cell] = field(default_factory=list)

    @property
    def key(self) -> str:
        """How the place of the total is named in a form."""
        return f"{self.element.pk}-{self.unit.pk}"

    @property
    def said(self) -> str:
        """The total, or what is there so far and of how many categories."""
        return self._said([cell.current for cell in self.cells])

    @property
    def earlier_said(self) -> str:
        """The same of a year ago."""
        return self._said([cell.earlier for cell in self.cells])

    @property
    def asked(self) -> Asked:
        """What is said of the question."""
        return self.cells[0].asked

    def _said(self, rows: list[Observation | None]) -> str:
        known = [row.value for row in rows if row is not None]
        total = format_number(sum(known, Decimal(0)))
        if not known:
            return "—"
        return total if len(known) == len(rows) else f"пока {total}, внесено {len(known)} из {len(rows)}"


@dataclass(slots=True)
class Cell:
    """One question to one unit: what stands there, what stood there a year ago, what has just been typed."""

    element: DataElement
    unit: Unit
    current: Observation | None = None
    earlier: Observation | None = None
    typed: str | None = None  # not saved, shown again with what is wrong with it
    problem: str = ""
    is_saved: bool = False
    with_proof: bool = True  # the form asks for the document, the grid does not
    due_on: date | None = None
    category: str = ""
    whole: Whole | None = field(default=None, compare=False, repr=False)  # what it is a category of

    @property
    def is_overdue(self) -> bool:
        """Whether the day has passed and nothing stands there."""
        return self.current is None and self.asked.is_past

    @property
    def is_of_system(self) -> bool:
        """Whether a system has sent it, or somebody has written over what it sent: it is not asked of people again."""
        return self.current is not None and (self.current.system_id is not None or self.current.is_over_system)

    @property
    def is_accepted(self) -> bool:
        """Whether it was accepted: it is mended only after it has been returned."""
        return self.current is not None and self.current.is_accepted and not self.is_of_system

    @property
    def standing_said(self) -> str:
        """What is saved, as it is read."""
        return said(self.element, self.current.value) if self.current else ""

    @property
    def asked(self) -> Asked:
        """What is said of the question."""
        return Asked(self.element, self.due_on)

    @property
    def key(self) -> str:
        """How the fields of the cell are named in a form."""
        whole = f"{self.element.pk}-{self.unit.pk}"
        return f"{whole}-{self.category}" if self.category else whole

    @property
    def place(self) -> Place:
        """Which cell it is."""
        return self.element.pk, self.unit.pk, self.category

    @property
    def category_name(self) -> str:
        """The category in words."""
        return self.element.category_names.get(self.category, self.category)

    @property
    def is_first(self) -> bool:
        """Whether the categories of a number begin with it."""
        return self.whole is not None and self.whole.cells[0] is self

    @property
    def is_last(self) -> bool:
        """Whether the categories of a number end with it."""
        return self.whole is not None and self.whole.cells[-1] is self

    @property
    def is_explained(self) -> bool:
        """Whether a document or a comment stands there, or a document has to."""
        said = self.current is not None and bool(self.current.document_id or self.current.comment)
        return said or self.element.needs_evidence

    @property
    def text(self) -> str:
        """What stands in the field."""
        return self.typed if self.typed is not None else self.standing

    @property
    def standing(self) -> str:
        """What is saved, as it is typed."""
        return written(self.element, self.current.value if self.current else None)

    @property
    def earlier_said(self) -> str:
        """What stood there a year ago."""
        return said(self.element, self.earlier.value) if self.earlier else ""

    @property
    def was(self) -> str:
        """The cell as it is saved, in one string."""
        if not self.with_proof:
            return signature(self.standing)
        document = self.current.document if self.current else None
        day = document.dated_on.isoformat() if document and document.dated_on else ""
        return signature(
            self.standing,
            document.url if document else "",
            document.number if document else "",
            day,
            self.current.comment if self.current else "",
        )

    @property
    def steps(self) -> list[tuple[str, str]]:
        """What may be chosen, the best first: code and words."""
        if self.element.type == ElementType.YES_NO:
            return [("да", "да"), ("нет", "нет")]
        return sorted(self.element.states.items(), reverse=True)
