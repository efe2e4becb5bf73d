"""The journal of rows: every row that was added, changed or deleted, as the database wrote it down."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import F, Max, Min, Q, QuerySet

from accounts.models import AuditEvent, RowChange, User
from accounts.permissions import Permission
from indicators.enums import COUNTED
from indicators.models import Observation
from reports.selectors.journal import DOORS
from reports.selectors.trail.acts import USERS, WHO, Line, line_of
from reports.selectors.trail.names import Key, names_of
from reports.selectors.trail.objects import as_text
from reports.selectors.trail.words import keys_in, models_by_table, row_word
from schools.models import Unit
from schools.querysets import granting


@dataclass(frozen=True, slots=True)
class Written:
    """One row of the journal in words."""

    row: RowChange
    who: str
    signatory: str
    door: str
    line: Line


def row_journal(*, user: User) -> QuerySet[RowChange]:
    """
    Return the changed rows that somebody may see: of every region all of them, elsewhere those of the own units.

    Of values that others have not sent yet there are none: these rows hold what was typed.
    """
    appointments = granting(user, Permission.AUDIT_VIEW)
    if appointments is None:
        return RowChange.objects.none()
    rows = RowChange.objects.exclude(_of_untold_values(user))
    if appointments.covers_everything():
        return rows
    return rows.filter(unit_id__in=Unit.objects.visible_to(user, Permission.AUDIT_VIEW).values("pk"))


def _of_untold_values(user: User) -> Q:
    unsent = Observation.objects.exclude(status__in=COUNTED)
    untold = unsent.exclude(pk__in=Observation.objects.told_to(user).values("pk"))
    return Q(table_name=Observation._meta.db_table, row_key__in=as_text(untold))


def kinds_of_rows() -> list[tuple[str, str]]:
    """Return the tables that rows may be of, by what a row is called."""
    named = {table: row_word(model) for table, model in models_by_table().items()}
    return sorted(((table, word) for table, word in named.items() if word != "запись"), key=lambda each: each[1])


def written(rows: Sequence[RowChange]) -> list[Written]:
    """Write rows out in words; whoever wrote a row past the facts of a session is found by the event beside it."""
    keys: set[Key] = set()
    actors = _actors_of_events(row.transaction_id for row in rows if row.door and not row.actor_id)
    for row in rows:
        if row.door:
            row.actor_id = row.actor_id or actors.get(row.transaction_id)
        keys |= {(row.table_name, row.row_key), (USERS, str(row.actor_id or 0)), (USERS, str(row.signatory_id or 0))}
        model = models_by_table().get(row.table_name)
        if model is not None:
            keys |= keys_in(model, row.before) | keys_in(model, row.after)
    names = names_of(keys)
    return [_written(row, names) for row in rows]


def _actors_of_events(transactions: Iterable[int]) -> dict[int, int]:
    """Return who recorded the events of transactions, of those that only one person did."""
    events = AuditEvent.objects.filter(transaction_id__in=set(transactions)).exclude(actor_id=None)
    alone = events.values("transaction_id").annotate(first=Min("actor_id"), last=Max("actor_id"))
    return dict(alone.filter(first=F("last")).values_list("transaction_id", "first"))


def _written(row: RowChange, names: dict[Key, str]) -> Written:
    model = models_by_table().get(row.table_name)
    word = row_word(model) if model else row.table_name
    line = line_of(row, names) or Line(word[:1].upper() + word[1:], row.operation, ())
    nobody = WHO if row.door else f"мимо портала ({row.database_role})"
    return Written(
        row,
        names.get((USERS, str(row.actor_id)), nobody),
        names.get((USERS, str(row.signatory_id)), ""),
        DOORS.get(row.door, row.door) or "мимо портала",
        line,
    )
