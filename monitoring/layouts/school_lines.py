"""
One line per school: the engine under the layouts of counts, percents and levels.

Such tables are small, so the whole table is read before it is decided whether its numbers are people or percents.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from common.numbers import format_number
from monitoring.layouts.clues import of_lines
from monitoring.layouts.context import Context
from monitoring.layouts.directory import Unknown
from monitoring.layouts.headers import Column, Header, read_header
from monitoring.layouts.largest_remainder import counts_of
from monitoring.layouts.lines import Lines
from monitoring.layouts.words import NO_VALUE, is_blank, key, number, plain, whole

_SUM = re.compile(
    r"(?:итого|всего|средн|вся выборка|всего по|по (?:краю|району|городу|региону|муниципалитету)|россия|рф)"
)
_ROUNDING = 1.6  # how far four rounded percents may be from a hundred; many may be farther


@dataclass
class SchoolLine:
    """What one line says of one school."""

    line: int
    unit: int
    group: tuple[Any, ...]
    participants: int | None
    values: list[float]


@dataclass
class SchoolTable:
    """The lines of a table, and what stands in its columns."""

    columns: list[Column]
    lines: list[SchoolLine] = field(default_factory=list)
    is_percents: bool = False


class SchoolReader:
    """Reads the lines of one table of schools."""

    def __init__(self, context: Context, header: Header, lines: Lines, role: str, groups: tuple[str, ...] = ()) -> None:
        self.context, self.header, self.lines = context, header, lines
        self.columns = _chosen(header.all(role))
        self.group_places = [header.place(name) for name in groups]
        self.participants = header.place("participants")
        self.municipality: Any = ""
        self.width = max(column.place for column in header.columns) + 1
        self.table = SchoolTable(self.columns)
        self.since_sum: list[int] = []
        self.all_counted: list[int] = []
        self.refused = 0
        context.findings.keep_header(header.known_titles)
        self.safe = {column.place for column in header.columns if column.role not in ("personal", "name", "school")}

    def read(self) -> SchoolTable:
        """Read until the sheet ends or the head of another table begins."""
        for line, row in self.lines.stream:
            row = row + [""] * (self.width - len(row))
            if is_blank(row) or self._is_head_again(row):
                continue
            if self._begins_another(row) or self._titles_another(row):
                self.lines.back((line, row))
                break
            self._read_line(line, row)
        self._decide()
        return self.table

    def _is_head_again(self, row: list[Any]) -> bool:
        """A head is printed anew on each page."""
        return [plain(cell) for cell in row[: len(self.header.titles)]] == self.header.titles

    def _titles_another(self, row: list[Any]) -> bool:
        """A line that names a subject, above a head like this one, is the title of the next report on the sheet."""
        filled = [cell for cell in row if cell != ""]
        if len(filled) > 2 or not of_lines(filled, self.context.norms).subjects:
            return False
        return any(self._is_head_again(below + [""] * (self.width - len(below))) for _, below in self.lines.ahead(5))

    def _begins_another(self, row: list[Any]) -> bool:
        head = read_header(None, row, self.context.norms)
        return head is not None and head.named >= 3 and number(row[self.columns[0].place]) is None

    def _read_line(self, line: int, row: list[Any]) -> None:
        if self._is_sum(line, row):
            return
        unit = self.context.directory.find(self._school_cells(row))
        if isinstance(unit, Unknown) and self._is_aggregate(row):
            self.municipality = row[self.header.school_places.get("groups", 0)]
            return
        if isinstance(unit, Unknown):
            filled = [cell for cell in row if cell != ""]
            if len(filled) > 2 or (self.participants is not None and row[self.participants] != ""):
                self._problem(line, row, self._school_place(), unit.value, unit.what, unit.remedy)
            return
        found = self._numbers(line, row)
        if found is not None:
            participants, values = found
            group = tuple(row[place] if place is not None else "" for place in self.group_places)
            self.table.lines.append(SchoolLine(line, unit, group, participants, values))
            self.since_sum.append(participants or 0)

    def _school_cells(self, row: list[Any]) -> dict[str, Any]:
        places = self.header.school_places
        if "municipality" in places and row[places["municipality"]] != "":
            self.municipality = row[places["municipality"]]
        found = {name: row[place] for name, place in places.items() if name != "groups"}
        if "groups" in places:
            found["name"] = row[places["groups"]]
        return {**found, "municipality": self.municipality}

    def _is_sum(self, line: int, row: list[Any]) -> bool:
        """Say whether the line is a total; a total that is not the sum of its lines is a problem."""
        words = next((key(cell) for cell in row if key(cell)), "")
        if not _SUM.match(words):
            return False
        said = whole(row[self.participants]) if self.participants is not None else None
        if said is not None and words.startswith(("итого", "всего")) and self.since_sum:
            self.all_counted += self.since_sum
            # Where a line was refused, no total can be right, and that is no second problem.
            if self.refused == 0 and said not in (sum(self.since_sum), sum(self.all_counted)):
                where = self.header.titles[self.participants or 0]
                what = f"итог не равен сумме по школам ({sum(self.since_sum)})"
                self._problem(
                    line, row, self.participants or 0, said, what, f"проверьте, все ли строки в файле: «{where}»"
                )
            self.since_sum = []
        return True

    def _is_aggregate(self, row: list[Any]) -> bool:
        """In nested tables region and municipalities have lines of their own, with the number of schools."""
        place = self.header.place("groups")
        if place is None:
            return False
        schools = self.header.place("schools_count")
        if schools is not None and row[schools] != "":
            return True
        words = key(row[place])
        return words in self.context.directory.municipalities or words.endswith((" край", " область", " республика"))

    def _numbers(self, line: int, row: list[Any]) -> tuple[int | None, list[float]] | None:
        """Return participants and values; None if nobody took part, or something is no number."""
        said = row[self.participants] if self.participants is not None else ""
        participants = whole(said)
        cells = [row[column.place] for column in self.columns]
        if participants in (None, 0) and all(key(cell) in NO_VALUE or number(cell) == 0 for cell in cells):
            return None
        if participants is None and key(said) not in NO_VALUE or (participants or 0) < 0:
            self._problem(line, row, self.participants or 0, said, "не число участников", "впишите целое число")
            return None
        values = []
        for column, cell in zip(self.columns, cells, strict=True):
            value = 0.0 if key(cell) in NO_VALUE else number(cell)
            if value is None or value < 0:
                self._problem(line, row, column.place, cell, "не число", "впишите число, ноль или оставьте пустым")
                return None
            values.append(value)
        return participants, values

    def _decide(self) -> None:
        """Decide for the whole table whether it holds people or percents, then say which lines do not fit."""
        lines = self.table.lines
        as_counts = sum(_fits_counts(line) for line in lines)
        as_percents = sum(_fits_percents(line) for line in lines)
        headed = any(column.percent for column in self.columns)
        self.table.is_percents = as_percents > as_counts or (headed and as_percents == as_counts and bool(lines))
        for line in list(lines):
            if not (_fits_percents if self.table.is_percents else _fits_counts)(line):
                self._refuse_sum(line)
                lines.remove(line)

    def _refuse_sum(self, line: SchoolLine) -> None:
        """Say what the columns give together, and what they should."""
        place, said = self.columns[0].place, format_number(sum(line.values))
        absent = sorted({"2", "3", "4", "5"} - {column.which for column in self.columns})
        if self.columns[0].role == "mark_count" and absent:
            what = f"отметки дают в сумме {said}, а столбца «{absent[0]}» в таблице нет"
            remedy = f"верните заголовок «{absent[0]}» и его столбец"
        elif self.table.is_percents:
            what, remedy = f"проценты дают в сумме {said}, а не 100", "исправьте проценты в строке"
        else:
            place = self.participants if self.participants is not None else place
            what = f"сумма не равна числу участников: по столбцам {said}"
            remedy = "исправьте число участников или его слагаемые"
        value = line.participants if place == self.participants and line.participants is not None else line.values[0]
        self.context.findings.problem(self.lines.sheet, line.line, self.header.titles[place], value, what, remedy)

    def counts(self, line: SchoolLine) -> tuple[int, list[int]]:
        """Return the participants of a line and how many of them fall into each column."""
        if self.table.is_percents and line.participants is not None:
            return line.participants, counts_of(line.values, line.participants)
        counted = [int(value) for value in line.values]
        return sum(counted), counted

    def _school_place(self) -> int:
        places = self.header.school_places
        return next(iter(places[name] for name in ("code", "login", "groups", "school", "name") if name in places), 0)

    def _problem(self, line: int, row: list[Any], place: int, value: Any, what: str, remedy: str) -> None:
        self.refused += 1
        self.context.findings.problem(self.lines.sheet, line, self.header.titles[place], value, what, remedy)
        self.context.findings.keep_row(self.lines.sheet, line, row, self.safe)


def _chosen(columns: list[Column]) -> list[Column]:
    """Of columns that say the same in people and in percents keep the people."""
    chosen: dict[str, Column] = {}
    for column in columns:
        known = chosen.get(column.which)
        if known is None or (known.percent and not column.percent):
            chosen[column.which] = column
    return [chosen[which] for which in sorted(chosen, key=int)]


def _fits_counts(line: SchoolLine) -> bool:
    if any(value != int(value) for value in line.values):
        return False
    return line.participants is None or sum(line.values) == line.participants


def _fits_percents(line: SchoolLine) -> bool:
    total = sum(line.values)
    if line.participants is None:
        return False
    rounding = max(_ROUNDING, 0.05 * len(line.values))
    return abs(total - 100) <= rounding or (abs(total - 1) <= rounding / 100 and line.participants > 1)
