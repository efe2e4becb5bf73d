"""A report as a workbook: a sheet for each table with typed cells, and at the end what the figures were made of."""

from django.utils import timezone

from common.tables import xlsx_bytes as workbook
from reports.services.parts import Report


def xlsx_bytes(report: Report) -> bytes:
    """Write every table of a report, those too long for paper included."""
    printed_at = timezone.localtime(report.printed_at)
    about = [
        ("Отчёт", report.title),
        ("Территория или школа", report.place),
        ("За что", report.stretch),
        *report.requisites,
        *report.sources,
        ("Сформировано порталом «Опора»", f"{printed_at:%d.%m.%Y %H:%M}"),
    ]
    if report.is_demo:
        about.append(("Внимание", "учебные данные: школы, дети и результаты придуманы"))
    return workbook([printed.table for printed in report.sheets], about=_unique(about))


def _unique(lines: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Say each thing once, the longer way where it is said twice."""
    said: dict[str, str] = {}
    for what, whence in lines:
        said[what] = max(said.get(what, ""), whence, key=len)
    return list(said.items())
