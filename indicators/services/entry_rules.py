"""
What a value must keep to, said in one place for the form, the sheet, the API and every import.

Some rules look beside the cell: at another element of the same unit and period, at the period before. What is written
in the same block counts as standing there already, so that a part and its whole may grow together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Q

from common.numbers import format_number
from common.russian import listed
from indicators.enums import NUMBERS, ElementType, PeriodKind
from indicators.models import DataElement, Observation, Period
from indicators.services.entries import Cell, Entry, ObservationRefused

TOP_STEP = 2
LARGEST = Decimal(10) ** 12


class CommentMissing(ObservationRefused):
    """The value differs so much from that of the period before that it is asked why."""


@dataclass(slots=True)
class Beside:
    """What stands beside the cells of a block: parts and wholes of the same unit and period, the periods before."""

    values: dict[Cell, Decimal | None] = field(default_factory=dict)
    parts: dict[int, list[DataElement]] = field(default_factory=dict)  # by their whole
    wholes: dict[int, DataElement] = field(default_factory=dict)
    before: dict[int, Period] = field(default_factory=dict)  # by the period after

    def put(self, cell: Cell, value: Decimal | None) -> None:
        """Say what stands in a cell from now on."""
        self.values[cell] = value

    def earlier(self, entry: Entry) -> tuple[Period, Decimal] | None:
        """Return what stood there in the period before, and which one it is."""
        period = self.before.get(entry.period.pk)
        value = self.values.get((entry.element.pk, entry.unit.pk, period.pk, entry.category)) if period else None
        return None if period is None or value is None else (period, value)

    def total(self, element: DataElement, unit_id: int, period_id: int) -> Decimal | None:
        """Return what an element comes to in one period: unknown until each of its categories is there."""
        parts = [self.values.get((element.pk, unit_id, period_id, category)) for category in element.cells]
        known = [part for part in parts if part is not None]
        return sum(known, Decimal(0)) if len(known) == len(parts) else None


def look_beside(entries: Iterable[Entry]) -> Beside:
    """Read what the rules of a block ask for: one query for each kind of rule, however long the block is."""
    entries = list(entries)
    beside = Beside()
    elements = {entry.element.pk: entry.element for entry in entries}
    for part in DataElement.objects.filter(not_above__in=elements):
        beside.parts.setdefault(part.not_above_id, []).append(part)
    beside.wholes = DataElement.objects.in_bulk({one.not_above_id for one in elements.values() if one.not_above_id})
    compared = set(beside.wholes)
    compared |= {part.pk for parts in beside.parts.values() for part in parts}
    # Of one entered by categories, the others that its total is made of.
    own = {one.pk for one in elements.values() if one.categories and (one.not_above_id or one.pk in beside.parts)}
    compared |= own
    changing = {one.pk for one in elements.values() if one.change_limit is not None}
    periods = {entry.period.pk: entry.period for entry in entries}
    if changing:
        beside.before = {key: former for key, one in periods.items() if (former := period_before(one)) is not None}
    wanted = Q(element__in=compared, period__in=periods) | Q(element__in=changing, period__in=beside.before.values())
    if compared or beside.before:
        units = {entry.unit.pk for entry in entries}
        rows = Observation.objects.filter(wanted, unit__in=units, replaced_at=None)
        for *cell, value in rows.values_list("element_id", "unit_id", "period_id", "category", "value"):
            beside.put(tuple(cell), value)
    for entry in entries:
        beside.put(entry.cell, entry.value)
    return beside


def wholes_first(entries: Iterable[Entry]) -> list[Entry]:
    """Put what others are a part of before them: a whole that is refused is no limit for its parts."""
    return sorted(entries, key=lambda entry: entry.element.not_above_id is not None)


def period_before(period: Period) -> Period | None:
    """The last period of the same kind before this one."""
    former = Period.objects.filter(kind=period.kind, starts_on__lt=period.starts_on)
    return former.order_by("-starts_on").first()


def check_entry(entry: Entry, beside: Beside, *, today: date) -> None:
    """
    Hold an entry against everything that is asked of it.

    :raises CommentMissing: if it has changed beyond what may go without a word
    :raises ObservationRefused: if the value does not suit the element, the unit, the period or what stands beside
    """
    _check_place(entry, today)
    _check_category(entry)
    if entry.value is None:
        return
    _check_type(entry.element, entry.value)
    if entry.element.type in NUMBERS:
        _check_bounds(entry.element, entry.value)
        _check_whole_and_parts(entry, beside)
        _check_change(entry, entry.value, beside)


def _check_place(entry: Entry, today: date) -> None:
    element = entry.element
    if entry.unit.kind != element.level:
        raise ObservationRefused(
            f"«{element.name}» вносит {element.get_level_display()}, а {entry.unit.short_name} — "
            f"{entry.unit.get_kind_display()}. Откройте форму нужной территории."
        )
    if not element.is_asked_under(entry.unit):
        raise ObservationRefused(f"«{element.name}» спрашивают не здесь: это показатель другой территории.")
    if not element.is_asked_in(entry.period):
        raise ObservationRefused(_when_asked(element, entry.period))
    if entry.period.starts_on > today:
        raise ObservationRefused(f"{entry.period.in_words} ещё впереди: вносить рано.")


def _when_asked(element: DataElement, period: Period) -> str:
    year = Period(code=str(period.year), kind=PeriodKind.YEAR, starts_on=date(period.year, 1, 1))
    year.ends_on = date(period.year, 12, 31)
    codes = listed([str(code) for code in element.codes_within(year)], "или")
    return f"«{element.name}» спрашивают {element.get_asked_every_display()}: {codes}, а не за {period.code}."


def _check_category(entry: Entry) -> None:
    """By categories or whole, never both."""
    element, names = entry.element, entry.element.category_names
    if entry.category in (names or [""]):
        return
    known = ", ".join(names.values())
    if not names:
        raise ObservationRefused(
            f"«{element.name}» вносят одним числом: категории у него нет, а названа «{entry.category}». Уберите её."
        )
    if not entry.category:
        raise ObservationRefused(
            f"«{element.name}» вносят {element.breakdown}, итог складывается сам. Внесите каждую категорию: {known}."
        )
    raise ObservationRefused(
        f"«{element.name}» вносят {element.breakdown}, а категории «{entry.category}» среди них нет. Есть: {known}."
    )


def _check_type(element: DataElement, value: Decimal) -> None:
    if element.type == ElementType.YES_NO and value not in (0, 1):
        raise ObservationRefused("Здесь отвечают «да» или «нет».")
    if element.type == ElementType.THREE_STATE and value not in (0, 1, TOP_STEP):
        raise ObservationRefused("Здесь выбирают одно из трёх состояний.")
    if element.type == ElementType.COUNT and (value < 0 or value != value.to_integral_value()):
        raise ObservationRefused(
            f"Здесь нужно целое число не меньше нуля, а внесено {format_number(value)}. Исправьте число."
        )
    if abs(value) >= LARGEST:
        raise ObservationRefused(f"Число {format_number(value)} слишком велико. Проверьте, нет ли лишних цифр.")


def _check_bounds(element: DataElement, value: Decimal) -> None:
    said = format_number(value)
    if element.is_whole and value != value.to_integral_value():
        raise ObservationRefused(f"Здесь нужно целое число, а внесено {said}. Исправьте число.")
    if element.least is not None and value < element.least:
        raise ObservationRefused(
            f"Здесь нужно число не меньше {format_number(element.least)}, а внесено {said}. Исправьте число."
        )
    if element.most is not None and value > element.most:
        raise ObservationRefused(
            f"Здесь нужно число не больше {format_number(element.most)}, а внесено {said}. Исправьте число."
        )


def _check_whole_and_parts(entry: Entry, beside: Beside) -> None:
    whole = beside.wholes.get(entry.element.not_above_id or 0)
    if whole is not None:
        _hold_together(entry, entry.element, whole, beside)
    for part in beside.parts.get(entry.element.pk, ()):
        _hold_together(entry, part, entry.element, beside)


def _hold_together(entry: Entry, part: DataElement, whole: DataElement, beside: Beside) -> None:
    """Category by category where both are entered by the same ones, else total by total, once both are known."""
    is_alike = part.category_names.keys() == whole.category_names.keys()
    _, unit, period, category = entry.cell
    if is_alike:
        mine, limit = (beside.values.get((one.pk, unit, period, category)) for one in (part, whole))
    else:
        mine, limit = (beside.total(one, unit, period) for one in (part, whole))
    if mine is None or limit is None or mine <= limit:
        return
    said = f", {part.category_names[category]}" if is_alike and category else ""
    raise ObservationRefused(
        f"«{part.name}»{said} ({format_number(mine)}) не может быть больше, чем «{whole.name}»{said} "
        f"({format_number(limit)}). Исправьте то из двух чисел, которое неверно."
    )


def _check_change(entry: Entry, value: Decimal, beside: Beside) -> None:
    """A change from nought has no per cent and is not asked about."""
    limit, former = entry.element.change_limit, beside.earlier(entry)
    if limit is None or former is None or former[1] == 0 or entry.comment.strip():
        return
    period, earlier = former
    changed = abs(value - earlier) * 100 / abs(earlier)
    if changed > limit:
        raise CommentMissing(
            f"{format_number(value)} отличается от {format_number(earlier)} за {period} больше чем на {limit} %. "
            f"Впишите пояснение, почему; поле для него есть в форме: {entry.unit.short_name}."
        )
