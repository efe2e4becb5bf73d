"""What a list is narrowed and sorted by tells nothing of what its reader may not see."""

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

from django.urls import get_resolver

from tests.access.asking import Answer, ask
from tests.access.cases import Case
from tests.access.lists import PAGES, api_lists
from tests.access.matrix import by_operation_once, may_read
from tests.access.people import Who
from tests.access.things import MARK, MISSING_NUMBER

READERS = ("municipal_coordinator of the municipality", "school_editor of the school", "ministry_analyst of the region")
TARGETS = ("a221", "b111")
MISSING_CODE, MISSING_WORD = "799999", "unit999"
PROBES = ("unit__code", "unit__path__startswith", "unit__name__icontains", "entered_by__password__startswith", "pk__in")
SORTS = ("unit__path", "-entered_by__password", "?", "pk); --")


class Controls(HTMLParser):
    """The names of the fields by which a page asks to be narrowed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.inside = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.inside = (given.get("method") or "get").lower() == "get" and not given.get("action")
        elif tag in ("input", "select") and self.inside and given.get("name"):
            self.names.append(given["name"])

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "form"


def lists(world: Any) -> dict[str, list[str]]:
    """Return the lists, pages and API alike, by address, each with the names that it can be narrowed by."""
    found = {}
    operations = by_operation_once(world)
    for name in dict.fromkeys(one.name for one in PAGES):
        address = operations[f"GET {name}"].address(())
        found[address] = list(dict.fromkeys(Controls(ask(world.system, "GET", address).text).names))
    views = {pattern.name: pattern.callback for pattern in _api_patterns()}
    for name in api_lists():
        filters = getattr(views[f"{name.removeprefix('api:')}-list"].cls, "filterset_class", None)
        found[operations[f"GET {name}-list"].address(())] = list(filters.base_filters) if filters else []
    return found


def _api_patterns() -> Iterator[Any]:
    waiting = [one for one in get_resolver().url_patterns if str(one.pattern).startswith("api/")]
    while waiting:
        pattern = waiting.pop()
        if hasattr(pattern, "url_patterns"):
            waiting += pattern.url_patterns
        elif pattern.name:
            yield pattern


def cases(world: Any) -> Iterator[Case]:
    """Every list × what it can be narrowed by × a foreign value; and what it cannot be narrowed or sorted by."""
    for address, names in lists(world).items():
        for reader in READERS:
            who = world.who(reader)
            for name in names:
                for target in TARGETS:
                    if not who.knows_of(world.units[target]):
                        yield from _narrowed(world, who, address, name, target)
            for name in PROBES:
                yield _ignored(world, who, address, {name: world.units["b111"].code})
            for sort in SORTS:
                name = "ordering" if address.startswith("/api/") else "sort"
                yield _ignored(world, who, address, {name: sort})


def _narrowed(world: Any, who: Who, address: str, name: str, target: str) -> Iterator[Case]:
    unit = world.units[target]
    word = unit.short_name.split("§")[1]
    for sort, foreign, missing in (("key", unit.pk, MISSING_NUMBER), ("code", unit.code, MISSING_CODE),
                                   ("word", word, MISSING_WORD)):  # fmt: skip
        words = f"{address}?{name}=<{sort} of {target}> as {who}"
        yield Case(words, lambda given=(foreign, missing): _alike(world, who, address, name, *given))


def _alike(world: Any, who: Who, address: str, name: str, foreign: object, missing: object) -> str:
    told = ask(who, "GET", f"{address}?{urlencode({name: foreign})}")
    shown = [one for one in world.things.marked_in(told.text) if not may_read(world, who, one)]
    if shown:
        return f"shows {', '.join(map(str, shown))}"
    nothing = _once(world, who, f"{address}?{urlencode({name: missing})}")
    if told.bare(foreign, missing) != nothing.bare(foreign, missing):
        return "a foreign value is not answered as one that is not there"
    return ""


def _ignored(world: Any, who: Who, address: str, asked: dict[str, str]) -> Case:
    words = f"{address}?{urlencode(asked)} as {who}"
    return Case(words, lambda: _as_if_not_asked(world, who, address, asked))


def _as_if_not_asked(world: Any, who: Who, address: str, asked: dict[str, str]) -> str:
    plain, probed = _once(world, who, address), ask(who, "GET", f"{address}?{urlencode(asked)}")
    if probed.status == 400 or (plain.status, _rows(plain)) == (probed.status, _rows(probed)):
        return ""
    return "an unknown name changes what is shown"


def _once(world: Any, who: Who, address: str) -> Answer:
    return world.once((who.name, address), lambda: ask(who, "GET", address))


def _rows(answer: Answer) -> Any:
    """Return the rows of a list in their order: those of the API whole, those of a page by the words that mark them."""
    if answer.headers.get("Content-Type", "").startswith("application/json"):
        return json.loads(answer.body).get("results")
    return [found[0] for found in MARK.finditer(answer.text)]
