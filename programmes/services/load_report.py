"""What a load adds, changes, leaves and lets stand as people decided, in words for whoever answers for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Field, Model

from common.numbers import NOTHING, format_number

SHOWN = 160  # of a long text so much is shown, from a little before where it differs
BEFORE = 40
NAME = 80
QUIET = {"search_key", "sort_key", "fingerprint", "is_added"}  # made of what is told already
ORDER = "sort_order"
WORDS = {
    "title": "название",
    "short_title": "кратко",
    "items": "текст",
    "text": "текст",
    "counted": "что считается",
    "management": "столбцы документа",
    "direction": "направление",
    "states": "ступени",
    "window": "срок",
    "responsible": "исполнители",
    "confirming": "подтверждающие документы",
    "levels": "кто исполняет",
    "level": "уровень",
}


@dataclass(frozen=True, slots=True)
class Told:
    """That one thing of a row became another: «1.1 «Доля школ…», 2023 год — цель: ≥ 90 % → ≥ 92 %»."""

    what: str
    name: str
    field: str
    was: str
    becomes: str


@dataclass
class LoadReport:
    """What a load adds, changes and leaves, by kind of thing."""

    added: dict[str, list[str]] = field(default_factory=dict)
    changed: dict[str, list[str]] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)
    superfluous: dict[str, list[str]] = field(default_factory=dict)
    decided: dict[str, list[str]] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    reopened: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def note(self, what: str, name: str, outcome: str) -> None:
        """Count one thing as `added`, `changed` or `left`."""
        if outcome == "left":
            self.left[what] = self.left.get(what, 0) + 1
        else:
            getattr(self, outcome).setdefault(what, []).append(name)

    def keep(self, what: str, names: Iterable[str]) -> None:
        """Name what the catalogue no longer has."""
        if names := list(names):
            self.superfluous.setdefault(what, []).extend(names)

    def decide(self, what: str, sentence: str) -> None:
        """Say of one thing that people decided otherwise than the package says, and that it stays so."""
        self.decided.setdefault(what, []).append(sentence)

    def tell(self, what: str, name: str, field_name: str, was: str, becomes: str) -> None:
        """Keep what one field of a row was and what it becomes; a long text from where it differs."""
        self.told.append(Told(what, name, field_name, *_shown(was, becomes)))

    def in_words(self) -> str:
        """Say in one line what was written, for the trail: «добавлено: показатели — 45; изменено: цели — 1»."""
        parts = []
        for title, found in (("добавлено", self.added), ("изменено", self.changed)):
            if found:
                parts.append(f"{title}: {', '.join(f'{what} — {len(names)}' for what, names in found.items())}")
        for title, rows in (("закрыто", self.closed), ("снова открыто", self.reopened)):
            if rows:
                parts.append(f"{title}: строки — {len(rows)}")
        return "; ".join(parts)

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be written."""
        return not (self.added or self.changed or self.closed or self.reopened)


def put(
    report: LoadReport,
    what: str,
    name: str,
    model: type[Model],
    key: dict[str, Any],
    values: dict[str, Any],
    *,
    title: str = "",
) -> Any:
    """
    Add a row, or change what differs in it, or leave it; count which and tell what each field was and becomes.

    `title` is what the row is called to people where its `name` is a mere number.
    """
    row = model._default_manager.filter(**key).first()
    if row is None:
        row = model._default_manager.create(**key, **values)
        report.note(what, name, "added")
        return row
    differing = {each: getattr(row, each) for each, value in values.items() if getattr(row, each) != value}
    for each in differing:
        setattr(row, each, values[each])
    if differing:
        row.save(update_fields=list(differing))
    for each in differing.keys() - {*QUIET, ORDER}:
        column = model._meta.get_field(each)
        report.tell(what, title or name, label_of(column), said(column, differing[each]), said(column, values[each]))
    if differing.keys() == {ORDER}:
        report.note("порядок", name, "changed")
    else:
        report.note(what, name, "changed" if differing.keys() - QUIET else "left")
    return row


def named(name: str, number: str = "") -> str:
    """Return what a row is called in a line: «1.1 «Доля школ, в которых…»»."""
    short = name if len(name) <= NAME else f"{name[: NAME - 1].rstrip()}…"
    return f"{number} «{short}»".strip()


def label_of(column: Field) -> str:
    """Return what a field is called to people."""
    return WORDS.get(column.name) or str(column.verbose_name)


def said(column: Field, value: Any) -> str:
    """Say a value of a field as people read it."""
    if isinstance(value, bool):
        return "да" if value else "нет"
    if value is None or value in ("", [], {}, ()):
        return NOTHING
    if column.choices:
        return str(dict(column.flatchoices).get(value, value))
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_joined(inner)}" for key, inner in value.items())
    if isinstance(value, Decimal):
        return format_number(value)
    return _joined(value)


def _joined(value: Any) -> str:
    return ", ".join(str(each) for each in value) if isinstance(value, list | tuple) else str(value)


def _shown(was: str, becomes: str) -> tuple[str, str]:
    """Both texts, cut to where they differ if they are long."""
    if max(len(was), len(becomes)) <= SHOWN:
        return was, becomes
    alike = next((place for place, (one, other) in enumerate(zip(was, becomes, strict=False)) if one != other), None)
    start = max(0, min(len(was), len(becomes)) - BEFORE if alike is None else alike - BEFORE)
    return _cut(was, start), _cut(becomes, start)


def _cut(text: str, start: int) -> str:
    end = start + SHOWN
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"
