"""The rights of pages in tests: those of the web role, although tests run as the owner of the tables; and the net."""

import importlib.util
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from django.db import connection
from django.http import HttpRequest, HttpResponse
from psycopg2 import errors, sql

from common.embedded.postgres import ROLES
from common.row_security import guarded

# In the copy of `make mutants` (scripts/mutants.py) the calls have switches, and there is no net (tests/conftest.py).
IS_COPY_OF_MUTANTS = importlib.util.find_spec("mutant_probe") is not None
AWAY = "current_setting('tests.net', true) = 'away'"
Handler = Callable[[HttpRequest], HttpResponse]


def serve_as_web(get_response: Handler) -> Handler:
    """Serve each request as the web role."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if connection.connection is None:
            return get_response(request)
        become(ROLES["web"])
        try:
            return get_response(request)
        finally:
            # The rollback of a failed transaction takes the role back with it.
            with suppress(errors.InFailedSqlTransaction):
                become(ROLES["owner"])

    return middleware


def become(role: str) -> None:
    """Change the role of the connection, past Django, so that no query is counted."""
    with connection.connection.cursor() as cursor:
        cursor.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))


def open_a_window(*, name: str = "away", when: str = AWAY) -> None:
    """
    Let the net of row-level security be taken away for a question, or, with `when` it is true, altogether.

    What a forgotten call of the program would show, the net hides: whoever tests the calls must look without it.
    """
    with connection.cursor() as cursor:
        for one in guarded():
            names = {"name": name, "table": one.table, "web": ROLES["web"]}
            parts = {key: sql.Identifier(value) for key, value in names.items()}
            made = sql.SQL("CREATE POLICY {name} ON {table} TO {web} USING ({when})").format(
                when=sql.SQL(when), **parts
            )
            cursor.execute(made.as_string(cursor.cursor))


@contextmanager
def net_taken_away() -> Iterator[None]:
    """Ask as if the database opened every row to the web role; where a window has been opened."""
    before = _say("away")
    try:
        yield
    finally:
        _say(before)


def _say(what: str) -> str:
    """Tell the policies that the window makes, past Django; return what they were told before."""
    with connection.connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('tests.net', true), set_config('tests.net', %s, false)", [what])
        return cursor.fetchone()[0] or ""


@contextmanager
def acting_as(role: str) -> Iterator[None]:
    """Ask in the block with the rights of a role: web, worker or owner."""
    become(ROLES[role])
    try:
        yield
    finally:
        become(ROLES["owner"])
