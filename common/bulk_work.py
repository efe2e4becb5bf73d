"""Work over very many objects at once."""

import gc
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def without_collection() -> Iterator[None]:
    """
    Do not look for garbage during a block that makes very many objects and drops none in cycles.

    The collector walks all objects that live, again and again while more are made: over a thousand schools that is half
    of the work. What falls out of use is freed at once all the same.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class RussianJson(json.JSONEncoder):
    """JSON in which a Russian letter takes two bytes and not the six of its escape."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "ensure_ascii": False})
