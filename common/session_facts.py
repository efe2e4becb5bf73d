"""
What the database is told of whoever uses a connection: who acts, for whom, through which door, in which request, why.

The triggers of the trail (`common.journalling`) write these facts beside every changed row; whatever else the database
has to know of who asks (the scope of row-level security) is told it by the same way and in the same places. The facts
live in the process as a context variable and in the database as settings of the session, `opora.*`.

They are put into the session outside a transaction, at the beginning of a request that may write, of a job or of a
command, and taken back at the end, so that on a connection that outlives a request nothing is left for the next one.
A connection that is opened meanwhile is told at once (`tell_new_connection`). The statement goes past Django and is
no query of a page. Whoever writes without facts is written down as unknown, and is never refused.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields, replace
from typing import Any

import psycopg2
from django.db import connection


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of who writes. `actor` clicked; `signatory` is answerable, where that is somebody else."""

    actor: int | None = None
    signatory: int | None = None
    door: str = "command"
    request: str = ""  # the key of the request or of the job
    reason: str = ""


NOTHING = Facts()
NAMES = tuple(field.name for field in fields(Facts))
_facts: ContextVar[Facts] = ContextVar("facts of who writes", default=NOTHING)
_is_told: ContextVar[bool] = ContextVar("whether the session holds the facts", default=False)

_TELL = "SELECT " + ", ".join(f"set_config('opora.{name}', %s, false)" for name in NAMES)


def facts() -> Facts:
    """Return what is known here and now."""
    return _facts.get()


@contextmanager
def acting(*, tell: bool = True, **known: Any) -> Iterator[None]:
    """
    Know something for the length of a block, and let the database know; afterwards all is as it was before.

    Without `tell` only the process knows: for requests that read, so that they need not ask the database once more.
    """
    facts_before = _facts.set(replace(_facts.get(), **known))
    told_before = _is_told.set(tell or _is_told.get())
    try:
        _tell_if_told()
        yield
    finally:
        was_told = _is_told.get()
        _facts.reset(facts_before)
        _is_told.reset(told_before)
        if was_told:
            _take_back()


def learn(**known: Any) -> None:
    """Know more within the present block: who it is that signed a request is known after the request has begun."""
    _facts.set(replace(_facts.get(), **known))
    _tell_if_told()


def tell_new_connection(**_signal: Any) -> None:
    """Tell a connection that was opened within a block; for `connection_created`."""
    _tell_if_told()


def _tell_if_told() -> None:
    if _is_told.get() and connection.connection is not None:
        _tell(_facts.get())


def _take_back() -> None:
    """Put back what was before the block, or close a connection to which that cannot be said."""
    if connection.connection is None:
        return
    try:
        _tell(_facts.get() if _is_told.get() else NOTHING)
    except psycopg2.errors.InFailedSqlTransaction:
        return  # a transaction around the block failed: its rollback takes the facts with it
    except psycopg2.Error:
        connection.close()


def _tell(told: Facts) -> None:
    words = ["" if (value := getattr(told, name)) is None else str(value) for name in NAMES]
    if told == NOTHING:
        words = [""] * len(NAMES)
    with connection.connection.cursor() as cursor:
        cursor.execute(_TELL, words)
