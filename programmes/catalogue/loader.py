"""A catalogue's folder into one record, with what a schema cannot say checked across its files."""

from __future__ import annotations

import json
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

from programmes.catalogue.checking import ASKED, problems_of
from programmes.catalogue.expanding import Row, rows_of
from programmes.catalogue.reading import CatalogueError, Source, read_source
from programmes.catalogue.records import (
    ActivityRecord,
    Also,
    AmendmentRecord,
    ApprovalRecord,
    BasisRecord,
    BodyRecord,
    ChapterRecord,
    DirectionRecord,
    ElementRecord,
    GoalRecord,
    IndicatorRecord,
    NotMeasuredRecord,
    ProgrammeRecord,
    ResultRecord,
    SectionRecord,
    SystemRecord,
    TargetRecord,
    TaskRecord,
    ThresholdRecord,
    Window,
)

CATALOGUES = Path(__file__).parent
NO_TARGET = {"operator": "not_applicable", "text": ""}


def load_catalogue(folder: str | Path) -> ProgrammeRecord:
    """Read a programme's catalogue by its code or folder. :raises CatalogueError: with every mistake and its place."""
    path = CATALOGUES / folder if isinstance(folder, str) else folder
    if not (path / "programme.yaml").is_file():
        known = ", ".join(sorted(each.parent.name for each in CATALOGUES.glob("*/programme.yaml")))
        raise CatalogueError([f"Каталога «{path.name}» нет. Есть: {known}."])
    problems = [*_unread(path)]
    programme = _read(path / "programme.yaml", "programme", problems)
    indicators = [_read(each, "indicators", problems) for each in sorted((path / "indicators").glob("*.yaml"))]
    roadmap = [_read(each, "roadmap", problems) for each in sorted((path / "roadmap").glob("*.yaml"))]
    if programme is None or problems:
        raise CatalogueError(problems)
    sources = [each for each in indicators if each]
    rows = rows_of([each.data for each in sources])
    for source, found in zip(sources, rows, strict=True):
        for row in found:
            source.codes[tuple(row.where)] = row.data.get("code", "")
            row.at = source.at(row.where)
    problems = problems_of(programme, sources, rows, [each for each in roadmap if each])
    if problems:
        raise CatalogueError(problems)
    record = _programme(
        programme.data,
        [(_with_places(each, found), found) for each, found in zip(sources, rows, strict=True)],
        [each.data for each in roadmap if each],
    )
    read = [programme, *sources, *(each for each in roadmap if each)]
    return replace(record, fingerprint=_fingerprint(read), is_shipped=isinstance(folder, str))


def _unread(path: Path) -> Iterator[str]:
    """Say which files a package must have and has not, and which would be passed over in silence."""
    if not [*(path / "indicators").glob("*.yaml")]:
        yield f"{path.name}: нет ни одного файла indicators/*.yaml. Программа без показателей — не методика."
    for each in sorted(path.rglob("*.y*ml")):
        place = each.relative_to(path)
        is_read = place.parts[:-1] in (("indicators",), ("roadmap",)) or place == Path("programme.yaml")
        if not is_read or each.suffix != ".yaml":
            yield f"{path.name}/{place}: этот файл не читается. Место ему — indicators/*.yaml или roadmap/*.yaml."


def _with_places(source: Source, rows: list[Row]) -> dict[str, Any]:
    """A file's data in which each element knows where it stands."""
    for row in rows:
        for element in row.elements:
            element["at"] = row.at
    placed = [
        {**element, "at": source.at(["elements", place])} for place, element in enumerate(source.data["elements"])
    ]
    return {**source.data, "elements": placed}


def _fingerprint(read: list[Source]) -> str:
    """What all the files say, in one word: another word is another content, whatever the version."""
    said = {"/".join(source.path.parts[-source.depth :][1:]): source.data for source in read}
    return sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _read(path: Path, schema: str, problems: list[str]) -> Source | None:
    try:
        return read_source(path, schema)
    except CatalogueError as wrong:
        problems += wrong.problems
        return None


def _programme(
    data: dict[str, Any], indicators: list[tuple[dict[str, Any], list[Row]]], roadmap: list[dict]
) -> ProgrammeRecord:
    return ProgrammeRecord(
        code=data["code"],
        version=data.get("version", "1"),
        kind=data["kind"],
        unit=data["unit"],
        title=data["title"],
        short_title=data["short_title"],
        starts_on=date.fromisoformat(data["starts_on"]),
        ends_on=date.fromisoformat(data["ends_on"]),
        years=tuple(data["years"]),
        in_force_from=data.get("in_force_from"),
        approval=_approval(data["approval"]),
        amendment=_amendment(data["amendment"]) if "amendment" in data else None,
        notes=tuple((note["place"], note["text"]) for note in data["notes"]),
        passport=tuple(_section(row, data) for row in data["passport"]),
        directions=tuple(DirectionRecord(**row) for row in data["directions"]),
        goals=tuple(_goal(row) for row in data["goals"]),
        expected_results=tuple(data["expected_results"]),
        chapters=tuple(_chapter(row) for row in data["sections"]),
        abbreviations=dict(data["abbreviations"]),
        bodies=tuple(BodyRecord(**row) for row in data["bodies"]),
        methodologist=data.get("care", {}).get("methodologist", ""),
        reviewer=data.get("care", {}).get("reviewer", ""),
        bases=tuple(BasisRecord(**row) for row in data["basis"]),
        systems=tuple(SystemRecord(**row) for each, _rows in indicators for row in each.get("systems", [])),
        elements=tuple(_element(element) for each, rows in indicators for element in _elements(each, rows)),
        indicators=tuple(_indicator(row, each, data["years"]) for each, rows in indicators for row in rows),
        not_measured=tuple(
            NotMeasuredRecord(**row, place=each["place"], direction=each["direction"])
            for each, _rows in indicators
            for row in each.get("not_measured", [])
        ),
        activities=tuple(_activity(row, each["direction"]) for each in roadmap for row in each["activities"]),
    )


def _approval(row: dict[str, Any]) -> ApprovalRecord:
    return ApprovalRecord(
        form=row["form"],
        position=row["position"],
        person=row["person"],
        approved_on=date.fromisoformat(row["date"]) if row["date"] else None,
        number=row["number"] or "",
        slip=row.get("slip", ""),
    )


def _amendment(row: dict[str, Any]) -> AmendmentRecord:
    return AmendmentRecord(row["title"], row["number"], date.fromisoformat(row["date"]))


def _section(row: dict[str, Any], data: dict[str, Any]) -> SectionRecord:
    items = data[row["items_from"]] if "items_from" in row else row.get("items") or [row["text"]]
    return SectionRecord(row["code"], row["title"], tuple(items), row.get("slip", ""))


def _goal(row: dict[str, Any]) -> GoalRecord:
    return GoalRecord(
        row["number"], row["text"], tuple(TaskRecord(**task) for task in row["tasks"]), row.get("slip", "")
    )


def _chapter(row: dict[str, Any]) -> ChapterRecord:
    groups = tuple((group["title"], tuple(group["items"])) for group in row["groups"])
    return ChapterRecord(row["number"], row["title"], groups)


def _element(row: dict[str, Any]) -> ElementRecord:
    return ElementRecord(
        code=row["code"],
        title=row["title"],
        type=row["type"],
        level=row["level"],
        unit=row.get("unit", ""),
        needs_evidence=row.get("evidence", False),
        hint=row.get("hint", ""),
        states=tuple(sorted((int(state), text) for state, text in row.get("states", {}).items())),
        system=row.get("system", ""),
        collection=row.get("collection", "system" if "system" in row else "form"),
        due=_month_and_day(row["due"]) if "due" in row else None,
        due_after=row.get("due_after"),
        every=row.get("every", "year"),
        waves=tuple(row.get("waves", ())),
        year_value=row.get("year_value", ""),
        is_shared=row.get("shared", False),
        was=tuple(row.get("was", ())),
        breakdown=row.get("breakdown", {}).get("name", ""),
        categories=tuple((code, name) for code, name in row.get("breakdown", {}).get("categories", ())),
        least=_number(row.get("min")),
        most=_number(row.get("max")),
        is_whole=row.get("whole", False),
        not_above=row.get("not_above", ""),
        change_limit=row.get("explain_change"),
        at=row["at"],
    )


def _month_and_day(text: str) -> tuple[int, int]:
    """Read a day of the year, written as «31.12»."""
    day, month = text.split(".")
    return int(month), int(day)


def _number(said: float | None) -> Decimal | None:
    return None if said is None else Decimal(str(said))


def _elements(each: dict[str, Any], rows: list[Row]) -> list[dict[str, Any]]:
    return [*each["elements"], *(element for row in rows for element in row.elements)]


def _indicator(whole: Row, each: dict[str, Any], years: list[int]) -> IndicatorRecord:
    row, matrix = whole.data, whole.matrix or {}
    waived = [f"Цель {year} года: {cell['waiver']}" for year, cell in row["targets"].items() if "waiver" in cell]
    slips = [row.get("slip", ""), matrix.get("slip", ""), *waived]
    return IndicatorRecord(
        number=row["number"],
        code=row["code"],
        name=row["name"],
        kind=row["kind"],
        unit=row["unit"],
        level=row["level"],
        better=row["better"],
        formula=row["formula"].strip(),
        in_words=row["in_words"].strip(),
        basis=row["basis"].strip(),
        place=each["place"],
        direction=each["direction"],
        targets=tuple(_target(year, row["targets"].get(str(year), NO_TARGET)) for year in years),
        verbatim=row.get("verbatim") or matrix.get("verbatim", ""),
        slip=" ".join(slip for slip in slips if slip),
        group=matrix["name"] if matrix else row.get("group", ""),
        group_number=matrix.get("number", ""),
        rows_by=matrix.get("rows_by", ""),
        is_headline=row.get("headline", False),
        part_of=row.get("part_of", ""),
        choice=row.get("choice", "compulsory"),
        counted=row["counted"],
        management=row.get("management", {}),
        why_asked=row.get("why_asked", "") if ASKED.search(row["formula"]) else "",
        purpose=row.get("purpose", "").strip(),
        page=row.get("page", ""),
        at=f"{whole.at}, asked" if "asked" in row else whole.at,
    )


def _target(year: int, row: dict[str, Any]) -> TargetRecord:
    also = row.get("also")
    return TargetRecord(
        year=year,
        operator=row["operator"],
        text=row["text"],
        value=_number(row.get("value")),
        scope=row.get("scope", "whole"),
        also=Also(also["element"], also["operator"], Decimal(str(also["value"]))) if also else None,
        upper=_number(row.get("upper")),
        base_year=row.get("base_year"),
    )


def _activity(row: dict[str, Any], direction: int) -> ActivityRecord:
    return ActivityRecord(
        number=row["number"],
        direction=direction,
        title=row["title"].strip(),
        responsible=tuple(row["responsible"]),
        responsible_text=row["responsible_text"],
        documents=tuple(row["documents"]),
        results=tuple(_result(int(year), each) for year, cell in row["years"].items() for each in cell),
        slip=row.get("slip", ""),
    )


def _result(year: int, row: dict[str, Any]) -> ResultRecord:
    threshold = row.get("threshold")
    return ResultRecord(
        year=year,
        number=row["number"],
        text=row["text"].strip(),
        when=row["when"] or "",
        is_inherited=row.get("inherited", False),
        recurrence=row.get("recurrence", "once"),
        windows=tuple(window(text) for text in row["windows"]),
        threshold=_threshold(threshold) if threshold else None,
        slip=row.get("slip", ""),
    )


def _threshold(row: dict[str, Any]) -> ThresholdRecord:
    return ThresholdRecord(Decimal(str(row["value"])), row.get("unit", "percent"), row["of"], row["text"])


def window(text: str) -> Window:
    """Return the days of «2020-08» or «2020-08..2020-09»: from the first of a month to the last of a month."""
    first, _, last = text.partition("..")
    starts_on = date.fromisoformat(f"{first}-01")
    year, month = (int(part) for part in (last or first).split("-"))
    return Window(starts_on, date(year, month, monthrange(year, month)[1]))
