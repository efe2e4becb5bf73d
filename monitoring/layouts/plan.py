"""The plan of an exam's tasks, and the tasks of a line in its order."""

from collections.abc import Callable
from typing import Any

from monitoring.layouts import cells
from monitoring.layouts.cells import Memo
from monitoring.layouts.headers import Header
from monitoring.layouts.outputs import Part
from monitoring.layouts.words import key

_LEVELS = {"б": "Б", "базовый": "Б", "п": "П", "повышенный": "П", "в": "В", "высокий": "В", "b": "Б"}


def tasks_of(header: Header, part: Part) -> Callable[[list[Any]], str]:
    """
    Return what writes the tasks of a line as an array, and keep the plan.

    What it returns raises TypeError over a score that a task cannot have.
    """
    columns = header.all("task")
    if columns:
        return _from_columns(header, part)
    short, long = header.place("short"), header.place("long")
    if short is not None or long is not None:
        return _from_answers(short, long, part)
    return lambda row: "\\N"


def _from_columns(header: Header, part: Part) -> Callable[[list[Any]], str]:
    columns = header.all("task")
    for column in columns:
        level = key(header.plan[column.place]) if column.place < len(header.plan) else ""
        known = next((task for task in part.tasks if task["label"] == column.which), None)
        if known is None:
            part.tasks.append({"label": column.which, "max": column.maximum, "level": _LEVELS.get(level)})
    by_label = {column.which: column for column in columns}
    ordered = [by_label.get(task["label"]) for task in part.tasks]
    readers = [Memo(cells.task_text(column.maximum)) if column else None for column in ordered]
    places = [column.place if column else None for column in ordered]
    first = places[0]
    if first is not None and places == list(range(first, first + len(places))):
        return _contiguous(readers, first, first + len(places))
    pairs = list(zip(readers, places, strict=True))
    return lambda row: (
        "{" + ",".join(["NULL" if place is None else memo[row[place]] for memo, place in pairs]) + "}"  # type: ignore[index]
    )


def _contiguous(readers: list[Any], first: int, end: int) -> Callable[[list[Any]], str]:
    if len(readers) == 1:
        only = readers[0]
        return lambda row: "{" + only[row[first]] + "}"
    return lambda row: "{" + ",".join([memo[cell] for memo, cell in zip(readers, row[first:end], strict=True)]) + "}"


def _from_answers(short: int | None, long: int | None, part: Part) -> Callable[[list[Any]], str]:
    """Read the two columns of the exams' register; how many tasks there are is known only line by line."""

    def write_short(value: Any) -> str:
        answers = cells.short_answers(value)
        _lengthen(part, [("К", None)] * len(answers))
        return ",".join(answers)

    def write_long(value: Any) -> str:
        answers = cells.long_answers(value)
        _lengthen(part, [("Р", most) for _, most in answers])
        return ",".join(got for got, _ in answers)

    shorts, longs = Memo(write_short), Memo(write_long)

    def write(row: list[Any]) -> str:
        first = shorts[row[short]] if short is not None else ""
        second = longs[row[long]] if long is not None else ""
        return "{" + (f"{first},{second}" if first and second else first or second) + "}"

    return write


def _lengthen(part: Part, tasks: list[tuple[str, int | None]]) -> None:
    """Add what the plan does not know yet: short answers К1, К2, …, long ones Р1, Р2, …"""
    if not tasks:
        return
    kind = tasks[0][0]
    known = [task for task in part.tasks if task["label"].startswith(kind)]
    added = [
        {"label": f"{kind}{number}", "max": most, "level": None}
        for number, (_, most) in enumerate(tasks[len(known) :], start=len(known) + 1)
    ]
    if kind == "К":
        part.tasks[len(known) : len(known)] = added
    else:
        part.tasks.extend(added)
