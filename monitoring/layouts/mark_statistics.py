"""ФИС ОКО, «Статистика по отметкам»: sample, region, municipalities and schools nested in one column, in percents."""

from monitoring.layouts.context import Context, Table
from monitoring.layouts.headers import Header
from monitoring.layouts.school_tables import read_school_table

NAME = "mark_statistics"
TITLE = "ФИС ОКО: статистика по отметкам"


def fits(header: Header) -> bool:
    """Say whether the head is of this layout."""
    return header.has("groups", "participants") and len(header.all("mark_count")) >= 3


def read(context: Context, table: Table) -> None:
    """Read the table under the head."""
    read_school_table(context, table, role="mark_count", measure="marks")
