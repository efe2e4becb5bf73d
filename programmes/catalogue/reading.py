"""A file of a programme's catalogue, held against one of the schemas that stand beside it."""

from pathlib import Path

from common.catalogues import CatalogueError, Source
from common.catalogues import read_source as read_yaml

__all__ = ["CatalogueError", "Source", "read_source"]

SCHEMAS = Path(__file__).parent / "schema"


def read_source(path: Path, schema: str) -> Source:
    """Read a YAML file and hold it against a schema. :raises CatalogueError: naming file, line and row."""
    nested = path.parent.name in ("indicators", "roadmap")
    return read_yaml(path, SCHEMAS / f"{schema}.json", depth=3 if nested else 2, names_sections=True)
