"""
What was approved, as it was then: rebuilt from the rows of today by taking back everything that happened to them since.

The moment of approval is the row of the trail in which the date of approval was filled; whatever was written later, in
another transaction, came after it. Approved before the trail of rows began, a thing has no such row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, JSONObject

from accounts.enums import Operation
from accounts.models import RowChange
from reports.selectors.trail.names import name_of_deleted, names_of
from reports.selectors.trail.objects import HistoryOf, Part
from reports.selectors.trail.words import field_word, fields_by_column, keys_in, models_by_table, row_word, value_word


@dataclass(frozen=True, slots=True)
class Approval:
    """The moment at which a thing was approved, as the trail knows it."""

    change: RowChange
    at: datetime  # as the thing itself says

    def later(self, rows: QuerySet[RowChange]) -> QuerySet[RowChange]:
        """Keep what was written after it, by another transaction or another request."""
        own = {"transaction_id": self.change.transaction_id, "request": self.change.request}
        return rows.filter(pk__gt=self.change.pk).exclude(**own)


@dataclass(frozen=True, slots=True)
class Cell:
    """One column of one row: as it was approved and, where that differs, as it is now."""

    name: str
    then: str
    now: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it was approved; `state` says whether it was changed, added or deleted since."""

    name: str
    state: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one sort."""

    title: str
    rows: tuple[Row, ...]


def approval_of(kind: HistoryOf, thing: Model) -> Approval | None:
    """Return the newest approval of a thing that is approved now, or None."""
    if not kind.approved or getattr(thing, kind.approved) is None:
        return None
    rows = RowChange.objects.filter(table_name=kind.root.table, row_key=str(thing.pk))
    filled = rows.alias(_filled=KeyTextTransform(kind.approved, "after")).filter(_filled__isnull=False)
    newest = filled.order_by("-pk").first()
    return Approval(newest, datetime.fromisoformat(newest.after[kind.approved])) if newest else None


def changed_since(kind: HistoryOf, thing: Model, approval: Approval) -> int:
    """Count the acts that changed, since it was approved, anything of it that a person reads."""
    later = [approval.later(rows) for rows in kind.changes(thing)]
    wanted = ("transaction_id", "request", "table_name", "operation", "before")
    first, *rest = [rows.order_by().values_list(*wanted) for rows in later]
    acts = set()
    for transaction, request, table, operation, before in first.union(*rest, all=True) if rest else first:
        if operation != Operation.UPDATE or _is_read(table, before):
            acts.add((transaction, request))
    return len(acts)


def approved_state(kind: HistoryOf, thing: Model, approval: Approval) -> list[Table]:
    """Return the rows of a thing as they were when it was approved, beside those of today."""
    now = _rows_now(kind, thing)
    then = {key: dict(row) for key, row in now.items()}
    for change in _later(kind, thing, approval):
        key = (change.table_name, change.row_key)
        if change.operation == Operation.INSERT:
            then.pop(key, None)
        else:
            then[key] = {**then.get(key, {}), **(change.before or {})}
    keys = {*now, *then}
    for (table, _), row in [*now.items(), *then.items()]:
        keys |= keys_in(models_by_table()[table], row)
    names = names_of(keys)
    parts = {part.table: part for part in reversed(kind.parts)}  # rows of one table may belong to a thing in two ways
    in_order = [part for part in kind.parts if parts[part.table] is part]
    return [table for part in in_order if (table := _table(part, kind, now, then, names)).rows]


def _is_read(table: str, before: dict[str, Any] | None) -> bool:
    model = models_by_table()[table]
    fields = fields_by_column(model)
    return any(column in fields and field_word(model, fields[column]) for column in before or {})


def _later(kind: HistoryOf, thing: Model, approval: Approval) -> list[RowChange]:
    parts = [approval.later(rows).order_by() for rows in kind.changes(thing)]
    first, *rest = parts
    return list((first.union(*rest, all=True) if rest else first).order_by("-pk"))


Rows = dict[tuple[str, str], dict[str, Any]]


def _rows_now(kind: HistoryOf, thing: Model) -> Rows:
    found = []
    for part in kind.parts:
        fields = [one for one in part.model._meta.concrete_fields if field_word(part.model, one)]
        whole = JSONObject(**{one.column: one.attname for one in fields})
        rows = part.rows(thing.pk).order_by()
        found.append(rows.values_list(Value(part.table, TextField()), Cast("pk", TextField()), whole))
    first, *rest = found
    return {(table, key): row for table, key, row in (first.union(*rest, all=True) if rest else first)}


def _table(part: Part, kind: HistoryOf, now: Rows, then: Rows, names: dict[tuple[str, str], str]) -> Table:
    keys = sorted({key for key in {*now, *then} if key[0] == part.table}, key=lambda key: int(key[1]))
    rows = [_row(part, key, now.get(key), then.get(key), names) for key in keys]
    word = row_word(part.model)
    return Table(word[:1].upper() + word[1:], tuple(rows))


def _row(
    part: Part,
    key: tuple[str, str],
    now: dict[str, Any] | None,
    then: dict[str, Any] | None,
    names: dict[tuple[str, str], str],
) -> Row:
    name = names.get(key) or name_of_deleted(part.model, then or {})
    if then is None:
        return Row(name, "добавлено позже", ())
    cells = []
    for column, field in fields_by_column(part.model).items():
        said = field_word(part.model, field)
        if not said or field.primary_key or field.name in part.path[:1]:
            continue
        was = value_word(field, then.get(column), names)
        came = value_word(field, now.get(column), names) if now is not None else was
        if was != "пусто" or came != was:
            cells.append(Cell(said, was, came if came != was else None))
    state = "удалено позже" if now is None else "изменено позже" if any(one.now is not None for one in cells) else ""
    return Row(name, state, tuple(cells))
