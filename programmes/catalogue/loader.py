"""A catalogue's folder into one record, with what a schema cannot say checked across its files."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from programmes.catalogue.checking import problems_of
from programmes.catalogue.reading import CatalogueError, Source, read_source
from programmes.catalogue.records import (
    ActivityRecord,
    Also,
    ApprovalRecord,
    BasisRecord,
    BodyRecord,
    ChapterRecord,
    DirectionRecord,
    ElementRecord,
    GoalRecord,
    IndicatorRecord,
    ProgrammeRecord,
    ResultRecord,
    SectionRecord,
    TargetRecord,
    TaskRecord,
    ThresholdRecord,
    Window,
)

CATALOGUES = Path(__file__).parent


def load_catalogue(folder: str | Path) -> ProgrammeRecord:
    """Read a programme's catalogue by its code or folder. :raises CatalogueError: with every mistake and its place."""
    path = CATALOGUES / folder if isinstance(folder, str) else folder
    if not (path / "programme.yaml").is_file():
        known = ", ".join(sorted(each.parent.name for each in CATALOGUES.glob("*/programme.yaml")))
        raise CatalogueError([f"Каталога «{path.name}» нет. Есть: {known}."])
    problems: list[str] = []
    programme = _read(path / "programme.yaml", "programme", problems)
    indicators = [_read(each, "indicators", problems) for each in sorted((path / "indicators").glob("*.yaml"))]
    roadmap = [_read(each, "roadmap", problems) for each in sorted((path / "roadmap").glob("*.yaml"))]
    if programme is None or problems:
        raise CatalogueError(problems)
    sources = [each for each in indicators if each], [each for each in roadmap if each]
    problems = problems_of(programme, *sources)
    if problems:
        raise CatalogueError(problems)
    return _programme(programme.data, *([each.data for each in group] for group in sources))


def _read(path: Path, schema: str, problems: list[str]) -> Source | None:
    try:
        return read_source(path, schema)
    except CatalogueError as wrong:
        problems += wrong.problems
        return None


def _programme(data: dict[str, Any], indicators: list[dict], roadmap: list[dict]) -> ProgrammeRecord:
    return ProgrammeRecord(
        code=data["code"],
        kind=data["kind"],
        unit=data["unit"],
        title=data["title"],
        short_title=data["short_title"],
        starts_on=date.fromisoformat(data["starts_on"]),
        ends_on=date.fromisoformat(data["ends_on"]),
        years=tuple(data["years"]),
        approval=_approval(data["approval"]),
        notes=tuple((note["place"], note["text"]) for note in data["notes"]),
        passport=tuple(_section(row, data) for row in data["passport"]),
        directions=tuple(DirectionRecord(**row) for row in data["directions"]),
        goals=tuple(_goal(row) for row in data["goals"]),
        expected_results=tuple(data["expected_results"]),
        chapters=tuple(_chapter(row) for row in data["sections"]),
        abbreviations=dict(data["abbreviations"]),
        bodies=tuple(BodyRecord(**row) for row in data["bodies"]),
        bases=tuple(BasisRecord(**row) for row in data["basis"]),
        elements=tuple(_element(row) for each in indicators for row in each["elements"]),
        indicators=tuple(record for each in indicators for record in _indicators(each)),
        activities=tuple(_activity(row, each["direction"]) for each in roadmap for row in each["activities"]),
    )


def _approval(row: dict[str, Any]) -> ApprovalRecord:
    return ApprovalRecord(
        form=row["form"],
        position=row["position"],
        person=row["person"],
        approved_on=date.fromisoformat(row["date"]),
        number=row["number"] or "",
        slip=row.get("slip", ""),
    )


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
    )


def _indicators(each: dict[str, Any]) -> list[IndicatorRecord]:
    records = []
    for row in each["indicators"]:
        matrix = row if "rows" in row else None
        for inner in row.get("rows", [row]):
            records.append(_indicator(inner, each, matrix))
    return records


def _indicator(row: dict[str, Any], each: dict[str, Any], matrix: dict[str, Any] | None) -> IndicatorRecord:
    slips = [row.get("slip", ""), (matrix or {}).get("slip", "")]
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
        targets=tuple(_target(int(year), target) for year, target in row["targets"].items()),
        verbatim=row.get("verbatim") or (matrix or {}).get("verbatim", ""),
        slip=" ".join(slip for slip in slips if slip),
        group=matrix["name"] if matrix else row.get("group", ""),
        group_number=matrix["number"] if matrix else "",
        rows_by=matrix["rows_by"] if matrix else "",
        is_headline=row.get("headline", False),
    )


def _target(year: int, row: dict[str, Any]) -> TargetRecord:
    also = row.get("also")
    return TargetRecord(
        year=year,
        operator=row["operator"],
        text=row["text"],
        value=Decimal(str(row["value"])) if "value" in row else None,
        scope=row.get("scope", "whole"),
        also=Also(also["element"], also["operator"], Decimal(str(also["value"]))) if also else None,
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
