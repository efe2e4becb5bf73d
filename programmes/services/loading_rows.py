"""
Rows of a catalogue into a programme: placed, renumbered, closed from a year when the document no longer has them.

A closed row keeps its targets, values and history; when a later version has it again, it is open again. Rows that were
added in the portal are not the catalogue's, and no load closes them.
"""

from __future__ import annotations

from indicators.models import IndicatorEdition
from programmes.catalogue.records import IndicatorRecord
from programmes.enums import RowChoice
from programmes.models import Direction, ProgrammeIndicator
from programmes.services.load_report import named, put
from programmes.services.loading_targets import Package

WHAT = "строки программы"


def close_and_renumber(records: tuple[IndicatorRecord, ...], load: Package) -> None:
    """Close the rows that a package no longer has, and free the numbers that it gives to others."""
    numbers = {record.code: record.number for record in records}
    rows = list(ProgrammeIndicator.objects.filter(programme=load.programme).select_related("indicator"))
    for row in rows:
        if row.indicator.code not in numbers and not row.is_added and row.closed_from is None:
            row.closed_from = load.in_force_from
            row.save(update_fields=["closed_from"])
            load.report.closed.append(f"{_titled(row)}: с {row.closed_from} года")
            _trail(row, load, action="programme.row_closed", becomes=f"закрыта с {row.closed_from} года")
    wanted = {row.pk: numbers.get(row.indicator.code, row.number) for row in rows}
    taken = set(numbers.values())
    for row in rows:
        if row.indicator.code not in numbers and row.number in taken:
            wanted[row.pk] = _freed(row, taken | {each.number for each in rows})
    moved = [row for row in rows if wanted[row.pk] != row.number]
    for row in moved:  # out of the way first: two rows may change places
        ProgrammeIndicator.objects.filter(pk=row.pk).update(number=f"~{row.pk}")
    renamed: dict[str, str] = {}
    for row in moved:
        title, before, row.number = _titled(row), row.number, wanted[row.pk]
        row.save(update_fields=["number"])
        renamed[before] = row.number
        load.report.note(WHAT, row.number, "changed")
        load.report.tell(WHAT, title, "номер", before, row.number)
    for row in rows:
        if row.indicator.code not in numbers and row.part_of in renamed:  # of whom the package says nothing itself
            row.part_of = renamed[row.part_of]
            row.save(update_fields=["part_of"])


def place_row(
    row: IndicatorRecord, order: int, direction: Direction | None, edition: IndicatorEdition, load: Package
) -> ProgrammeIndicator:
    """Put a row where its document has it, and open it again if it was closed."""
    standing = ProgrammeIndicator.objects.filter(programme=load.programme, indicator=edition.indicator).first()
    if standing is not None and standing.closed_from is not None:
        was = f"закрыта с {standing.closed_from} года"
        standing.closed_from = None
        standing.save(update_fields=["closed_from"])
        load.report.reopened.append(_titled(standing))
        _trail(standing, load, action="programme.row_reopened", was=was, becomes="снова в документе")
    return put(
        load.report,
        WHAT,
        row.number,
        ProgrammeIndicator,
        {"programme": load.programme, "indicator": edition.indicator},
        {
            "is_added": False,
            "direction": direction,
            "number": row.number,
            "sort_order": order,
            "group_number": row.group_number,
            "group_title": row.group,
            "rows_by": row.rows_by,
            "is_headline": row.is_headline,
            "part_of": row.part_of,
            "choice": RowChoice(row.choice),
            "counted": row.counted,
            "management": row.management,
            "why_asked": row.why_asked,
            "basis": row.basis,
            "verbatim": row.verbatim,
            "slip": row.slip,
        },
        title=named(row.name, row.number),
    )


def tell_renamed(number: str, before: str, name: str, load: Package) -> None:
    """Write into the history of the programme that one of its rows is called otherwise, and why."""
    load.write_down(
        action="programme.row_renamed", before={"row": f"{number} {before}"}, after={"row": f"{number} {name}"}
    )


def _freed(row: ProgrammeIndicator, taken: set[str]) -> str:
    """The number under which a row stands when the document gives its own to another: «5.8 (до 2024)»."""
    base = row.number.split(" ")[0]
    mark = f"до {row.closed_from}" if row.closed_from is not None else "портал"
    tries = (f"{base} ({mark}{f', {count}' if count > 1 else ''})" for count in range(1, len(taken) + 2))
    return next(one for one in tries if one not in taken)


def _titled(row: ProgrammeIndicator) -> str:
    return named(row.indicator.name, row.number)


def _trail(row: ProgrammeIndicator, load: Package, *, action: str, becomes: str, was: str = "") -> None:
    before = f"{row}: {was}" if was else str(row)
    load.write_down(action=action, before={"row": before}, after={"row": f"{row}: {becomes}"})
