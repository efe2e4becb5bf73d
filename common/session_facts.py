"""
What the database is told of whoever uses a connection: who acts, for whom, through which door, in which request, why.

The triggers of the trail (`common.journalling`) write these facts beside every changed row, and row-level security
(`common.row_security`) opens to the web role what lies in the reach of the reader. The facts live in the process as a
context variable and in the database as settings of the session, `opora.*`; the reach is worked out there, by
`opora_reach`, in the statement that tells of the reader.

They are put into the session outside a transaction, at the beginning of a request of somebody who has signed in, of a
job or of a command, and taken back at the end, so that on a connection that outlives a request nothing is left for the
next one. A connection that is opened meanwhile is told at once (`tell_new_connection`). The statement goes past Django
and is no query of a page. Whoever writes without facts is written down as unknown, and is never refused; whoever reads
pages without them sees nothing of what row-level security guards.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

import psycopg2
from django.db import connection


@dataclass(frozen=True, slots=True)
class Facts:
    """
    What is known of who writes and who reads.

    `actor` clicked; `signatory` is answerable, where that is somebody else. `reader` is whoever asks for pages or the
    API, by `token` where it is a script with a key: what they may read at all is their reach.
    """

    actor: int | None = None
    signatory: int | None = None
    door: str = "command"
    request: str = ""  # the key of the request or of the job
    reason: str = ""
    reader: int | None = None
    token: int | None = None

    @property
    def reads_as(self) -> tuple[int | None, int | None]:
        """By whom the reach is known."""
        return (self.reader, self.token)


NOTHING = Facts()
NAMES = ("actor", "signatory", "door", "request", "reason")
_facts: ContextVar[Facts] = ContextVar("facts of who writes", default=NOTHING)
_is_told: ContextVar[bool] = ContextVar("whether the session holds the facts", default=False)

_TELL = "SELECT " + ", ".join(f"set_config('opora.{name}', %s, false)" for name in NAMES)
_AND_NO_READER = ", set_config('opora.reader', '', false), set_config('opora.reach', '', false)"
_AND_READER = ", set_config('opora.reader', %s, false), set_config('opora.reach', opora_reach(%s, %s), false)"


def facts() -> Facts:
    """Return what is known here and now."""
    return _facts.get()


@contextmanager
def acting(*, tell: bool = True, **known: Any) -> Iterator[None]:
    """
    Know something for the length of a block, and let the database know; afterwards all is as it was before.

    Without `tell` only the process knows, until more is learnt within the block: of a request of somebody unknown.
    """
    before = _held()
    facts_before = _facts.set(replace(_facts.get(), **known))
    told_before = _is_told.set(tell or _is_told.get())
    try:
        _tell_if_told(before)
        yield
    finally:
        was_told, within = _is_told.get(), _facts.get()
        _facts.reset(facts_before)
        _is_told.reset(told_before)
        if was_told:
            _take_back(within)


def learn(**known: Any) -> None:
    """Know more within the present block, and tell it: who signed a request is known after the request has begun."""
    before = _held()
    _facts.set(replace(_facts.get(), **known))
    _is_told.set(True)
    _tell_if_told(before)


@contextmanager
def reaching_everything() -> Iterator[None]:
    """
    Compute in the block over the rows of everybody, whoever has asked for it; nothing that is read in it may be shown.

    The sum of a district is of all its schools, also where somebody of one of them has caused it to be counted.
    """
    connection.ensure_connection()
    was = _put_reach("*")
    try:
        yield
    finally:
        with suppress(psycopg2.errors.InFailedSqlTransaction):  # its rollback takes the setting with it
            _put_reach(was)


def _put_reach(reach: str) -> str:
    """Put a reach into the session, past Django, and return the one that was there."""
    with connection.connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('opora.reach', true), '')")
        (was,) = cursor.fetchone()
        cursor.execute("SELECT set_config('opora.reach', %s, false)", [reach])
        return was


def tell_new_connection(**_signal: Any) -> None:
    """Tell a connection that was opened within a block; for `connection_created`."""
    _tell_if_told(NOTHING)


def _held() -> Facts:
    """Return what the session holds."""
    return _facts.get() if _is_told.get() else NOTHING


def _tell_if_told(before: Facts) -> None:
    if _is_told.get() and connection.connection is not None:
        _tell(_facts.get(), before)


def _take_back(within: Facts) -> None:
    """Put back what was before the block, or close a connection to which that cannot be said."""
    if connection.connection is None:
        return
    try:
        _tell(_held(), within)
    except psycopg2.errors.InFailedSqlTransaction:
        return  # a transaction around the block failed: its rollback takes the facts with it
    except psycopg2.Error:
        connection.close()


def _tell(told: Facts, before: Facts) -> None:
    """Tell the session, and have the reach worked out if it is another reader's than before."""
    words = ["" if (value := getattr(told, name)) is None else str(value) for name in NAMES]
    if told == NOTHING:
        words = [""] * len(NAMES)
    statement, given = _TELL, list[object](words)
    if told.reads_as != before.reads_as:
        statement += _AND_NO_READER if told.reader is None else _AND_READER
        given += [] if told.reader is None else [str(told.reader), told.reader, told.token]
    with connection.connection.cursor() as cursor:
        cursor.execute(statement, given)
