"""
The history of a thing: what people did with it, and what the database saw change, as one list.

An act is whatever was done in one transaction of one request: the events that services recorded say what it was and
why, the changed rows say what became what. Either may be missing: an event of a time before the trail of rows, a row
that was written past the services.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from accounts.enums import Operation
from accounts.models import AuditEvent, RowChange, User
from reports.selectors.journal import ACTIONS, DOORS
from reports.selectors.trail.names import Key, name_of_deleted, names_of
from reports.selectors.trail.objects import HistoryOf, as_text
from reports.selectors.trail.words import (
    field_word,
    fields_by_column,
    keys_in,
    models_by_table,
    row_word,
    value_word,
)

READ_AT_MOST = 5000
LINES = 40  # rows of one act that are written out
WHO = "неизвестно кто"
USERS = User._meta.db_table
Row = tuple[int | None, str, datetime, int, int | None]  # transaction, request, moment, key, who
_ALL = Q()


@dataclass(frozen=True, slots=True)
class Change:
    """One column: what it was and what it became."""

    name: str
    before: str
    after: str
    operation: str

    @property
    def was_there(self) -> bool:
        """Whether there was a value before."""
        return self.operation != Operation.INSERT

    @property
    def is_there(self) -> bool:
        """Whether there is a value after."""
        return self.operation != Operation.DELETE

    @property
    def said(self) -> str:
        """The change in a sentence."""
        if self.was_there and self.is_there:
            return f"{self.name}: было {self.before}, стало {self.after}"
        return f"{self.name}: {self.after if self.is_there else self.before}"


@dataclass(frozen=True, slots=True)
class Line:
    """One row that was added, changed or deleted."""

    words: str
    operation: str
    changes: tuple[Change, ...]

    @property
    def done(self) -> str:
        """What was done to the row, as a reader sees it."""
        return Operation(self.operation).label

    @property
    def said(self) -> str:
        """All its changes in one sentence."""
        return "; ".join(change.said for change in self.changes)

    @property
    def whole(self) -> str:
        """Which row it is, what was done to it and what it holds."""
        return f"{self.words}, {self.done}" + (f": {self.said}" if self.changes else "")


@dataclass(slots=True)
class Act:
    """What was done at one time: by whom, for whom, through which door, why, and which rows it changed."""

    happened_at: datetime
    actor: int | None = None
    actors: set[int] = field(default_factory=set)
    changes: list[int] = field(default_factory=list)
    events: list[int] = field(default_factory=list)
    transaction: int | None = None
    request: str = ""
    who: str = ""
    signatory: str = ""
    door: str = ""
    what: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    @property
    def left_out(self) -> int:
        """How many rows are not written out."""
        return max(0, len(self.changes) - LINES)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a history is narrowed by."""

    column: tuple[str, str] | None = None  # table and column
    person: int | None = None
    since: date | None = None
    until: date | None = None

    @property
    def rows(self) -> Q:
        """The same of rows and events: whose they are and of which days."""
        said = Q() if self.person is None else Q(actor_id=self.person)
        if self.since is not None:
            said &= Q(happened_at__gte=_beginning(self.since))
        if self.until is not None:
            said &= Q(happened_at__lt=_beginning(self.until + timedelta(days=1)))
        return said


@dataclass(frozen=True, slots=True)
class Found:
    """The acts that were read, newest first, not yet written out; whether there are older ones."""

    acts: list[Act]
    is_cut: bool


def acts_of(kind: HistoryOf, thing: Model, asked: Asked) -> Found:
    """Return the acts of a thing: the newest of all, or of those that are asked for."""
    rows = changes, events = _read(kind, thing, asked)
    if asked.rows and _is_cut(*rows):
        # What is asked for may be older than what was read. An act is told whole, so its other rows are read too.
        changes, events = _read(kind, thing, asked, asked.rows)
        known = [row[:2] for row in (*changes, *events) if row[0]]
        at_once = Q(transaction_id__in={one for one, _ in known}, request__in={request for _, request in known})
        whole = _read(kind, thing, asked, at_once)
        rows = changes, events = [
            sorted({*some, *others}, key=lambda row: row[3], reverse=True)
            for some, others in zip((changes, events), whole, strict=True)
        ]
    acts = [act for act in _together(changes, events, is_of_column=asked.column is not None) if _is_asked(act, asked)]
    acts.sort(key=lambda act: (act.happened_at, act.changes[:1], act.events[:1]), reverse=True)
    return Found(acts, _is_cut(*rows))


def _together(changes: Sequence[Row], events: Sequence[Row], *, is_of_column: bool) -> Iterable[Act]:
    found: dict[tuple[object, ...], Act] = {}
    for transaction, request, at, pk, actor in changes:
        act = found.setdefault((transaction, request), Act(at, transaction=transaction, request=request))
        act.changes.append(pk)
        act.actors |= {actor} - {None}
    for transaction, request, at, pk, actor in events:
        key = (transaction, request) if transaction else ("event", str(pk))
        act = found.get(key)
        if act is None and is_of_column:
            continue
        if act is None or (act.events and (act.happened_at, act.actor) != (at, actor)):
            # Of several things done in one transaction, the last one is told beside the rows.
            key = (*key, at, actor) if act else key
            act = found.setdefault(key, Act(at, transaction=transaction, request=request))
        act.happened_at, act.actor = at, actor  # services say when it was done; rows, when they were written
        act.events.append(pk)
        act.actors |= {actor} - {None}
    return found.values()


def people_of(acts: Iterable[Act]) -> list[tuple[int, str]]:
    """Return who did any of the acts, by name."""
    keys = set().union(*(act.actors for act in acts)) if acts else set()
    people = User.objects.filter(pk__in=keys).order_by("full_name")
    return [(user.pk, user.get_short_name()) for user in people]


def columns_of(kind: HistoryOf) -> list[tuple[str, str]]:
    """Return the columns that a history may be narrowed by: «table.column» and its name."""
    found = []
    for part in kind.parts:
        where = "" if part is kind.root else f"{row_word(part.model)}: "
        for column, one in fields_by_column(part.model).items():
            said = field_word(part.model, one)
            if said and column not in kind.hidden:
                found.append((f"{part.table}.{column}", f"{where}{said}"))
    return list(dict.fromkeys(found))


def written_out(kind: HistoryOf, acts: Sequence[Act]) -> Sequence[Act]:
    """Write acts of a page out in words."""
    rows = RowChange.objects.in_bulk([pk for act in acts for pk in act.changes[:LINES]])
    events, outermost = _events_of(acts)
    names = names_of(_keys(rows.values(), acts))
    for act in acts:
        mine = [events[pk] for pk in act.events if pk in events] or outermost.get((act.transaction, act.request), [])
        _say(act, kind, mine, [rows[pk] for pk in act.changes[:LINES] if pk in rows], names)
    return acts


def line_of(
    row: RowChange, names: dict[Key, str], *, root: str = "", hidden: frozenset[str] = frozenset()
) -> Line | None:
    """Write a changed row out; nothing where only the program's own columns changed, or `hidden` ones."""
    model = models_by_table().get(row.table_name)
    if model is None:
        return Line(row.table_name, row.operation, ())
    fields, before, after = fields_by_column(model), row.before or {}, row.after or {}
    changes = []
    for column in after if row.operation == Operation.INSERT else before:
        one = fields.get(column)
        said = field_word(model, one) if one else column
        if column in hidden or not said or one.primary_key:
            continue
        if root == row.table_name and one.unique and row.operation != Operation.UPDATE:
            continue
        was, came = (value_word(one, each.get(column), names) for each in (before, after))
        changes.append(Change(said, was, came, row.operation))
    if row.operation == Operation.UPDATE and not changes:
        return None
    name = names.get((row.table_name, row.row_key)) or name_of_deleted(model, before or after)
    words = row_word(model)
    words = words if root == row.table_name or not name else f"{words} «{name[:120]}»"
    return Line(words[:1].upper() + words[1:], row.operation, tuple(changes))


def _read(kind: HistoryOf, thing: Model, asked: Asked, narrow: Q = _ALL) -> tuple[list[Row], list[Row]]:
    """Read the newest changed rows and events, of those that a condition keeps."""
    return _latest(_changes(kind, thing, asked.column), narrow), _latest(_events(kind, thing), narrow)


def _changes(kind: HistoryOf, thing: Model, column: tuple[str, str] | None) -> list[QuerySet[Any]]:
    parts = kind.changes(thing)
    if column:
        table, name = column
        has = Q(before__has_key=name) | Q(after__has_key=name)
        parts = [rows.filter(has) for part, rows in zip(kind.parts, parts, strict=True) if part.table == table]
    return parts


def _events(kind: HistoryOf, thing: Model) -> list[QuerySet[Any]]:
    found = [AuditEvent.objects.filter(target_kind=kind.root.model._meta.label_lower, target_id=str(thing.pk))]
    for part in kind.parts:
        if part.path or part.same:
            label = part.model._meta.label_lower
            found.append(AuditEvent.objects.filter(target_kind=label, target_id__in=as_text(part.rows(thing.pk))))
    return found


def _latest(parts: list[QuerySet[Any]], narrow: Q) -> list[Row]:
    wanted = ("transaction_id", "request", "happened_at", "pk", "actor_id")
    first, *rest = [rows.filter(narrow).order_by().values_list(*wanted) for rows in parts]
    return list((first.union(*rest) if rest else first).order_by("-pk")[:READ_AT_MOST])


def _is_cut(changes: Sequence[Row], events: Sequence[Row]) -> bool:
    return max(len(changes), len(events)) >= READ_AT_MOST


def _beginning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _is_asked(act: Act, asked: Asked) -> bool:
    day = timezone.localdate(act.happened_at)
    return (
        (asked.person is None or asked.person in act.actors)
        and (asked.since is None or day >= asked.since)
        and (asked.until is None or day <= asked.until)
    )


def _events_of(acts: Sequence[Act]) -> tuple[dict[int, AuditEvent], dict[tuple[int | None, str], list[AuditEvent]]]:
    """Find the events about the thing itself, and the outermost ones of transactions that only changed its rows."""
    lacking = {act.transaction for act in acts if not act.events and act.transaction}
    outermost = AuditEvent.objects.filter(transaction_id__in=lacking).order_by("transaction_id", "request", "-pk")
    outermost = outermost.distinct("transaction_id", "request").values("pk")
    own = {pk for act in acts for pk in act.events}
    found = AuditEvent.objects.filter(Q(pk__in=own) | Q(pk__in=outermost)).in_bulk()
    return found, {(one.transaction_id, one.request): [one] for one in found.values() if one.pk not in own}


def _keys(rows: Iterable[RowChange], acts: Iterable[Act]) -> set[Key]:
    keys = {(USERS, str(actor)) for act in acts for actor in act.actors}
    for row in rows:
        keys.add((row.table_name, row.row_key))
        keys |= {(USERS, str(row.signatory_id))} if row.signatory_id else set()
        model = models_by_table().get(row.table_name)
        if model is not None:
            keys |= keys_in(model, row.before) | keys_in(model, row.after)
    return keys


def _say(act: Act, kind: HistoryOf, events: list[AuditEvent], rows: list[RowChange], names: dict[Key, str]) -> None:
    actor = next((row.actor_id for row in rows if row.actor_id), None)
    signatory = next((row.signatory_id for row in rows if row.signatory_id), None)
    known = [event.actor_name for event in events]
    act.who = known[0] if known else names.get((USERS, str(actor)), "") or WHO
    act.signatory = names.get((USERS, str(signatory)), "") if signatory and signatory != actor else ""
    door = next((event.via for event in events), "") or next((row.door for row in rows if row.door), "")
    act.door = DOORS.get(door, door) or "мимо портала"
    act.what = list(dict.fromkeys(ACTIONS.get(event.action, event.action) for event in events))
    reasons = [event.reason for event in events] + [row.reason for row in rows]
    act.reasons = [reason for reason in dict.fromkeys(reasons) if reason and not kind.hidden]
    lines = [line_of(row, names, root=kind.root.table, hidden=kind.hidden) for row in rows]
    act.lines = [line for line in lines if line is not None]
