"""SQL written by hand lives in `<app>/sql/<name>.sql` and is fetched by name; a page may limit how long it waits."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files

from django.db import OperationalError, connection, transaction
from psycopg2.errors import QueryCanceled


class TooLong(Exception):
    """A statement took longer than somebody may wait."""


@contextmanager
def within_seconds(seconds: float) -> Iterator[None]:
    """
    Let each statement of the block take so long and no longer; what a stopped block wrote is undone.

    :raises TooLong: if a statement takes longer
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('statement_timeout')")
            (usual,) = cursor.fetchone()
            cursor.execute("SELECT set_config('statement_timeout', %s, TRUE)", [str(int(seconds * 1000))])
            yield
            cursor.execute("SELECT set_config('statement_timeout', %s, TRUE)", [usual])
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TooLong from error
        raise


@cache
def named_sql(app: str, name: str) -> str:
    """
    Return the text of one statement.

    :raises ValueError: if its first line is not a comment that tells grain and parameters
    """
    text = files(app).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
    if not text.startswith("--"):
        raise ValueError(f"{app}/sql/{name}.sql must begin with a comment: its grain and parameters")
    return text
