"""What a schema cannot say of the lists of a catalogue: a number stands once, a day is one, nothing goes in rings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from graphlib import CycleError, TopologicalSorter
from typing import Any

from programmes.catalogue.expanding import Row
from programmes.catalogue.reading import Source

ONCE = {
    "directions": "number", "goals": "number", "sections": "number", "bodies": "code", "passport": "code",
    "basis": "year",
}  # fmt: skip
REFERENCE = re.compile(r"(?:показатель|indicator)\s*\(\s*[«\"“„]([^«»\"“”„]*)[»\"“”]", re.IGNORECASE)
DAYS = (["starts_on"], ["ends_on"], ["approval", "date"], ["amendment", "date"])


def problems_of_lists(programme: Source, indicators: list[tuple[Source, list[Row]]]) -> Iterator[str]:
    """Say what is written twice, which days there are not, what is compared in a ring."""
    for name, key in ONCE.items():
        yield from _twice(programme, [name], programme.data[name], key)
    for place, goal in enumerate(programme.data["goals"]):
        yield from _twice(programme, ["goals", place, "tasks"], goal["tasks"], "number")
    yield from _days(programme)
    systems: set[str] = set()
    for source, _rows in indicators:
        for place, row in enumerate(source.data.get("systems", [])):
            if row["code"] in systems:
                yield source.problem(["systems", place], f"система «{row['code']}» уже названа.")
            systems.add(row["code"])
    yield from _rings(indicators)
    yield from _circles(indicators)


def elements_of(
    indicators: list[tuple[Source, list[Row]]],
) -> Iterator[tuple[Source, list[str | int], dict[str, Any]]]:
    """Every element of a catalogue with its place, file by file: described in a list, then asked by a row itself."""
    for source, rows in indicators:
        for index, element in enumerate(source.data["elements"]):
            yield source, ["elements", index], element
        for row in rows:
            for element in row.elements:
                yield source, [*row.where, "asked"], element


def _twice(source: Source, where: list[str | int], rows: list[dict[str, Any]], key: str) -> Iterator[str]:
    seen: set[object] = set()
    for place, row in enumerate(rows):
        if row[key] in seen:
            yield source.problem([*where, place, key], f"«{row[key]}» здесь уже есть: каждый стоит один раз.")
        seen.add(row[key])


def _days(programme: Source) -> Iterator[str]:
    days: dict[str, date] = {}
    for where in DAYS:
        said: Any = programme.data
        for step in where:
            said = said.get(step) if isinstance(said, dict) else None
        if said is None:
            continue
        try:
            days[where[-1]] = date.fromisoformat(said)
        except ValueError:
            yield programme.problem(where, f"дня «{said}» нет. Запишите его как 2021-12-31.")
    if {"starts_on", "ends_on"} <= days.keys() and days["ends_on"] < days["starts_on"]:
        yield programme.problem(["ends_on"], "программа кончается раньше, чем начинается.")


def refers_to(formula: str) -> set[str]:
    """Return the codes of the indicators that a formula names, whether or not there are such."""
    return {code.strip() for code in REFERENCE.findall(formula)}


def _circles(indicators: list[tuple[Source, list[Row]]]) -> Iterator[str]:
    """Indicators that are defined by each other; one that names itself is told of by its letter."""
    placed = {row.data["code"]: (source, row) for source, rows in indicators for row in rows}
    named = {code: refers_to(row.data["formula"]) & placed.keys() - {code} for code, (_, row) in placed.items()}
    try:
        TopologicalSorter(named).prepare()
    except CycleError as circle:
        source, row = placed[circle.args[1][0]]
        chain = " → ".join(circle.args[1][::-1])
        yield source.problem([*row.where, "formula"], f"показатели определены друг через друга: {chain}.")


def _rings(indicators: list[tuple[Source, list[Row]]]) -> Iterator[str]:
    found = [*elements_of(indicators)]
    places = {element["code"]: (source, where) for source, where, element in found}
    wholes = {element["code"]: {element.get("not_above")} - {None} for _source, _where, element in found}
    try:
        TopologicalSorter(wholes).prepare()
    except CycleError as ring:
        source, where = places[ring.args[1][0]]
        yield source.problem(where, "«не больше, чем» (not_above) замкнуто в кольцо: сравнить не с чем.")
