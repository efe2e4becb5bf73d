"""The rights of pages in tests: those of the web role, although tests run as the owner of the tables."""

from collections.abc import Callable
from contextlib import suppress

from django.db import connection
from django.http import HttpRequest, HttpResponse
from psycopg2 import errors, sql

from common.embedded.postgres import ROLES

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
