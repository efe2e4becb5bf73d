"""Finds the tables of a sheet and gives each to the layout that its head is of."""

from typing import Any

from common.spreadsheets.reading import Sheet
from monitoring.layouts import (
    fisoko_individual,
    journal_comparison,
    level_individual,
    mark_statistics,
    protocol,
    rcoi,
    school_levels,
    school_marks,
    school_scores,
)
from monitoring.layouts.clues import Clues, of_lines, of_name
from monitoring.layouts.context import Context, Table
from monitoring.layouts.headers import Header, read_header
from monitoring.layouts.lines import Lines
from monitoring.layouts.words import is_blank, key, plain

LAYOUTS: tuple[Any, ...] = (
    mark_statistics,
    journal_comparison,
    school_levels,
    school_marks,
    school_scores,
    rcoi,
    level_individual,
    fisoko_individual,
    protocol,
)
_SEARCHED = 300  # lines without a head after which a sheet is given up
_KEPT = 40
_LEVEL_LETTERS = {"б", "п", "в", "базовый", "повышенный", "высокий"}


def read_sheet(context: Context, sheet: Sheet, lines: Lines, file_name: str) -> list[str]:
    """Read every table of a sheet and return the names of the layouts that were met."""
    met = []
    before = Clues()
    while (found := _next_table(context, lines)) is not None:
        layout, header, preamble = found
        content = of_lines(_texts(preamble), context.norms)
        _add_table_before(content, before)
        _add_sheet_name(content, sheet.name, context)
        before = content
        layout.read(context, Table(header, content, lines, _texts(preamble), file_name))
        met.append(layout.NAME)
    return met


def _next_table(context: Context, lines: Lines) -> tuple[Any, Header, list[list[Any]]] | None:
    above: list[list[Any]] = []
    searched = 0
    for _, row in lines.stream:
        searched += 1
        if searched > _SEARCHED:
            return None
        if is_blank(row):
            continue
        found = _recognised(context, above[-1] if above else None, row)
        if found is None:
            above = [*above, row][-_KEPT:]
            continue
        layout, header = found
        header.plan = _plan(above)
        better = _with_second_line(context, lines, row, header)
        return (*(better or (layout, header)), above)
    return None


def _recognised(context: Context, upper: list[Any] | None, row: list[Any]) -> tuple[Any, Header] | None:
    for first in (None,) if upper is None else (None, upper):
        header = read_header(first, row, context.norms)
        layout = next((layout for layout in LAYOUTS if layout.fits(header)), None) if header else None
        if header is not None and layout is not None:
            return layout, header
    return None


def _with_second_line(context: Context, lines: Lines, row: list[Any], header: Header) -> tuple[Any, Header] | None:
    """A head whose second line names tasks or marks under a common title is read as two lines."""
    for _, below in lines.ahead(1):
        if is_blank(below) or any(below[place] != "" for place in header.school_places.values() if place < len(below)):
            return None
        fuller = read_header(row, below, context.norms)
        if fuller is None or len(fuller.columns) <= len(header.columns):
            return None
        layout = next((layout for layout in LAYOUTS if layout.fits(fuller)), None)
        if layout is None:
            return None
        next(lines.stream)
        fuller.plan = header.plan
        return layout, fuller
    return None


def _plan(above: list[list[Any]]) -> list[Any]:
    """Return the line above the head that says Б or П over each task."""
    if above and any(key(cell) in _LEVEL_LETTERS for cell in above[-1]):
        return above[-1]
    return []


def _texts(preamble: list[list[Any]]) -> list[Any]:
    return [plain(cell) for row in preamble for cell in row if cell != ""]


def _add_table_before(content: Clues, before: Clues) -> None:
    """The title of a sheet holds for all its tables; of a later one the line above may say only the subject."""
    if content.subjects:
        content.procedures = content.procedures or before.procedures
        content.grades = content.grades or before.grades
        _add_years(content, before)


def _add_sheet_name(content: Clues, name: str, context: Context) -> None:
    """A sheet's name speaks where the lines above its table are silent."""
    named = of_name(name, context.norms)
    for attribute in ("procedures", "subjects", "grades"):
        if not getattr(content, attribute):
            setattr(content, attribute, getattr(named, attribute))
    _add_years(content, named)


def _add_years(content: Clues, other: Clues) -> None:
    """Years and a day are one thing said: of another source they count only where there is none of them."""
    if not (content.years or content.academic_years or content.day):
        content.years, content.academic_years, content.day = other.years, other.academic_years, other.day
