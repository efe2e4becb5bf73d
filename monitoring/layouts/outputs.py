"""What the parser hands back: COPY text per assessment, and the sums per school."""

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from monitoring.layouts.identity import Identity

_FINENESS = {"rows": 0, "counts": 1, "percents": 2, "journal": 3}
MARKS = (2, 3, 4, 5)


@dataclass
class Part:
    """One assessment of the file: its rows, or its sums per school."""

    identity: Identity
    source: str
    sheet: str
    number: int
    tasks: list[dict[str, Any]] = field(default_factory=list)
    max_score: int | None = None
    threshold: int | None = None
    levels: int = 0  # how many levels its scale has
    rows: int = 0
    absent: int = 0
    units: dict[int, dict[str, Any]] = field(default_factory=dict)
    tally: dict[tuple[int, str], int] = field(default_factory=lambda: defaultdict(int))
    file: TextIO | None = None
    coded: int = 0  # rows with a pupil's hash
    codes: set[bytes] = field(default_factory=set)
    doubled: set[bytes] = field(default_factory=set)

    def summed(self) -> dict[int, dict[str, Any]]:
        """Return the sums per school, from the tally of rows where there are rows."""
        if self.source != "rows":
            return self.units
        has_marks, has_levels = self.identity.scale.measure == "marks", bool(self.levels)
        for (unit, tail), count in self.tally.items():
            score, mark, journal, level = (None if cell == "\\N" else int(cell) for cell in tail.split("\t"))
            sums = self.units.setdefault(unit, self._empty())
            if has_marks and mark is not None:
                sums["marks"][mark - 2] += count
            if has_levels and level is not None:
                sums["levels"][level] += count
            if mark is not None or level is not None or not (has_marks or has_levels):
                sums["n"] += count
            if score is not None and not (has_levels and level is None):
                sums["sum"] = sums.get("sum", 0) + score * count
                if not has_marks and not has_levels and self.threshold is not None and score < self.threshold:
                    sums["below"] += count
            if mark is not None and journal is not None:
                way = "raised" if mark > journal else "lowered" if mark < journal else "confirmed"
                for name in ("raised", "confirmed", "lowered"):
                    sums[name] = sums.get(name, 0) + (count if name == way else 0)
        self._leave_marks_out_where_none()
        self.tally = {}
        return self.units

    def _empty(self) -> dict[str, Any]:
        if self.levels:
            return {"n": 0, "levels": [0] * self.levels}
        return {"n": 0, "marks": [0, 0, 0, 0]} if self.identity.scale.measure == "marks" else {"n": 0, "below": 0}

    def _leave_marks_out_where_none(self) -> None:
        """A protocol brings scores without marks: then all who wrote are counted, and marks are unknown."""
        if self.identity.scale.measure != "marks" or any(sums["n"] for sums in self.units.values()):
            return
        wrote: dict[int, int] = defaultdict(int)
        for (unit, _), count in self.tally.items():
            wrote[unit] += count
        for unit, sums in self.units.items():
            sums["n"] = wrote[unit]
            del sums["marks"]

    def as_dict(self) -> dict[str, Any]:
        """Return the assessment for the summary."""
        units = self.summed()
        ways = ("raised", "confirmed", "lowered")
        journal = {way: sum(sums.get(way, 0) for sums in units.values()) for way in ways}
        identity = self.identity
        return {
            "number": self.number,
            "procedure": identity.procedure,
            "subject": identity.subject,
            "grade": identity.grade,
            "academic_year": identity.academic_year,
            "held_on": identity.held_on.isoformat() if identity.held_on else None,
            "measure": identity.scale.measure,
            "source": self.source,
            "max_score": self.max_score,
            "threshold": self.threshold,
            "levels": self.levels,
            "tasks": self.tasks,
            "sheet": self.sheet,
            "rows": self.rows,
            "coded": self.coded,
            "doubled": len(self.doubled),
            "absent": self.absent,
            "units": {str(unit): sums for unit, sums in units.items()},
            "journal": journal if any(journal.values()) else None,
        }


class Outputs:
    """All assessments of the file."""

    def __init__(self, staging: Path) -> None:
        self.staging = staging
        self.parts: dict[tuple[str, str, int, int], Part] = {}
        self.made = 0
        self.passed_over: list[str] = []

    def part(self, identity: Identity, source: str, sheet: str) -> Part | None:
        """Return the part of an assessment; None if the file has brought it already in a finer form."""
        named = (identity.procedure, identity.subject, identity.grade, identity.academic_year)
        known = self.parts.get(named)
        if known is not None and known.source == source:
            return known
        if known is not None and _FINENESS[known.source] < _FINENESS[source]:
            self.passed_over.append(f"{identity.title} (лист «{sheet}»)")
            return None
        if known is not None:
            self._close(known)
            self.passed_over.append(f"{identity.title} (лист «{known.sheet}»)")
        self.made += 1
        part = Part(identity, source, sheet, self.made)
        self.parts[named] = part
        return part

    def writer(self, part: Part) -> TextIO:
        """Return where the rows of a part go."""
        if part.file is None:
            part.file = (self.staging / f"{part.number}.copy").open("w", encoding="utf-8", newline="\n")
        return part.file

    def finish(self) -> list[dict[str, Any]]:
        """Close the files and return the assessments that brought something."""
        found = []
        for part in self.parts.values():
            self._close(part)
            done = part.as_dict()
            if done["units"]:
                found.append(done)
        return found

    def _close(self, part: Part) -> None:
        if part.file is not None:
            part.file.close()
            part.file = None
