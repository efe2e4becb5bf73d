"""
One line per pupil: the engine under the layouts of individual results.

The loop over lines meets only cells that it has met before, so each is looked up and not parsed; whatever is odd
(blank, foot, head of the next exam, absent pupil, impossible value) goes the slow way.
"""

from collections.abc import Callable
from operator import itemgetter
from typing import Any

from monitoring.layouts import cells
from monitoring.layouts.cells import NULL, Memo
from monitoring.layouts.clues import subject_in
from monitoring.layouts.codes import pupil_of
from monitoring.layouts.context import Context
from monitoring.layouts.directory import Unknown
from monitoring.layouts.headers import Header, read_header
from monitoring.layouts.lines import Lines
from monitoring.layouts.outputs import Part
from monitoring.layouts.plan import tasks_of
from monitoring.layouts.words import ABSENT, NO_VALUE, is_blank, key, number, plain, shown, whole

_FLUSH = 20_000
_FOOT = ("итог", "всего", "средн", "минимальн", "максимальн", "примечан", "кол-во участников", "количество участников")


class PupilReader:
    """Reads the lines of one exam under one head."""

    def __init__(self, context: Context, header: Header, lines: Lines, part: Part, place: Any = None) -> None:
        self.context, self.header, self.lines, self.part = context, header, lines, part
        self.constant = place  # the school named above the table, where the table has no column for it
        self.school_places = header.school_places
        self.width = max(column.place for column in header.columns) + 1
        self.foot_total: int | None = None
        self.wrote = 0
        self._find_columns()
        self._take_memos()
        self.pupil = pupil_of(context, header, part)
        header_titles = [column.title for column in header.all("personal") + header.all("pupil") + header.all("room")]
        context.findings.drop(header_titles)
        context.findings.keep_header(header.known_titles)

    def _find_columns(self) -> None:
        header, measure = self.header, self.part.identity.scale.measure
        by_test = measure == "score" and header.has("test_score")
        self.score = header.place("test_score", "score") if by_test else header.place("score", "test_score")
        self.mark = header.place("mark") if measure == "marks" else None
        self.level = header.place("reached") if measure == "levels" else None
        self.journal = header.place("journal")
        self.get_school = _getter([*self.school_places.values()])
        self.get_head = _getter([header.place("class"), header.place("variant"), header.place("subject")])
        self.get_tail = _getter([self.score, self.mark, self.journal])
        if self.level is not None:
            self.get_tail = _getter([self.score, self.mark, self.journal, self.level])
        if self.score is None and self.mark is None and header.all("task"):
            self.get_tail = self._tail_of_tasks
        self.safe = {
            column.place for column in header.columns if column.role not in ("personal", "pupil", "room", "name")
        }

    def _tail_of_tasks(self, row: list[Any]) -> tuple[Any, ...]:
        """A protocol may have no total: it is what the tasks bring, where any of them was attempted."""
        got = [whole(row[column.place]) for column in self.header.all("task")]
        known = [score for score in got if score is not None]
        return sum(known) if known else "", "", "" if self.journal is None else row[self.journal]

    def _take_memos(self) -> None:
        scores = cells.score_text(100 if self.part.identity.scale.measure == "score" else self.part.max_score)
        self.units = Memo(self._unit)
        self.heads = Memo(self._head)
        self.score_texts = Memo(scores)
        self.level_texts = cells.level_text(self.context.norms.levels, self.part.levels)
        self.tails = Memo(self._tail)
        self.tasks = tasks_of(self.header, self.part)

    def _unit(self, found: tuple[Any, ...]) -> int | None:
        if not self.school_places:
            return self.constant if isinstance(self.constant, int) else None
        unit = self.context.directory.find(dict(zip(self.school_places, found, strict=True)))
        return unit if isinstance(unit, int) else None

    def _head(self, found: tuple[Any, Any, Any]) -> str | None:
        class_name, variant, subject = found
        if subject != "" and not self._same_subject(subject):
            return None
        return f"{cells.class_text(class_name)}\t{cells.variant_text(variant)}"

    def _same_subject(self, value: Any) -> bool:
        norms, identity = self.context.norms, self.part.identity
        named = subject_in(value, norms)
        return named is None or norms.subject_for(identity.procedure, named, identity.scale.measure) == identity.subject

    def _tail(self, found: tuple[Any, ...]) -> str | None:
        has_score = self.score is not None or self.mark is None
        score = self.score_texts[found[0]] if has_score else NULL
        mark = cells.mark_text(found[1]) if self.mark is not None else NULL
        journal = cells.journal_text(found[2])
        level = self.level_texts(found[3]) if self.level is not None else NULL
        if score is None or mark is None or journal is None or level is None or score == mark == level == NULL:
            return None
        return f"{score}\t{mark}\t{journal}\t{level}"

    def read(self) -> None:
        """Read until the sheet ends or the head of another table begins."""
        units, heads, tails, tasks_text = self.units, self.heads, self.tails, self.tasks
        get_school, get_head, get_tail = self.get_school, self.get_head, self.get_tail
        tally, offset, pupil = self.part.tally, self.lines.offset, self.pupil
        write, block = self.context.outputs.writer(self.part).write, []
        for line, row in self.lines.stream:
            try:
                unit, head, tail = units[get_school(row)], heads[get_head(row)], tails[get_tail(row)]
                tasks = tasks_text(row)
            except (IndexError, TypeError):
                unit = tail = head = tasks = None
            if unit and head and tail and tasks:
                block.append(f"{offset + line}\t{unit}\t{head}\t{tasks}\t{tail}\t{pupil(row)}\n")
                tally[unit, tail] += 1
                if len(block) == _FLUSH:
                    write("".join(block))
                    self.part.rows += len(block)
                    block.clear()
            elif not self._odd(line, row):
                break
        write("".join(block))
        self.part.rows += len(block)
        self._check_foot()

    def _odd(self, line: int, row: list[Any]) -> bool:
        """Deal with a line that is not simply a result. Return False where this table ends."""
        if len(row) < self.width:
            padded = row + [""] * (self.width - len(row))
            if len(row) > 1 and self._again(line, padded):
                return True
            row = padded
        if is_blank(row) or [plain(cell) for cell in row] == self.header.titles:
            return True
        if self._is_foot(row):
            return True
        filled = [cell for cell in row if cell != ""]
        if len(filled) <= 2 or not any(row[place] != "" for place in self.school_places.values()):
            return self._between(line, row, filled)
        self._judge(line, row)
        return True

    def _again(self, line: int, row: list[Any]) -> bool:
        """Try a short line as if its empty end were there."""
        unit, head, tail = (
            self.units[self.get_school(row)],
            self.heads[self.get_head(row)],
            self.tails[self.get_tail(row)],
        )
        try:
            tasks = self.tasks(row)
        except TypeError:
            return False
        if not (unit and head and tail and tasks):
            return False
        text = f"{self.lines.offset + line}\t{unit}\t{head}\t{tasks}\t{tail}\t{self.pupil(row)}\n"
        self.context.outputs.writer(self.part).write(text)
        self.part.tally[unit, tail] += 1
        self.part.rows += 1
        return True

    def _is_foot(self, row: list[Any]) -> bool:
        words = next((key(cell) for cell in row if key(cell)), "")
        if not words.startswith(_FOOT) or any(
            isinstance(self.context.directory.find({"code": row[place]}), int) for place in self.school_places.values()
        ):
            return False
        last = next((number(cell) for cell in reversed(row) if number(cell) is not None), None)
        if last is not None and words.startswith("минимальн"):
            self._take_threshold(int(last))
        elif last is not None and words.startswith(
            ("всего участник", "кол-во участник", "количество участник", "всего")
        ):
            self.foot_total = int(last)
        return True

    def _take_threshold(self, said: int) -> None:
        most = 100 if self.part.identity.scale.measure == "score" else self.part.max_score or 1000
        if not 0 <= said <= most:
            self.context.findings.warn(f"Минимальная граница {said} в файле не может быть верной и не учтена.")
            return
        known = self.part.threshold
        if known is not None and known != said:
            self.context.findings.warn(
                f"{self.part.identity.title}: минимальная граница в файле {said}, "
                f"по нормам портала {known}; взята из файла."
            )
        self.part.threshold = said

    def _between(self, line: int, row: list[Any], filled: list[Any]) -> bool:
        """Deal with a line without a school: the head of the next table, a school's own line, or a remark."""
        named = next((self.context.directory.find({"name": cell}) for cell in filled), None)
        if not self.school_places and isinstance(named, int):
            self.constant = named
            self.units.clear()
            return True
        below = [below for _, below in self.lines.ahead(6)]
        heads = [read_header(None, candidate, self.context.norms) for candidate in [row, *below]]
        if any(head is not None and head.named >= 3 for head in heads):
            self.lines.back((line, row))
            return False
        if len(filled) > 2:
            self._judge(line, row)
        return True

    def _judge(self, line: int, row: list[Any]) -> None:
        """Say what is wrong with a line, or count an absent pupil."""
        findings, before = self.context.findings, self.context.findings.total
        unit = self._said_unit(row)
        results = [row[place] for place in (self.score, self.mark, self.level) if place is not None]
        words = [key(cell) for cell in results]
        if isinstance(unit, Unknown):
            column = self._school_column(unit, row)
            findings.problem(self.lines.sheet, line, column, unit.value, unit.what, unit.remedy)
        elif any(word in ABSENT for word in words) or all(word in NO_VALUE for word in words) or self._is_absent(row):
            self.part.absent += 1
            return
        self._judge_cells(line, row)
        if findings.total == before:
            findings.problem(
                self.lines.sheet, line, "", "", "строка не прочитана", "сверьте строку с заголовком таблицы"
            )
        findings.keep_row(self.lines.sheet, line, row, self.safe)

    def _is_absent(self, row: list[Any]) -> bool:
        """A protocol says «отсутствовал» in the column of the variant, or of the first task."""
        places = [column.place for column in self.header.all("variant") + self.header.all("task")]
        return any(key(row[place]) in ABSENT for place in places)

    def _said_unit(self, row: list[Any]) -> int | Unknown:
        if not self.school_places:
            return self.constant or Unknown("", "не указана школа", "добавьте столбец с кодом ОО или логином")
        return self.context.directory.find({name: row[place] for name, place in self.school_places.items()})

    def _school_column(self, unknown: Unknown, row: list[Any]) -> str:
        for place in self.school_places.values():
            if plain(row[place]) == plain(unknown.value):
                return self.header.titles[place]
        place = next(iter(self.school_places.values()), None)
        return self.header.titles[place] if place is not None else ""

    def _judge_cells(self, line: int, row: list[Any]) -> None:
        limit = 100 if self.part.identity.scale.measure == "score" else self.part.max_score
        most = f" от 0 до {limit}" if limit is not None else ""
        checks = [(self.score, self.score_texts.make, f"не балл{most}", f"впишите целое число{most}")]
        checks += [(self.mark, cells.mark_text, "не отметка от 2 до 5", "впишите 2, 3, 4 или 5")]
        names = ", ".join(f"«{name}»" for name in self.context.norms.level_names[: self.part.levels])
        checks += [(self.level, self.level_texts, "не уровень этой работы", f"впишите один из уровней: {names}")]
        checks += [(self.journal, cells.journal_text, "не отметка по журналу", "впишите число от 1 до 5")]
        for column in self.header.all("task"):
            most = f" от 0 до {column.maximum}" if column.maximum is not None else ""
            read = cells.task_text(column.maximum)
            checks.append((column.place, read, f"не балл за задание{most}", f"впишите число{most} или X"))
        checks.append(
            (
                self.header.place("subject"),
                lambda cell: self._same_subject(cell) or None,
                "другой предмет",
                "разделите файл",
            )
        )
        for place, read, what, remedy in checks:
            if place is not None and read(row[place]) is None:
                self.context.findings.problem(
                    self.lines.sheet, line, self.header.titles[place], row[place], what, remedy
                )

    def _check_foot(self) -> None:
        counted, total = sum(self.part.tally.values()), self.foot_total
        if total is not None and total not in (counted, counted + self.part.absent) and not self.context.findings.total:
            self.context.findings.problem(
                self.lines.sheet,
                self.lines.last,
                "Всего участников",
                total,
                f"строк с результатами {counted}, а в итоге названо {shown(total)}",
                "файл неполон: получите его ещё раз",
            )


def _getter(places: list[int | None]) -> Callable[[list[Any]], tuple[Any, ...]]:
    """Return what takes these cells of a row as a tuple; where there is no column, an empty cell."""
    if all(place is not None for place in places) and len(places) > 1:
        return itemgetter(*places)
    if len(places) == 1 and places[0] is not None:
        only = places[0]
        return lambda row: (row[only],)
    return _padded(places)


def _padded(places: list[int | None]) -> Callable[[list[Any]], tuple[Any, ...]]:
    if len(places) == 3:
        first, second, third = places
        if first is not None and second is not None:
            return lambda row: (row[first], row[second], "")
    return lambda row: tuple("" if place is None else row[place] for place in places)
