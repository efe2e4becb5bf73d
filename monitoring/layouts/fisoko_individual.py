"""ФИС ОКО, «Индивидуальные результаты»: a preamble, a line of Б/П, tasks «9.1 (1б)», mark and journal mark."""

from monitoring.layouts.context import Context, Table
from monitoring.layouts.headers import Header
from monitoring.layouts.individual import read_individual

NAME = "fisoko_individual"
TITLE = "ФИС ОКО: индивидуальные результаты"


def fits(header: Header) -> bool:
    """Say whether the head is of this layout."""
    per_pupil = any(header.has(role) for role in ("pupil", "class", "task"))
    return header.has("mark") and per_pupil and not _is_register(header) and not header.all("mark_count")


def _is_register(header: Header) -> bool:
    return header.has("code") and any(header.has(role) for role in ("personal", "short", "long", "room"))


def read(context: Context, table: Table) -> None:
    """Read the table under the head."""
    read_individual(context, table, measure="marks")
