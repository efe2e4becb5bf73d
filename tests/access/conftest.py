"""The world, built once for the tests of the matrix that stand together."""

import gc
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from tests.access.filling import forget_files
from tests.access.things import far_keys, former_keys
from tests.access.world import World, build
from tests.roles import open_a_window

logging.getLogger("django.request").setLevel(logging.CRITICAL)  # thousands of refusals are what is wanted here
NOW = datetime(2021, 11, 15, 10, 30, tzinfo=ZoneInfo("Asia/Krasnoyarsk"))


@contextmanager
def _kept_from_collection() -> Iterator[None]:
    """Leave what is there now out of the search for garbage, which would look at all of it every few questions."""
    usual = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()


@pytest.fixture(scope="package")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    """Two regions in a transaction that is rolled back at the end; each question is asked inside a savepoint of it."""
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        stood = far_keys()
        built = None
        try:
            built = build(NOW)
            open_a_window()
            with _kept_from_collection():
                yield built
        finally:
            if built is not None:
                forget_files(built)
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)
            former_keys(stood)
