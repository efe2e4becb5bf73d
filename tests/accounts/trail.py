"""A trail that cannot be written, so that a test sees what is left of an act without its event."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection


@contextmanager
def no_trail() -> Iterator[None]:
    """Let the database refuse every event of the trail."""

    def refuse(execute, statement, parameters, many, context):
        if statement.startswith('INSERT INTO "accounts_auditevent"'):
            raise DatabaseError("the trail cannot be written")
        return execute(statement, parameters, many, context)

    with connection.execute_wrapper(refuse):
        yield
