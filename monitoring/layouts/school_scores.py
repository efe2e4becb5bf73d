"""Distribution of primary scores by school: the flat regional workbook with columns 0, 1, 2 … up to the maximum."""

from monitoring.layouts.context import Context, Table
from monitoring.layouts.headers import Header
from monitoring.layouts.school_tables import read_school_table

NAME = "school_scores"
TITLE = "Первичные баллы по школам"


def fits(header: Header) -> bool:
    """Say whether the head is of this layout."""
    return len(header.all("score_count")) >= 8 and bool(header.school_places) and not header.all("mark_count")


def read(context: Context, table: Table) -> None:
    """Read the table under the head. It tells sums of scores; who failed is told by marks only."""
    read_school_table(context, table, role="score_count", measure="marks")
