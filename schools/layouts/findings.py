"""What is wrong or odd in a file about schools, and where."""

from dataclasses import asdict, dataclass
from typing import Any

from common.spreadsheets.cells import plain

KEPT = 500
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
