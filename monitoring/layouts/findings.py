"""What the parser found wrong or odd, in a form that shows no personal data."""

from dataclasses import asdict, dataclass
from typing import Any

from monitoring.layouts.words import shown

KEPT = 1000


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
    """Problems (the first thousand, all counted), warnings, and what was left out."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.total = 0
        self.warnings: list[str] = []
        self.dropped: list[str] = []
        self.header: list[str] = []
        self.rows: list[dict[str, Any]] = []

    def problem(self, sheet: str, row: int, column: str, value: Any, what: str, remedy: str) -> None:
        """Note a problem of a cell."""
        self.total += 1
        if len(self.problems) < KEPT:
            self.problems.append(Problem(sheet, row, column, shown(value), what, remedy))

    def warn(self, text: str) -> None:
        """Note something that does not stop the file."""
        if text not in self.warnings and len(self.warnings) < 100:
            self.warnings.append(text)

    def keep_header(self, titles: list[str]) -> None:
        """Remember the head of the table for the copy with marks."""
        if len(titles) > len(self.header):
            self.header = titles

    def keep_row(self, sheet: str, row: int, cells: list[Any], safe: set[int]) -> None:
        """Remember a row with a problem for the copy with marks; cells of unread columns stay empty."""
        if len(self.rows) < KEPT:
            values = [shown(cell) if place in safe and cell != "" else "" for place, cell in enumerate(cells)]
            self.rows.append({"sheet": sheet, "row": row, "cells": values})

    def drop(self, titles: list[str]) -> None:
        """Note columns that are neither read nor kept."""
        self.dropped.extend(title for title in titles if title not in self.dropped)

    def as_dict(self) -> dict[str, Any]:
        """Return everything for the summary."""
        return {
            "problems": [asdict(problem) for problem in self.problems],
            "problems_total": self.total,
            "warnings": self.warnings,
            "dropped_columns": self.dropped,
            "marked": {"header": self.header, "rows": self.rows},
        }
