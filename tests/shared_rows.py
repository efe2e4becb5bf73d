"""Rows that the tests of a module share: drawn once in a transaction around theirs, gone when the module ends."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import transaction

from common.session_facts import acting

Drawn = TypeVar("Drawn")


@contextmanager
def shared_rows(blocker: Any, draw: Callable[[], Drawn]) -> Iterator[Drawn]:
    """
    Draw rows for a fixture wider than a test; `blocker` is pytest-django's `django_db_blocker`.

    What a test writes is rolled back behind it, the rows are not. What is drawn is Python objects too: a test takes a
    deep copy, or it would leave what it has made of them to the next one.
    """
    with blocker.unblock(), acting(tell=False):
        outer = transaction.atomic()
        outer.__enter__()
        # As with the transaction of a test: a service that wants the outermost one may run in it.
        outer._from_testcase = True
        try:
            drawn = draw()
        except BaseException:
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)
            raise
    try:
        yield drawn
    finally:
        with blocker.unblock():
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)
