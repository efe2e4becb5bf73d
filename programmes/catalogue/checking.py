"""What a schema cannot say of a catalogue: that its files agree with each other and its figures with its wording."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from indicators.formula.words import normal
from programmes.catalogue.checking_lists import elements_of, problems_of_lists
from programmes.catalogue.checking_targets import problems_of_targets
from programmes.catalogue.expanding import Row
from programmes.catalogue.reading import Source

ASKED = re.compile(r"(?:есть|состояние|значение)\(«([^»]+)»\s*[,)]")
OF_CATEGORY = re.compile(r"значение\(«([^»]+)»\s*,\s*(?:категория\s*:\s*)?«?([^»)]+?)»?\s*\)")
WINDOWS_OF = {"once": (1, 1), "on_demand": (1, 1), "constant": (1, 1), "half_yearly": (2, 2), "quarterly": (4, 4)}


Rows = list[tuple[Source, list[Row]]]
NEEDED = ("code", "kind", "unit", "level", "better", "formula", "in_words", "basis", "targets")
COUNTED = {
    "what": "что считается (ученик, работа, школа…)",
    "subjects": "по каким предметам",
    "grades": "в каких классах",
    "out": "кто выходит из знаменателя",
}


def problems_of(programme: Source, indicators: list[Source], rows: list[list[Row]], roadmap: list[Source]) -> list[str]:
    """Return every disagreement across a catalogue's files, each with its place."""
    whole = list(zip(indicators, rows, strict=True))
    lacking = [problem for source, found in whole for row in found for problem in _lacking(source, row)]
    if lacking:
        return lacking
    return [
        *problems_of_lists(programme, whole),
        *_in_numbers(programme, whole, roadmap),
        *_in_elements(whole),
        *(problem for source, found in whole for problem in problems_of_targets(programme, source, found)),
        *(problem for source in roadmap for problem in _in_roadmap(programme, source)),
    ]


def _lacking(source: Source, row: Row) -> Iterator[str]:
    """What a row does not say, itself or with what is said for its table and file."""
    for problem in row.problems:
        yield source.problem(row.where, problem)
    for key in NEEDED:
        if key not in row.data and not (row.problems and key in ("formula", "kind", "unit", "in_words")):
            yield source.problem(row.where, f"нет обязательного поля «{key}».")
    if "why_asked" not in row.data and ASKED.search(row.data.get("formula", "")):
        yield source.problem(row.where, "вносится, а почему не считается, не сказано: нужен why_asked.")
    counted = row.data.get("counted", {})
    for key, said in COUNTED.items():
        if key not in counted:
            yield source.problem(row.where, f"не сказано, {said}: нужно counted.{key} («—», если неприменимо).")


def _in_numbers(programme: Source, indicators: Rows, roadmap: list[Source]) -> Iterator[str]:
    directions = {row["number"]: row.get("label", str(row["number"])) for row in programme.data["directions"]}
    for source in [*(each for each, _ in indicators), *roadmap]:
        if source.data["direction"] not in {*directions, None}:
            yield source.problem(["direction"], f"направления {source.data['direction']} в программе нет.")
    seen: dict[str, str] = {}
    for source, rows in indicators:
        prefix = directions.get(source.data["direction"])
        for row in rows:
            for key in ("number", "code"):
                if row.data[key] in seen:
                    yield source.problem(
                        [*row.where, key], f"«{row.data[key]}» уже занято показателем {seen[row.data[key]]}."
                    )
                seen[row.data[key]] = row.data["number"]
            if prefix is not None and not row.data["number"].startswith(f"{prefix}."):
                yield source.problem([*row.where, "number"], f"номер начинается не с номера направления {prefix}.")
        for row in rows:
            if row.data.get("part_of") not in {None, *seen}:
                yield source.problem([*row.where, "part_of"], f"показателя {row.data['part_of']} нет.")
            if row.data.get("part_of") == row.data["number"]:
                yield source.problem([*row.where, "part_of"], "показатель не бывает частью самого себя.")
    numbers = [
        (source, index, row["number"]) for source in roadmap for index, row in enumerate(source.data["activities"])
    ]
    for expected, (source, index, number) in enumerate(numbers, start=1):
        if number != expected:
            yield source.problem(
                ["activities", index, "number"], f"по порядку здесь мероприятие {expected}, а стоит {number}."
            )
            return


def _in_elements(indicators: Rows) -> Iterator[str]:
    known: set[str] = set()
    places: dict[str, tuple[Source, list[str | int]]] = {}
    for source, where, element in elements_of(indicators):
        is_described, code = where[0] == "elements", element["code"]
        if code in known and is_described:
            yield source.problem([*where, "code"], f"первичный показатель «{code}» уже описан.")
        elif code in known:
            yield source.problem(where, f"вопрос «{code}» уже задан.")
        if is_described:
            places[code] = (source, where)
        known.add(code)
    yield from _in_rules(indicators)
    categories = dict(_categories(indicators))
    used: set[str] = set()
    for source, rows in indicators:
        for row in rows:
            asked = set(ASKED.findall(row.data["formula"]))
            asked |= {target["also"]["element"] for target in row.data["targets"].values() if "also" in target}
            for code in sorted(asked - known):
                yield source.problem([*row.where, "formula"], f"первичный показатель «{code}» не описан в elements.")
            for code, category in OF_CATEGORY.findall(row.data["formula"]):
                if code in known and normal(category) not in categories.get(code, set()):
                    yield source.problem([*row.where, "formula"], f"категории «{category}» у «{code}» нет.")
            used |= asked
    for code in sorted(set(places) - used):
        yield places[code][0].problem(places[code][1], f"первичный показатель «{code}» не нужен ни одной формуле.")


def _categories(indicators: Rows) -> Iterator[tuple[str, set[str]]]:
    """The words by which formulas may name the categories of each element: codes and names."""
    for source, _ in indicators:
        for each in source.data["elements"]:
            words = [word for pair in each.get("breakdown", {}).get("categories", []) for word in pair]
            yield each["code"], {normal(word) for word in words}


def _in_rules(indicators: Rows) -> Iterator[str]:
    """What an element is compared with must be asked at the same level, and the system that keeps it be named."""
    systems = {row["code"] for source, _ in indicators for row in source.data.get("systems", [])}
    found = [*elements_of(indicators)]
    levels = {each["code"]: each["level"] for _source, _where, each in found}
    for source, where, each in found:
        if each.get("system", "") not in {"", *systems}:
            yield source.problem(where, f"информационная система «{each['system']}» не названа в systems.")
        pairs = each.get("breakdown", {}).get("categories", [])
        for code, name in pairs:
            if sum(bool({normal(code), normal(name)} & {normal(a), normal(b)}) for a, b in pairs) > 1:
                yield source.problem(where, f"категория «{name}» названа дважды.")
                break
        if "not_above" in each and levels.get(each["not_above"]) != each["level"]:
            yield source.problem(where, f"«{each['not_above']}» не спрашивают у того же уровня: сравнить не с чем.")


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
