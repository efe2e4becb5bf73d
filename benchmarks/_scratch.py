"""A database of its own for a benchmark, on the embedded server, so that nobody's data are touched."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from common.embedded.settings import database_settings


@contextmanager
def scratch_database(name: str) -> Iterator[None]:
    """Give an empty migrated database and drop it afterwards; only where the portal runs its own server."""
    owner = database_settings("owner")
    connection.close()
    connection.settings_dict.update({key: owner[key] for key in ("USER", "PASSWORD")})
    connection.settings_dict["TEST"]["NAME"] = f"bench_{name}"
    kept = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(kept, verbosity=0)


def analyse() -> None:
    """Gather statistics, as a server that has run for a while has them."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
