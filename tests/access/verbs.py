"""Methods that an address does not have: refused to everybody, and nothing is written."""

from collections.abc import Iterator
from typing import Any

from tests.access.asking import ask
from tests.access.cases import Case
from tests.access.matrix import by_operation_once, things_for
from tests.access.people import Who
from tests.access.policy import POLICY
from tests.access.rules import Row
from tests.access.things import Thing

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
ASKERS = ("anonymous", "person without a place", "ministry_analyst of the region", "centre_operator of the region",
          "municipal_coordinator of the municipality", "key of two municipalities")  # fmt: skip


def cases(world: Any) -> Iterator[Case]:
    """Every address × the methods that it does not have × those who would do most with them."""
    known = set(by_operation_once(world))
    seen = set()
    for row in POLICY:
        name = row.operation.split()[1]
        if name in seen:
            continue
        seen.add(name)
        for method in METHODS:
            if f"{method} {name}" not in known:
                yield from (_case(world, row, method, world.who(one)) for one in ASKERS)


def _case(world: Any, row: Row, method: str, who: Who) -> Case:
    thing = next((thing for _relation, thing in things_for(world, who, row.of)), None) if row.of else None
    return Case(f"{method} instead of {row.operation} as {who}", lambda: _asked(world, row, method, who, thing))


def _asked(world: Any, row: Row, method: str, who: Who, thing: Thing | None) -> str:
    key = row.key(world, thing) if row.key else thing.key if thing and row.where == "path" else ()
    address = by_operation_once(world)[row.operation].address(key)
    answer = ask(who, method, address, {"state": "approved"}, as_json=row.is_api)
    is_shut = not row.is_public and (not who.is_let_in or who.is_key and not row.is_api)
    expected = (401 if row.is_api else 302) if is_shut else 405
    if answer.status != expected:
        return f"must be {expected}, is {answer.status}"
    return f"was written to {answer.changes}" if answer.changes else ""
