"""A journal of changes of the network as a file says it, by codes; what stands in the register is not known here."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from common.catalogues import CatalogueError, Source, read_source
from schools.enums import OperationKind

HERE = Path(__file__).parent
SCHEMA = HERE / "schema" / "operations.json"
REFORM_2025 = HERE / "reform-2025.yaml"
BASES = {"known": "", "inferred": "выведено", "invented": "придумано"}


@dataclass(frozen=True)
class OperationRow:
    """One operation of a journal: its kind, day, order, how certain it is, and the rest as it is written."""

    line: int
    kind: OperationKind
    on: date
    order: str
    note: str
    basis: str
    data: dict[str, Any]


@dataclass(frozen=True)
class Journal:
    """A file of operations: they are done in this order, all or none."""

    code: str
    title: str
    rows: list[OperationRow]


def read_journal(path: Path) -> Journal:
    """Return the operations of a file. :raises CatalogueError: naming the line of each mistake."""
    source = read_source(path, SCHEMA)
    days = [_day(source, ["since"])] + [
        _day(source, ["operations", index, "since"])
        for index, row in enumerate(source.data["operations"])
        if "since" in row
    ]
    if problems := [problem for problem in days if problem]:
        raise CatalogueError(problems)
    usual = date.fromisoformat(source.data["since"])
    rows = [
        OperationRow(
            line=source.line(["operations", index]),
            kind=OperationKind(row["kind"]),
            on=date.fromisoformat(row["since"]) if "since" in row else usual,
            order=row.get("order", source.data.get("order", "")),
            note="; ".join(filter(None, [BASES[row.get("basis", "known")], row.get("note", "")])),
            basis=row.get("basis", "known"),
            data=row,
        )
        for index, row in enumerate(source.data["operations"])
    ]
    return Journal(source.data["journal"], source.data["title"], rows)


def _day(source: Source, where: list[str | int]) -> str:
    text = source.data
    for part in where:
        text = text[part]
    try:
        date.fromisoformat(text)
    except ValueError:
        return source.problem(where, f"дня «{text}» нет.")
    return ""
