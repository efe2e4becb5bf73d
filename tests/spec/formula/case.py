"""One row of the spec: a formula, a unit, what it has there and a word on why."""

from __future__ import annotations

from dataclasses import dataclass

Cells = tuple[float, ...] | None
Result = tuple[float | None, float | None, int] | tuple[float | None, None, int, Cells]


@dataclass(frozen=True)
class Case:
    formula: str
    unit: int
    result: Result | None
    why: str
    section: str


def section(title: str, *rows: tuple[str, int, Result | None, str]) -> list[Case]:
    return [Case(formula, unit, result, why, title) for formula, unit, result, why in rows]
