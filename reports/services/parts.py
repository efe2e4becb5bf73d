"""
What a report is made of, before it is printed: sections of paragraphs, lists, tables and charts.

One composition serves both formats. The PDF prints everything in order; the XLSX has a sheet for each table. Tables and
charts are numbered here, through the whole report, as they are met.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from common.tables import Table
from reports.charts.figures import Figure

MOST_ROWS_ON_PAPER = 1000
MOST_ROWS_UNBROKEN = 12
MOST_LETTERS_UNBROKEN = 1200


@dataclass(frozen=True)
class Paragraph:
    """A sentence or several."""

    text: str


@dataclass(frozen=True)
class Items:
    """Short statements one under another."""

    items: Sequence[str]
    is_numbered: bool = False


@dataclass(frozen=True)
class Subheading:
    """A heading inside a section, such as the name of a municipality."""

    text: str


@dataclass(frozen=True)
class PrintedTable:
    """
    A table of a report. Its title names the sheet, its caption the table on paper.

    `group_by` is a column whose value stands on a line of its own on paper each time it changes; `widths` are shares of
    the page's width, in percent, of the columns that are left; `only_in_annex` keeps a table of the XLSX off the
    paper, `only_on_paper` the other way.
    """

    table: Table
    widths: Sequence[int] = ()
    group_by: int | None = None
    only_in_annex: bool = False
    only_on_paper: bool = False

    @property
    def rows(self) -> Sequence[Sequence[object]]:
        """The rows, which a report always holds as a list."""
        return self.table.rows

    @property
    def caption(self) -> str:
        """What stands over the table."""
        return self.table.caption or self.table.title

    @property
    def is_short(self) -> bool:
        """Whether the table is kept on one page: it has few rows and few words."""
        if len(self.rows) > MOST_ROWS_UNBROKEN:
            return False
        return sum(len(str(value)) for row in self.rows for value in row) <= MOST_LETTERS_UNBROKEN

    @property
    def is_too_long(self) -> bool:
        """Whether the table is printed in the annex alone."""
        return self.only_in_annex or len(self.rows) > MOST_ROWS_ON_PAPER


@dataclass(frozen=True)
class PrintedFigure:
    """A chart of a report, across the page or half of it."""

    figure: Figure
    is_half: bool = False


Block = Paragraph | Items | Subheading | PrintedTable | PrintedFigure


@dataclass(frozen=True)
class Section:
    """A part of a report under one heading; a wide one is printed on a page turned sideways."""

    title: str
    blocks: Sequence[Block]
    is_wide: bool = False


@dataclass(frozen=True)
class Report:
    """
    A whole report, ready to be printed.

    `requisites` stand on the title page, `sources` on the sheet «Источники» and at the end of the paper.
    """

    title: str
    place: str
    year: int
    stretch: str
    requisites: Sequence[tuple[str, str]]
    sections: Sequence[Section]
    sources: Sequence[tuple[str, str]]
    printed_at: datetime
    is_demo: bool
    has_title_page: bool = True
    is_numbered: bool = True

    @property
    def running_title(self) -> str:
        """What stands on top of every page but the first."""
        return f"{self.title} · {self.place} · {self.year} год"

    @property
    def sheets(self) -> list[PrintedTable]:
        """The tables of the workbook, in the order of the paper."""
        return [block for block in self._blocks() if isinstance(block, PrintedTable) and not block.only_on_paper]

    @property
    def figures(self) -> list[PrintedFigure]:
        """Every chart in the order of the paper."""
        return [block for block in self._blocks() if isinstance(block, PrintedFigure)]

    def _blocks(self) -> Iterator[Block]:
        for section in self.sections:
            yield from section.blocks
