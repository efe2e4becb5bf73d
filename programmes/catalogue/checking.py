"""What a schema cannot say of a catalogue: that its files agree with each other and its figures with its wording."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from programmes.catalogue.reading import Source

ASKED = re.compile(r"(?:есть|состояние|значение)\(«([^»]+)»\)")
FIGURE = re.compile(r"\d+")
WINDOWS_OF = {"once": (1, 1), "on_demand": (1, 1), "constant": (1, 1), "half_yearly": (2, 2), "quarterly": (4, 4)}


def problems_of(programme: Source, indicators: list[Source], roadmap: list[Source]) -> list[str]:
    """Return every disagreement across a catalogue's files, each with its place."""
    return [
        *_in_numbers(programme, indicators, roadmap),
        *_in_elements(indicators),
        *(problem for source in indicators for problem in _in_targets(programme, source)),
        *(problem for source in roadmap for problem in _in_roadmap(programme, source)),
    ]


def _rows(source: Source) -> Iterator[tuple[list[str | int], dict[str, Any]]]:
    """Each indicator that has a value, rows of a matrix included, with its place."""
    for index, row in enumerate(source.data["indicators"]):
        if "rows" in row:
            for inner, cell in enumerate(row["rows"]):
                yield ["indicators", index, "rows", inner], cell
        else:
            yield ["indicators", index], row


def _in_numbers(programme: Source, indicators: list[Source], roadmap: list[Source]) -> Iterator[str]:
    directions = {row["number"] for row in programme.data["directions"]}
    for source in [*indicators, *roadmap]:
        if source.data["direction"] not in directions | {None}:
            yield source.problem(["direction"], f"направления {source.data['direction']} в программе нет.")
    seen: dict[str, str] = {}
    for source in indicators:
        for where, row in _rows(source):
            for key in ("number", "code"):
                if row[key] in seen:
                    yield source.problem([*where, key], f"«{row[key]}» уже занято показателем {seen[row[key]]}.")
                seen[row[key]] = row["number"]
            prefix = source.data["direction"]
            if prefix is not None and not row["number"].startswith(f"{prefix}."):
                yield source.problem([*where, "number"], f"номер начинается не с номера направления {prefix}.")
    numbers = [
        (source, index, row["number"]) for source in roadmap for index, row in enumerate(source.data["activities"])
    ]
    for expected, (source, index, number) in enumerate(numbers, start=1):
        if number != expected:
            yield source.problem(
                ["activities", index, "number"], f"по порядку здесь мероприятие {expected}, а стоит {number}."
            )
            return


def _in_elements(indicators: list[Source]) -> Iterator[str]:
    known: dict[str, dict[str, Any]] = {}
    places: dict[str, tuple[Source, int]] = {}
    for source in indicators:
        for index, row in enumerate(source.data["elements"]):
            if row["code"] in known:
                yield source.problem(["elements", index, "code"], f"первичный показатель «{row['code']}» уже описан.")
            known[row["code"]], places[row["code"]] = row, (source, index)
    used: set[str] = set()
    for source in indicators:
        for where, row in _rows(source):
            asked = set(ASKED.findall(row["formula"]))
            asked |= {target["also"]["element"] for target in row["targets"].values() if "also" in target}
            for code in sorted(asked - set(known)):
                yield source.problem([*where, "formula"], f"первичный показатель «{code}» не описан в elements.")
            used |= asked
    for code in sorted(set(known) - used):
        source, index = places[code]
        yield source.problem(["elements", index], f"первичный показатель «{code}» не нужен ни одной формуле.")


def _in_targets(programme: Source, source: Source) -> Iterator[str]:
    years = set(programme.data["years"])
    for where, row in _rows(source):
        if {int(year) for year in row["targets"]} != years:
            yield source.problem([*where, "targets"], f"цели нужны на каждый год программы: {sorted(years)}.")
        for year, target in row["targets"].items():
            place = [*where, "targets", year]
            figures = [int(figure) for figure in FIGURE.findall(target["text"])]
            promised = [each["value"] for each in (target, target.get("also") or {}) if "value" in each]
            if promised and figures != promised:
                yield source.problem(place, f"в словах «{target['text']}» числа {figures}, а в цели {promised}.")
            is_state = row["kind"] in ("yes_no", "three_state")
            if target["operator"] != "not_applicable" and is_state != (target["operator"] == "yes"):
                yield source.problem(place, "сравнение «yes» — только у показателей да/нет и трёх состояний.")


def _in_roadmap(programme: Source, source: Source) -> Iterator[str]:
    bodies = {row["code"] for row in programme.data["bodies"]}
    for index, row in enumerate(source.data["activities"]):
        for code in row["responsible"]:
            if code not in bodies:
                yield source.problem(["activities", index, "responsible"], f"исполнитель «{code}» не описан в bodies.")
        if {int(year) for year in row["years"]} != set(programme.data["years"]):
            yield source.problem(["activities", index, "years"], "нужна ячейка на каждый год программы.")
        for year, cell in row["years"].items():
            yield from _in_cell(source, ["activities", index, "years", year], int(year), cell)


def _in_cell(source: Source, where: list[str | int], year: int, cell: list[dict[str, Any]]) -> Iterator[str]:
    if [result["number"] for result in cell] != list(range(1, len(cell) + 1)):
        yield source.problem(where, "результаты ячейки нумеруются подряд с единицы.")
    for index, result in enumerate(cell):
        place = [*where, index]
        fewest, most = WINDOWS_OF[result.get("recurrence", "once")]
        if not fewest <= len(result["windows"]) <= most:
            yield source.problem(
                [*place, "windows"], f"окон должно быть {fewest}, а записано {len(result['windows'])}."
            )
        for text in result["windows"]:
            first, _, last = text.partition("..")
            if first[:4] != str(year):
                yield source.problem([*place, "windows"], f"окно «{text}» начинается не в {year} году.")
            if last and last < first:
                yield source.problem([*place, "windows"], f"окно «{text}» кончается раньше, чем начинается.")
        stated = re.findall(r"20\d\d", result["when"] or "")
        if stated and str(year) not in stated and "slip" not in result:
            yield source.problem([*place, "when"], f"срок назван другим годом, чем {year}: нужна пометка slip.")
