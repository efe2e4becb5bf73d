"""What was typed into the cells of a form, read: «да», «12,5», a link, an order's number and day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.http import QueryDict

from common.numbers import key_of
from common.russian import listed
from indicators.enums import ElementType
from indicators.models import DataElement, Period
from indicators.selectors.cells import Place, signature
from indicators.services.entries import Entry, Evidence
from schools.models import Unit

FIELD = re.compile(r"value-(\d{1,18})-(\d{1,18})(?:-(\w{1,60}))?")  # element, unit, category
YES = {"да", "д", "есть", "+", "1", "yes", "y", "v"}
NO = {"нет", "н", "-", "−", "–", "0", "no", "n"}
EMPTY = {"", "—"}
NUMBER = re.compile(r"[-−]?\d{1,15}([.,]\d{1,4})?")
SPACES = re.compile(r"[\s\u00a0\u202f]")


class NotRead(ValueError):
    """What was typed is not a value of the element; the message is for the person."""


@dataclass(frozen=True, slots=True)
class Typed:
    """One cell as it came from the browser."""

    element_id: int
    unit_id: int
    text: str
    proof: tuple[str, str, str] | None  # link, number, day; None where the form does not ask for them
    comment: str
    seen: str
    was: str
    category: str = ""

    @property
    def place(self) -> Place:
        """Which cell it is."""
        return self.element_id, self.unit_id, self.category

    @property
    def is_touched(self) -> bool:
        """Whether it differs from what the form showed."""
        return signature(self.text, *(self.proof or ()), *([self.comment] if self.proof else ())) != self.was


def typed_cells(data: QueryDict) -> list[Typed]:
    """Collect the cells of a form, touched or not."""
    cells = []
    for name in data:
        match = FIELD.fullmatch(name)
        if match is None:
            continue
        key = name.removeprefix("value-")
        proof = None
        if f"url-{key}" in data:
            proof = (data[f"url-{key}"], data.get(f"number-{key}", ""), data.get(f"dated-{key}", ""))
        cells.append(
            Typed(
                int(match[1]),
                int(match[2]),
                data[name],
                proof,
                data.get(f"comment-{key}", ""),
                data.get(f"seen-{key}", ""),
                data.get(f"was-{key}", ""),
                match[3] or "",
            )
        )
    return cells


def read_cells(
    cells: Iterable[Typed], elements: Mapping[int, DataElement], units: Mapping[int, Unit], period: Period
) -> tuple[list[tuple[Typed, Entry]], list[tuple[Typed, str]]]:
    """Read the touched cells: entries to be written, and those that cannot be read with the reason."""
    entries, unread = [], []
    for cell in (cell for cell in cells if cell.is_touched):
        element = elements[cell.element_id]
        try:
            entry = Entry(
                element=element,
                unit=units[cell.unit_id],
                period=period,
                value=typed_value(element, cell.text),
                evidence=None if cell.proof is None else _evidence(cell.proof),
                comment=cell.comment,
                seen=key_of(cell.seen),
                category=cell.category,
            )
        except NotRead as wrong:
            unread.append((cell, str(wrong)))
            continue
        entries.append((cell, entry))
    return entries, unread


def typed_value(element: DataElement, text: str) -> Decimal | None:
    """
    Read what was typed into a cell; nothing typed empties it.

    :raises NotRead: if it is no value of the element
    """
    plain = SPACES.sub("", text).lower()
    if plain in EMPTY and not (plain == "—" and element.type == ElementType.YES_NO):
        return None
    if element.type == ElementType.YES_NO:
        return _answer(text, plain)
    if element.type == ElementType.THREE_STATE and plain not in element.states:
        known = listed([f"«{step}»" for step in sorted(element.states)], "или")
        raise NotRead(f"«{text.strip()[:40]}» — не состояние. Выберите одно из списка или впишите {known}.")
    if not NUMBER.fullmatch(plain):
        raise NotRead(f"«{text.strip()[:40]}» — не число. Впишите число цифрами, например 12 или 12,5.")
    return Decimal(plain.replace(",", ".").replace("−", "-"))


def _answer(text: str, plain: str) -> Decimal | None:
    if plain in YES:
        return Decimal(1)
    if plain in NO:
        return Decimal(0)
    if plain == "—":
        return None
    raise NotRead(f"«{text.strip()[:40]}» — не ответ. Впишите «да» или «нет».")


def _evidence(proof: tuple[str, str, str]) -> Evidence:
    url, number, day = (part.strip() for part in proof)
    return Evidence(url=url, number=number, dated_on=typed_day(day))


def typed_day(text: str) -> date | None:
    """Read a day as a browser sends it or as people write it. :raises NotRead: if it is none."""
    if not text:
        return None
    for pattern in ("%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y"):
        try:
            return datetime.strptime(text, pattern).date()
        except ValueError:
            continue
    raise NotRead(f"«{text[:20]}» — не дата. Впишите день, месяц и год, например 10.09.2021.")
