"""Projects and infrastructure as a file says them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from common.catalogues import CatalogueError, Source, read_source
from common.russian import search_key
from schools.enums import ProjectKind

FILE = Path(__file__).parent / "projects.yaml"
SCHEMA = Path(__file__).parent / "schema" / "projects.json"


@dataclass(frozen=True)
class ProjectRow:
    """One project of the file, with the other words by which sheets call it."""

    code: str
    kind: ProjectKind
    name: str
    short_name: str
    document: str
    url: str
    names: tuple[str, ...]


def read_projects(path: Path = FILE) -> list[ProjectRow]:
    """Return the projects of a file. :raises CatalogueError: naming the line of each mistake."""
    source = read_source(path, SCHEMA)
    if problems := list(_twice(source)):
        raise CatalogueError(problems)
    return [
        ProjectRow(
            code=row["code"],
            kind=ProjectKind(row["kind"]),
            name=row["name"],
            short_name=row["short_name"],
            document=row.get("document", ""),
            url=row.get("url", ""),
            names=tuple(row.get("names", ())),
        )
        for row in source.data["projects"]
    ]


def _twice(source: Source) -> Iterator[str]:
    """What a schema cannot say: codes and names are one of a kind."""
    seen: dict[str, str] = {}
    for index, row in enumerate(source.data["projects"]):
        said = {row["code"], *(search_key(name) for name in (row["name"], row["short_name"], *row.get("names", ())))}
        for word in sorted(said):
            if word in seen:
                yield source.problem(["projects", index], f"«{word}» уже значит проект «{seen[word]}».")
            seen[word] = row["code"]
