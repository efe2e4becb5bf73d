"""
Marks by school: one line a school, columns 2 to 5, in people or in percents.

Two files are of this layout: the centre's «по школам» (municipality only in its first line, «Итого» between) and the
flat regional workbook with columns «Год», «Класс», «Предмет».
"""

from monitoring.layouts.context import Context, Table
from monitoring.layouts.headers import Header
from monitoring.layouts.school_tables import read_school_table

NAME = "school_marks"
TITLE = "Отметки по школам"


def fits(header: Header) -> bool:
    """Say whether the head is of this layout."""
    return len(header.all("mark_count")) >= 3 and bool(header.school_places) and not header.has("groups")


def read(context: Context, table: Table) -> None:
    """Read the table under the head."""
    read_school_table(context, table, role="mark_count", measure="marks")
