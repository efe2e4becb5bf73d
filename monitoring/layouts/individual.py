"""What the layouts of individual results have in common: decide what the exam is, then read its lines."""

from monitoring.layouts.clues import of_text, of_year
from monitoring.layouts.context import Context, Table
from monitoring.layouts.pupils import PupilReader
from monitoring.layouts.words import plain


def read_individual(
    context: Context,
    table: Table,
    *,
    measure: str,
    guess: str | None = None,
    subject_code: int | None = None,
) -> None:
    """
    Read the lines of one exam.

    :raises Refused: if the sources do not say what the exam is
    """
    _add_column_clues(context, table)
    sources = context.sources(table.content)
    sources.measure, sources.guess, sources.subject_code = measure, guess, subject_code
    identity = sources.identity()
    part = context.outputs.part(identity, "rows", table.lines.sheet)
    if part is None:
        return
    part.max_score = part.max_score or table.content.max_score or identity.scale.max_score
    if identity.scale.measure == "levels" and table.header.has("reached"):
        part.levels = len(identity.scale.levels) or len(context.norms.level_names)
    part.threshold = part.threshold if part.threshold is not None else identity.scale.passing
    PupilReader(context, table.header, table.lines, part, _school_above(context, table)).read()


def _school_above(context: Context, table: Table) -> int | None:
    """Return the school named above a table that has no column for it: «МБОУ … (edu240621) | Кол-во участников: 23»."""
    if table.header.school_places:
        return None
    found = (context.directory.find({"name": line}) for line in table.preamble if "участник" in plain(line).lower())
    return next((unit for unit in found if isinstance(unit, int)), None)


def _add_column_clues(context: Context, table: Table) -> None:
    """A column «Предмет», «Год» or «Дата» says what the lines above the table may not."""
    rows = [row for _, row in table.lines.ahead(3)]
    for role in ("subject", "day", "year", "grade"):
        place = table.header.place(role)
        cell = next((row[place] for row in rows if place is not None and len(row) > place and row[place] != ""), None)
        if cell is None:
            continue
        if role == "year":
            table.content.add(of_year(cell))
        elif role == "grade":
            table.content.grades = table.content.grades or ([int(plain(cell))] if plain(cell).isdecimal() else [])
        else:
            table.content.add(of_text(plain(cell), context.norms))
