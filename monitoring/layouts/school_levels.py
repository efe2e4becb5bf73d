"""КДР: one line a school, a column a level, whatever the year calls the levels."""

from monitoring.layouts.context import Context, Table
from monitoring.layouts.headers import Header
from monitoring.layouts.school_tables import read_school_table

NAME = "school_levels"
TITLE = "КДР: уровни по школам"


def fits(header: Header) -> bool:
    """Say whether the head is of this layout."""
    return len(header.all("level")) >= 3 and bool(header.school_places)


def read(context: Context, table: Table) -> None:
    """Read the table under the head."""
    guess = next((name for name, procedure in context.norms.procedures.items() if procedure.code == "kdr"), None)
    read_school_table(context, table, role="level", measure="levels", guess=guess)
