"""Protocols that schools fill in for the ВПР: scores of tasks and a sum, no mark yet, absent pupils named as such."""

from monitoring.layouts.context import Context, Table
from monitoring.layouts.headers import Header
from monitoring.layouts.individual import read_individual

NAME = "school_protocol"
TITLE = "ВПР: протокол школы"


def fits(header: Header) -> bool:
    """Say whether the head is of this layout."""
    return bool(header.all("task")) and not header.has("mark") and not header.all("mark_count")


def read(context: Context, table: Table) -> None:
    """Read the table under the head."""
    guess = next((name for name, procedure in context.norms.procedures.items() if procedure.code == "vpr"), None)
    read_individual(context, table, measure="marks", guess=guess)
    context.findings.warn("В протоколе школы нет отметок: учтены участники и баллы, отметки придут из ФИС ОКО.")
