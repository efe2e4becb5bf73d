"""What is wrong or odd in a file about schools, and where."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from common.spreadsheets.cells import day, plain
from schools.layouts.headings import Head
from schools.layouts.values import is_given

KEPT = 500
YEARS = range(1950, 2101)  # a day of another year is a slip of the hand
_SHOWN = 60


@dataclass(frozen=True)
class Problem:
    """One thing that keeps the file from being taken: where, what, why, how to mend it."""

    sheet: str
    row: int
    column: str
    value: str
    what: str
    remedy: str


class Findings:
    """Problems (the first five hundred, all counted) and warnings."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.total = 0
        self.warnings: list[str] = []

    def problem(self, sheet: str, row: int, column: str, value: Any, what: str, remedy: str) -> None:
        """Note a problem of a cell."""
        self.total += 1
        if len(self.problems) < KEPT:
            text = plain(value)
            shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
            self.problems.append(Problem(sheet, row, column, shown or "пусто", what, remedy))

    def text(self, sheet: str, number: int, head: Head, row: Sequence[Any], role: str, most: int) -> str:
        """Return a cell as text; one that is too long is a problem and never cut in silence."""
        text = plain(head.cell(row, role))
        if len(text) > most:
            what = f"знаков {len(text)}, а помещается {most}"
            self.problem(sheet, number, head.titles.get(role, role), text, what, "сократите")
        return text[:most]

    def day(self, sheet: str, number: int, head: Head, row: Sequence[Any], role: str, *, missing: str = "") -> str:
        """Return a day as ISO, or nothing; what is no day is a problem, and so is nothing where `missing` says why."""
        value = head.cell(row, role)
        found = day(plain(value)) if is_given(value) else None
        what = "это не дата" if is_given(value) else missing
        if found is not None and found.year not in YEARS:
            what, found = f"год {found.year}: так не бывает", None
        if found is None and what:
            self.problem(sheet, number, head.titles.get(role, role), value, what, "напишите дату, например 01.09.2021")
        return found.isoformat() if found else ""

    def warn(self, text: str) -> None:
        """Note something that does not stop the file."""
        if text not in self.warnings and len(self.warnings) < 100:
            self.warnings.append(text)

    def as_dict(self) -> dict[str, Any]:
        """Return everything for the summary."""
        return {
            "problems": [asdict(problem) for problem in self.problems],
            "problems_total": self.total,
            "warnings": self.warnings,
        }
