"""The territory as a file says it: the region, its districts and their municipalities."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common.catalogues import CatalogueError, Source, read_source
from schools.enums import Kind, MunicipalityType

FILE = Path(__file__).parent / "territory.yaml"
SCHEMA = Path(__file__).parent / "schema" / "territory.json"


@dataclass(frozen=True)
class Place:
    """One unit of the territory, under the one with the code `parent`."""

    kind: Kind
    code: str
    name: str
    short_name: str
    parent: str | None
    aliases: tuple[str, ...]
    type: MunicipalityType | None = None
    tile_label: str = ""
    tile_order: int = 0


def read_territory(path: Path = FILE) -> list[Place]:
    """Return the places of a file, each after its parent. :raises CatalogueError: naming the line of each mistake."""
    source = read_source(path, SCHEMA)
    if problems := list(_twice(source)):
        raise CatalogueError(problems)
    return list(_places(source.data))


def _places(data: dict[str, Any]) -> Iterator[Place]:
    region = data["region"]
    yield _place(Kind.REGION, region, None)
    for district in data["districts"]:
        yield _place(Kind.DISTRICT, district, region["code"])
        for row in district["municipalities"]:
            yield _place(Kind.MUNICIPALITY, row, district["code"])


def _place(kind: Kind, row: dict[str, Any], parent: str | None) -> Place:
    tile = row.get("tile", {})
    return Place(
        kind=kind,
        code=row["code"],
        name=row["name"],
        short_name=row.get("short_name", row["name"]),
        parent=parent,
        aliases=tuple(row.get("aliases", ())),
        type=MunicipalityType(row["type"]) if "type" in row else None,
        tile_label=tile.get("label", ""),
        tile_order=tile.get("place", 0),
    )


def _twice(source: Source) -> Iterator[str]:
    """What a schema cannot say: codes and tile labels are one of a kind, and so are places within a district."""
    codes: set[str] = {source.data["region"]["code"]}
    labels: set[str] = set()
    for index, district in enumerate(source.data["districts"]):
        where: list[str | int] = ["districts", index]
        if district["code"] in codes:
            yield source.problem([*where, "code"], f"код «{district['code']}» уже занят.")
        codes.add(district["code"])
        orders: set[int] = set()
        for inner, row in enumerate(district["municipalities"]):
            for key, value, seen in (
                ("code", row["code"], codes),
                ("tile", row["tile"]["label"], labels),
                ("tile", row["tile"]["place"], orders),
            ):
                if value in seen:
                    yield source.problem([*where, "municipalities", inner, key], f"«{value}» уже занято.")
                seen.add(value)
