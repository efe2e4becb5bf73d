"""Which reports there are, of which units, and how each is composed. A new report is one line here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from accounts.models import User
from reports.enums import ReportFormat, ReportName
from reports.selectors.identification_report import identification_data
from reports.services.identification_report import identification_report
from reports.services.paper import pdf_bytes
from reports.services.parts import Report
from reports.services.workbook import xlsx_bytes
from schools.enums import Kind
from schools.models import Unit

TERRITORIES = frozenset({Kind.REGION, Kind.DISTRICT, Kind.MUNICIPALITY})
PRINTERS: dict[str, Callable[[Report], bytes]] = {ReportFormat.PDF: pdf_bytes, ReportFormat.XLSX: xlsx_bytes}


@dataclass(frozen=True)
class ReportKind:
    """A report: of which kinds of unit it can be made, what gathers its data, what composes it."""

    units: frozenset[str]
    gather: Callable[..., object]
    compose: Callable[..., Report]


KINDS: dict[str, ReportKind] = {
    ReportName.IDENTIFICATION: ReportKind(TERRITORIES, identification_data, identification_report),
}


def compose(*, name: str, unit: Unit, year: int, user: User, now: datetime) -> Report:
    """
    Compose a report of a unit as far as somebody may see it.

    :raises NothingToReport: if there is nothing to make it of
    """
    kind = KINDS[name]
    return kind.compose(kind.gather(user=user, unit=unit, year=year), now=now, is_demo=settings.DEMO)


def printed(report: Report, file_format: str) -> bytes:
    """Print a report in a format."""
    return PRINTERS[file_format](report)
