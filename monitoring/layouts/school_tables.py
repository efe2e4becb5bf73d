"""What the layouts of school lines have in common: decide what each group of lines is, then sum it."""

from copy import deepcopy
from typing import Any

from common.spreadsheets.gate import Refused
from monitoring.layouts.clues import of_year, subject_in
from monitoring.layouts.context import Context, Table
from monitoring.layouts.identity import Identity
from monitoring.layouts.outputs import Part
from monitoring.layouts.school_lines import SchoolLine, SchoolReader
from monitoring.layouts.words import key, plain, whole

GROUPS = ("year", "class", "subject")


def read_school_table(context: Context, table: Table, *, role: str, measure: str, guess: str | None = None) -> None:
    """
    Read a table whose lines are schools.

    :raises Refused: if the sources do not say what the assessment is
    """
    reader = SchoolReader(context, table.header, table.lines, role, GROUPS)
    read = reader.read()
    absent = sorted({"2", "3", "4", "5"} - {column.which for column in read.columns})
    if role == "mark_count" and absent and reader.participants is None:
        raise Refused(
            f"В таблице нет столбца «{absent[0]}», а числа участников, по которому его видно, нет тоже: "
            "верните заголовки столбцов."
        )
    source = "percents" if read.is_percents else "counts"
    identities: dict[tuple[Any, ...], Identity | None] = {}
    for line in read.lines:
        if line.group not in identities:
            identities[line.group] = _identity(context, table, line.group, measure, guess)
        identity = identities[line.group]
        if identity is not None and role == "level":
            _refuse_other_levels(reader, identity)
        part = context.outputs.part(identity, source, table.lines.sheet) if identity else None
        if part is not None:
            part.max_score = part.max_score or table.content.max_score or identity.scale.max_score
            _add(context, reader, part, line, identity)


def _identity(
    context: Context, table: Table, group: tuple[Any, ...], measure: str, guess: str | None
) -> Identity | None:
    year, grade, subject = group
    content = deepcopy(table.content)
    if year != "":
        content.add(of_year(year))
    if grade != "" and whole(grade) is not None:
        content.grades = [int(plain(grade))]
    if subject != "":
        named = subject_in(subject, context.norms)
        if named is None:
            raise Refused(f"Предмет в столбце «{_title(table)}» не узнан: впишите его полное название.")
        content.subjects = [named]
    sources = context.sources(content)
    sources.measure, sources.guess = measure, guess
    return sources.identity()


def _refuse_other_levels(reader: SchoolReader, identity: Identity) -> None:
    """
    Refuse columns of other levels than the scale's, or than the procedure's where the scale names none.

    A level without a column is seen to be empty by the number of participants, which the others come to.
    """
    places, named = _level_places(reader, identity)
    columns = {int(column.which) for column in reader.columns}
    absent = [name for name, place in zip(named, places, strict=True) if place not in columns]
    if absent and reader.participants is None:
        raise Refused(
            f"В таблице нет столбца «{absent[0]}»: добавьте его, а если таких работ не было, заполните нулями."
        )
    if absent:
        reader.context.findings.warn(
            f"Столбца «{absent[0]}» в таблице нет: остальные уровни вместе дают всех участников, поэтому таких работ "
            "считается ноль. Если на самом деле они посчитаны в другом столбце, разделите его."
        )
    if columns - set(places):
        raise Refused(f"Столбцов с уровнями в таблице {len(columns)}, а шкала называет другие: {', '.join(named)}.")


def _level_places(reader: SchoolReader, identity: Identity) -> tuple[list[int], list[str]]:
    """Which columns the levels of a scale are, the lowest first, and their names."""
    norms = reader.context.norms
    named = identity.scale.levels or norms.level_names[: max(int(column.which) for column in reader.columns) + 1]
    return [norms.levels.get(key(name), -1) for name in named], list(named)


def _title(table: Table) -> str:
    place = table.header.place("subject")
    return table.header.titles[place] if place is not None else "Предмет"


def _add(context: Context, reader: SchoolReader, part: Part, line: SchoolLine, identity: Identity) -> None:
    total, counts = reader.counts(line)
    known = part.units.get(line.unit)
    of_scores = reader.columns[0].role == "score_count"
    if known is not None and of_scores and "sum" not in known:
        known["sum"] = _score_sum(reader, counts)
        return
    if known is not None:
        place = reader.participants if reader.participants is not None else reader.columns[0].place
        context.findings.problem(
            reader.lines.sheet,
            line.line,
            reader.header.titles[place],
            total,
            f"школа уже была в строке {known['row_no'] - reader.lines.offset}",
            "оставьте одну строку на школу",
        )
        return
    sums: dict[str, Any] = {"n": total, "row_no": reader.lines.offset + line.line}
    if of_scores:
        sums["sum"] = _score_sum(reader, counts)
    elif reader.columns[0].role == "mark_count":
        by_mark = {int(column.which): count for column, count in zip(reader.columns, counts, strict=True)}
        sums["marks"] = [by_mark.get(mark, 0) for mark in (2, 3, 4, 5)]
    else:
        by_place = {int(column.which): count for column, count in zip(reader.columns, counts, strict=True)}
        sums["levels"] = [by_place.get(place, 0) for place in _level_places(reader, identity)[0]]
    part.units[line.unit] = sums
    part.rows += 1


def _score_sum(reader: SchoolReader, counts: list[int]) -> int:
    return sum(int(column.which) * count for column, count in zip(reader.columns, counts, strict=True))
