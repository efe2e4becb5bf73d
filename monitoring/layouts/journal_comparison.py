"""ФИС ОКО, «Сравнение отметок с отметками по журналу»: under each school three lines, lowered, confirmed, raised."""

from typing import Any

from monitoring.layouts.context import Context, Table
from monitoring.layouts.directory import Unknown
from monitoring.layouts.headers import Header, read_header
from monitoring.layouts.largest_remainder import counts_of
from monitoring.layouts.outputs import Part
from monitoring.layouts.words import is_blank, key, number, plain, whole

NAME = "journal_comparison"
TITLE = "ФИС ОКО: сравнение с отметками по журналу"
_WAYS = (("пони", "lowered"), ("подтверд", "confirmed"), ("повы", "raised"), ("всего", "n"))


def fits(header: Header) -> bool:
    """Say whether the head is of this layout."""
    counts = header.has("participants") or header.has("percent")
    return header.has("groups") and counts and not header.all("mark_count") and not header.all("task")


def read(context: Context, table: Table) -> None:
    """Read the table under the head. :raises Refused: if the sources do not say what the assessment is"""
    sources = context.sources(table.content)
    sources.measure = "marks"
    identity = sources.identity()
    part = context.outputs.part(identity, "journal", table.lines.sheet)
    if part is None:
        return
    reader = _Reader(context, table, part)
    reader.read()


class _Reader:
    def __init__(self, context: Context, table: Table, part: Part) -> None:
        self.context, self.table, self.part = context, table, part
        self.label = table.header.place("groups") or 0
        self.people, self.percent = table.header.place("participants"), table.header.place("percent")
        self.unit: int | None = None
        self.found: dict[str, float] = {}
        self.first = 0
        self.width = max(column.place for column in table.header.columns) + 1
        context.findings.keep_header(table.header.known_titles)

    def read(self) -> None:
        for line, row in self.table.lines.stream:
            row = row + [""] * (self.width - len(row))
            if is_blank(row) or [plain(cell) for cell in row] == self.table.header.titles:
                continue
            head = read_header(None, row, self.context.norms)
            if head is not None and head.named >= 3:
                self.table.lines.back((line, row))
                break
            self._read_line(line, row)
        self._close()

    def _read_line(self, line: int, row: list[Any]) -> None:
        words = key(row[self.label])
        way = next((name for start, name in _WAYS if words.startswith(start)), None)
        if way is None:
            self._close()
            self._begin(line, row)
            return
        if self.unit is None:
            return
        place = self.people if self.people is not None else self.percent
        value = number(row[place]) if place is not None else None
        if value is None or value < 0:
            title = self.table.header.titles[place or 0]
            findings = self.context.findings
            findings.problem(
                self.table.lines.sheet, line, title, row[place or 0], "не число", "впишите число участников"
            )
            return
        self.found[way] = value
        if self.people is not None and self.percent is not None and way != "n":
            self.found.setdefault("percents", 0)

    def _begin(self, line: int, row: list[Any]) -> None:
        found = self.context.directory.find({"name": row[self.label]})
        self.unit, self.found, self.first = None, {}, line
        if isinstance(found, int):
            self.unit = found
            if self.people is not None and whole(row[self.people]) is not None:
                self.found["n"] = float(whole(row[self.people]) or 0)
        elif isinstance(found, Unknown) and "реестр" in found.what:
            title = self.table.header.titles[self.label]
            self.context.findings.problem(self.table.lines.sheet, line, title, found.value, found.what, found.remedy)

    def _close(self) -> None:
        """Keep what was found of a school. Percents become people by the largest remainder."""
        if self.unit is None or not {"raised", "confirmed", "lowered"} & set(self.found):
            return
        values = [self.found.get(way, 0.0) for way in ("raised", "confirmed", "lowered")]
        total = self.found.get("n")
        if total and abs(sum(values) - 100) < 1 and sum(values) != total:
            values = [float(count) for count in counts_of(values, int(total))]
        counts = [int(value) for value in values]
        names = ("raised", "confirmed", "lowered")
        self.part.units[self.unit] = {
            "n": int(total) if total else sum(counts),
            **dict(zip(names, counts, strict=True)),
            "row_no": self.table.lines.offset + self.first,
        }
        self.part.rows += 1
        self.unit = None
