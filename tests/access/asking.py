"""Asking the portal as somebody, through every middleware, and looking at what the question did to the database."""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory

from tests.access.people import Who

# What a request may write whoever asks: its session, and when a key was last used.
ALWAYS = {"django_session", "accounts_apitoken"}
TRAIL = "accounts_auditevent"
_FORM = re.compile(r'"X-CSRFToken": "\w+"|name="csrfmiddlewaretoken" value="\w+"')
_TABLES = """
    SELECT t.oid, t.relname FROM pg_class t JOIN pg_namespace s ON s.oid = t.relnamespace
    WHERE t.relkind = 'r' AND s.nspname !~ '^pg_' AND s.nspname <> 'information_schema'
"""
# The view over these counters joins every index of every table: nine times as dear, and it is asked twice a question.
_WRITTEN = """
    SELECT t, n FROM (
        SELECT t, pg_stat_get_xact_tuples_inserted(t) + pg_stat_get_xact_tuples_updated(t)
            + pg_stat_get_xact_tuples_deleted(t) AS n
        FROM unnest(%s::oid[]) t OFFSET 0
    ) counted WHERE n > 0
"""


@dataclass
class Answer:
    """What came back, and how many rows of which tables were written on the way."""

    status: int
    body: bytes
    address: str
    headers: Mapping[str, str] = field(default_factory=dict)
    written: Counter[str] = field(default_factory=Counter)

    @cached_property
    def text(self) -> str:
        """The body as text; of a workbook, all that stands in it."""
        if self.body[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(self.body)) as book:
                return "\n".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
        return self.body.decode(errors="replace")

    @property
    def denials(self) -> int:
        """How many rows were added to the trail."""
        return self.written[TRAIL]

    @property
    def changes(self) -> dict[str, int]:
        """Tables that were written to, but for what every request may write."""
        return {name: number for name, number in self.written.items() if number and name not in {*ALWAYS, TRAIL}}

    def bare(self, *keys: object) -> tuple[int, str]:
        """Return status and body without what the asker himself sent and without the token of the form."""
        text = _FORM.sub("token", self.text)
        address = self.address
        for sent in (quote(address, safe=""), quote(address), address.replace("&", "&amp;"), address):
            text = text.replace(sent, "address")
        for key in keys:
            text = text.replace(str(key), "key")
        return self.status, text


@cache
def _handler() -> BaseHandler:
    handler = BaseHandler()
    handler.load_middleware()
    return handler


@contextmanager
def undone() -> Iterator[None]:
    """Take back whatever the block does to the database."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def ask(
    who: Who,
    method: str,
    address: str,
    sent: Mapping[str, Any] | None = None,
    *,
    as_json: bool = False,
    kept: bool = False,
    htmx: bool = False,
) -> Answer:
    """Ask as somebody; what the question does is taken back afterwards unless it is to be kept."""
    if kept:
        return _asked(who, method, address, sent, as_json=as_json, htmx=htmx)
    with undone():
        return _asked(who, method, address, sent, as_json=as_json, htmx=htmx)


def _asked(who: Who, method: str, address: str, sent: Mapping[str, Any] | None, *, as_json: bool, htmx: bool) -> Answer:
    headers = {"Authorization": f"Token {who.key}"} if who.key else {}
    if htmx:
        headers |= {"HX-Request": "true"}
    factory = RequestFactory(headers=headers)
    if who.session:
        factory.cookies[settings.SESSION_COOKIE_NAME] = who.session
    given: dict[str, Any] = {"data": sent or {}}
    if method == "GET":
        given = {}
    elif as_json:
        given |= {"content_type": "application/json"}
    elif method != "POST":
        given = {}
    request = getattr(factory, method.lower())(address, **given)
    request._dont_enforce_csrf_checks = True
    before = written()
    response = _handler().get_response(request)
    body = _body(response)
    after = written()
    return Answer(response.status_code, body, address, response.headers, after - before)


def _body(response: HttpResponse) -> bytes:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    for close in response._resource_closers:  # not `response.close`, which would close the connection as well
        close()
    return body


def written() -> Counter[str]:
    """Return how many rows of which tables the transaction has written so far, also those that were taken back."""
    names = _names_of_tables()
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN, [list(names)])
        return Counter({names[table]: number for table, number in cursor.fetchall()})


@cache
def _names_of_tables() -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        return dict(cursor.fetchall())
