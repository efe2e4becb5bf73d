"""Which reports there are, of which units, and how each is composed. A new report is one line here."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from reports.enums import ReportFormat, ReportName
from reports.selectors.identification_report import identification_data
from reports.selectors.indicators_report import indicators_data
from reports.selectors.school_passport import passport_data
from reports.services.identification_report import identification_report
from reports.services.indicators_report import indicators_report
from reports.services.paper import pdf_bytes
from reports.services.parts import Report
from reports.services.passport_report import passport_report
from reports.services.workbook import xlsx_bytes
from schools.enums import Kind, Territories
from schools.models import Unit
from schools.selectors.geography import geography_of

TERRITORIES = frozenset({Kind.REGION, Kind.DISTRICT, Kind.MUNICIPALITY})
PRINTERS: dict[str, Callable[[Report], bytes]] = {ReportFormat.PDF: pdf_bytes, ReportFormat.XLSX: xlsx_bytes}


class Maker(Protocol):
    """Gathers what somebody may see of a unit in a programme year, and composes it."""

    def __call__(self, *, user: User, unit: Unit, year: int, now: datetime, is_today: bool) -> Report: ...


@dataclass(frozen=True)
class ReportKind:
    """A report: of which kinds of unit it is made, and what makes it."""

    units: frozenset[str]
    make: Maker


def _identification(*, user: User, unit: Unit, year: int, now: datetime, is_today: bool) -> Report:
    data = identification_data(user=user, unit=unit, year=year, is_today=is_today)
    return identification_report(data, now=now, is_demo=settings.DEMO)


def _indicators(*, user: User, unit: Unit, year: int, now: datetime, is_today: bool) -> Report:
    data = indicators_data(user=user, unit=unit, year=year, today=timezone.localdate(now), is_today=is_today)
    return indicators_report(data, now=now, is_demo=settings.DEMO)


def _passport(*, user: User, unit: Unit, year: int, now: datetime, is_today: bool) -> Report:
    data = passport_data(user=user, unit=unit, year=year, today=timezone.localdate(now))
    return passport_report(data, now=now, is_demo=settings.DEMO)


KINDS: dict[str, ReportKind] = {
    ReportName.IDENTIFICATION: ReportKind(TERRITORIES, _identification),
    ReportName.INDICATORS: ReportKind(TERRITORIES, _indicators),
    ReportName.SCHOOL_PASSPORT: ReportKind(frozenset({Kind.SCHOOL}), _passport),
}


def compose(
    *, name: str, unit: Unit, year: int, user: User, now: datetime, territories: str = Territories.OWN
) -> Report:
    """
    Compose a report of a unit as far as somebody may see it, in the year's own territories or in today's.

    :raises NothingToReport: if there is nothing to make it of
    """
    geography = geography_of(year, is_today=territories == Territories.TODAY).of(unit)
    report = KINDS[name].make(user=user, unit=unit, year=year, now=now, is_today=geography.is_today)
    if unit.kind not in TERRITORIES or not geography.is_today:
        return report
    return replace(report, requisites=[*report.requisites, ("Территории", "сегодняшние, а не своего года")])


def printed(report: Report, file_format: str) -> bytes:
    """Print a report in a format."""
    return PRINTERS[file_format](report)
