"""A report as a PDF: what the template prints, and a printer that can fetch nothing."""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from common.numbers import NBSP, NOTHING, format_number, format_percent
from common.russian import plural
from common.share import Share
from common.tables import Column, Kind, sheet_names
from reports.services.parts import Block, Items, Paragraph, PrintedFigure, PrintedTable, Report, Section, Subheading

VARIANT = "pdf/ua-1"
FETCHER = URLFetcher(allowed_protocols=["data"])
"""Fetches what the document itself carries, and refuses files and addresses."""
SECTIONS_FOR_CONTENTS = 4
_NUMBERS = (Kind.INTEGER, Kind.DECIMAL, Kind.PERCENT)


@dataclass(frozen=True)
class Cell:
    """What is printed in a cell, and whether it stands to the right."""

    text: str
    is_number: bool


@dataclass(frozen=True)
class Line:
    """A row of a printed table: a heading of a group across the table, or cells."""

    group: str
    cells: Sequence[Cell]


def pdf_bytes(report: Report) -> bytes:
    """Print a report. Nothing but what the document itself carries is ever fetched."""
    return typeset(markup(report))


def markup(report: Report) -> str:
    """Write a report as the HTML that is typeset, its charts drawn and carried inside."""
    return render_to_string("reports/pdf/report.html", _context(report))


def typeset(text: str) -> bytes:
    """Lay HTML out on pages and write them as a tagged PDF."""
    document = HTML(string=text, url_fetcher=FETCHER, base_url=None)
    return document.write_pdf(pdf_variant=VARIANT, pdf_tags=True, font_config=FontConfiguration())


def _context(report: Report) -> dict[str, Any]:
    numbering = _Numbering(report)
    sections = [numbering.section(number, section) for number, section in enumerate(report.sections, start=1)]
    return {
        "report": report,
        "sections": sections,
        "contents": sections if report.has_title_page and len(sections) >= SECTIONS_FOR_CONTENTS else [],
        "printed_at": timezone.localtime(report.printed_at),
        "footer": "Портал «Опора»" + (" · учебные данные" if report.is_demo else ""),
    }


class _Numbering:
    """Numbers tables and charts through the report."""

    def __init__(self, report: Report) -> None:
        self.is_numbered = report.is_numbered
        self.tables = 0
        self.figures = 0
        names = sheet_names([printed.table.title for printed in report.sheets])
        self.sheets = {id(printed): name for printed, name in zip(report.sheets, names, strict=True)}

    def section(self, number: int, section: Section) -> dict[str, Any]:
        """Return what the template needs of a section."""
        return {
            "anchor": f"section-{number}",
            "title": f"{number}. {section.title}" if self.is_numbered else section.title,
            "is_wide": section.is_wide,
            "blocks": [self.block(block) for block in section.blocks],
        }

    def block(self, block: Block) -> dict[str, Any]:
        """Return what the template needs of a block."""
        match block:
            case Paragraph(text=text):
                return {"kind": "paragraph", "text": text}
            case Items(items=items, is_numbered=is_numbered):
                return {"kind": "items", "items": items, "is_numbered": is_numbered}
            case Subheading(text=text):
                return {"kind": "subheading", "text": text}
            case PrintedFigure():
                return self._figure(block)
            case PrintedTable():
                return self._table(block)

    def _figure(self, printed: PrintedFigure) -> dict[str, Any]:
        self.figures += 1
        drawn = base64.b64encode(printed.figure.svg.encode()).decode()
        return {
            "kind": "figure",
            "number": self.figures,
            "title": printed.figure.question,
            "description": printed.figure.description,
            "address": f"data:image/svg+xml;base64,{drawn}",
            "is_half": printed.is_half,
        }

    def _table(self, printed: PrintedTable) -> dict[str, Any]:
        self.tables += 1
        common = {"number": self.tables, "caption": printed.caption}
        if printed.is_too_long:
            count = len(printed.rows)
            size = f"{format_number(count)}{NBSP}{plural(count, 'строка', 'строки', 'строк')}"
            text = (
                f"Таблица{NBSP}{self.tables} «{printed.caption}» ({size}) "
                f"приведена в приложении — файле XLSX этого же отчёта, лист «{self.sheets[id(printed)]}»."
            )
            return {"kind": "paragraph", "text": text}
        columns = [
            {"title": column.title, "is_number": column.kind in _NUMBERS, "width": width}
            for column, width in _widths(printed)
        ]
        return {
            "kind": "table",
            **common,
            "columns": columns,
            "lines": list(_lines(printed)),
            "is_short": printed.is_short,
            "notes": printed.table.notes,
        }


def _widths(printed: PrintedTable) -> Iterator[tuple[Column, int | None]]:
    columns = [column for place, column in enumerate(printed.table.columns) if place != printed.group_by]
    widths = printed.widths or [None] * len(columns)
    return zip(columns, widths, strict=True)


def _lines(printed: PrintedTable) -> Iterator[Line]:
    current: object = None
    columns = printed.table.columns
    for row in printed.rows:
        if printed.group_by is not None and row[printed.group_by] != current:
            current = row[printed.group_by]
            if current:
                yield Line(str(current), ())
        yield Line(
            "",
            [
                Cell(cell_text(column, value), column.kind in _NUMBERS)
                for place, (column, value) in enumerate(zip(columns, row, strict=True))
                if place != printed.group_by
            ],
        )


def cell_text(column: Column, value: object) -> str:
    """Write a value as a person reads it; the unit stands in the heading, so that a percent sign is left out there."""
    match value:
        case None:
            return NOTHING
        case bool():
            return "да" if value else "нет"
        case datetime():
            return timezone.localtime(value).strftime("%d.%m.%Y %H:%M")
        case date():
            return value.strftime("%d.%m.%Y")
        case Share() if column.kind is Kind.PERCENT:
            text = format_percent(value)
            return text.removesuffix(f"{NBSP}%") if "%" in column.title else text
        case Share():
            return format_number(value.part)
    if column.kind is Kind.INTEGER:
        return format_number(value, 0)
    if column.kind is Kind.PERCENT:
        return format_number(value, 1)
    return format_number(value) if column.kind is Kind.DECIMAL else str(value)
