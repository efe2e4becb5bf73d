"""КДР pupil by pupil: a code, a class, the level that was reached, and a score where the file has one."""

from monitoring.layouts.context import Context, Table
from monitoring.layouts.headers import Header
from monitoring.layouts.individual import read_individual

NAME = "level_individual"
TITLE = "КДР: уровни по участникам"


def fits(header: Header) -> bool:
    """Say whether the head is of this layout."""
    return header.has("reached", "pupil") and not header.all("level") and not header.has("participants")


def read(context: Context, table: Table) -> None:
    """Read the table under the head."""
    guess = next((name for name, procedure in context.norms.procedures.items() if procedure.code == "kdr"), None)
    read_individual(context, table, measure="levels", guess=guess)
