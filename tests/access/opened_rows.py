"""
Who is shown the rows behind a result: whoever holds «result_rows» there, and of a small group its own school and the
centre of the region alone. That they stand nowhere else, the marks in them tell every other slice.
"""

from collections.abc import Iterator
from typing import Any

from tests.access.asking import ask
from tests.access.cases import Case
from tests.access.matrix import by_operation_once, things_for
from tests.access.people import Who
from tests.access.rules import opens_rows
from tests.access.things import Thing

SPELLINGS = ("page_size=200", "file=csv", "file=xlsx", "sort=-line")


def cases(world: Any) -> Iterator[Case]:
    """Everybody × results of every relation, of large groups and of small ones × the page and its files."""
    for who in world.people:
        for kind in ("rows.large", "rows.small"):
            for relation, thing in things_for(world, who, kind):
                if relation != "missing":
                    for query in SPELLINGS:
                        words = f"{kind} of {thing.unit.code}, ?{query}, as {who} ({relation})"
                        yield Case(words, lambda given=(who, thing, query): _asked(world, *given))


def _asked(world: Any, who: Who, thing: Thing, query: str) -> str:
    address = by_operation_once(world)["GET monitoring:result"].address(thing.key)
    answer = ask(who, "GET", f"{address}?{query}")
    is_page = who.is_let_in and not who.is_key
    promised = [thing] if is_page and opens_rows(world, who, thing) else []
    shown = [one for one in world.things.marked_in(answer.text) if one.kind.startswith("rows.")]
    return "" if shown == promised else f"{answer.status}: shows {shown}, must show {promised}"
