"""Many values at once: what each row speaks of is found for all of them together, and what is wrong is said by row."""

from typing import Any

from accounts.models import User
from accounts.permissions import Permission
from indicators.models import DataElement, Period
from indicators.services.entries import ANYTHING, Entry, Evidence
from indicators.services.periods import period_to_enter
from schools.models import Unit

NO_UNIT = "Единицы с таким кодом среди ваших нет."
NO_ELEMENT = "Первичного показателя с таким кодом нет."
NO_PERIOD = "Такого периода нет."


def entry_of(given: dict[str, Any], element: DataElement, unit: Unit, period: Period) -> Entry:
    """Return what is sent, of things that were found."""
    return Entry(
        element=element,
        unit=unit,
        period=period,
        value=given["value"],
        evidence=Evidence(url=given["url"], number=given["number"], dated_on=given["dated_on"]),
        comment=given["comment"],
        seen=given.get("replaces", ANYTHING),
        category=given["category"].strip(),
    )


def entries_of_block(user: User, rows: list[dict[str, Any]]) -> tuple[list[Entry], list[dict[str, Any]]]:
    """Find what the rows speak of: entries in their order, and the rows of which something is missing or said twice."""
    seen = Unit.objects.visible_to(user, Permission.INDICATOR_VIEW)
    units = {one.code: one for one in seen.filter(code__in={row["unit"] for row in rows})}
    elements = {one.code: one for one in DataElement.objects.filter(code__in={row["element"] for row in rows})}
    periods = {one.code: one for one in Period.objects.filter(code__in={row["period"] for row in rows})}
    entries, wrong, cells = [], [], {}
    for number, row in enumerate(rows, start=1):
        element, unit = elements.get(row["element"]), units.get(row["unit"])
        period = periods.get(row["period"])
        if period is None and element is not None and "-" in row["period"]:
            period = period_to_enter(row["period"], element)
            if period is not None and period.pk:
                periods[period.code] = period
        if unit is None:
            wrong.append(wrong_row(number, "unit", NO_UNIT))
        elif element is None:
            wrong.append(wrong_row(number, "element", NO_ELEMENT))
        elif period is None:
            wrong.append(wrong_row(number, "period", NO_PERIOD))
        else:
            entry = entry_of(row, element, unit, period)
            first = cells.setdefault(entry.cell, number)
            if first != number:
                wrong.append(wrong_row(number, "value", f"Это значение уже передано строкой {first}."))
            entries.append(entry)
    return entries, wrong


def wrong_row(number: int, field: str, why: str) -> dict[str, Any]:
    """Say what is wrong with a row."""
    return {"row": number, "errors": {field: [why]}}
