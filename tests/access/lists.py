"""What lists must show: exactly the rows that their reader may see, however they are asked for."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from accounts.permissions import Permission as P
from schools.enums import Kind
from tests.access.asking import Answer, ask
from tests.access.matrix import by_operation_once
from tests.access.people import Who
from tests.access.policy import POLICY
from tests.access.rules import Row, Rule, in_every_region, knows, may, owns, reads_programme
from tests.access.things import Thing

IN_A_FILE = ("file=csv", "file=xlsx")
WHOLE = "page_size=200"


@dataclass(frozen=True)
class List:
    """A list page: which things it shows to whom, and in which other spellings; `only` are kinds of units."""

    name: str
    kind: str
    sees: Rule
    query: str = ""
    only: tuple[str, ...] = ()
    has_files: bool = True
    is_cut: bool = False  # shows the first of what is found, and no more

    def expected(self, world: Any, who: Who) -> set[str]:
        """Return the marks of what must be shown, from the world alone."""
        if not who.is_let_in or who.is_key:
            return set()
        return {thing.mark for thing in self.things(world) if self.sees(world, who, thing)}

    def things(self, world: Any) -> list[Thing]:
        """Return everything that could be shown."""
        return [one for one in world.things.of(self.kind) if one.mark and (not self.only or one.unit.kind in self.only)]


SCHOOL = (Kind.SCHOOL,)

PAGES = [
    List("schools:school-list", "unit", may(P.UNIT_VIEW), only=SCHOOL),
    List("documents:register", "document", knows(P.PROGRAMME_VIEW)),
    List("programmes:register", "programme", reads_programme),
    List("indicators:recalculation-list", "recalculation", in_every_region(P.HISTORY_VIEW)),
    List("monitoring:load-list", "load", may(P.RESULT_VIEW)),
    List("monitoring:result-list", "unit", may(P.RESULT_VIEW), only=SCHOOL),
    List("monitoring:procedure-list", "procedure", may(P.RESULT_VIEW), has_files=False),
    List("reports:journal", "event", may(P.AUDIT_VIEW), query="q=Справка"),
    List("reports:search", "unit", may(P.UNIT_VIEW), query="q=Место", only=SCHOOL, has_files=False, is_cut=True),
    List("reports:search", "programme", reads_programme, query="q=Программа", has_files=False, is_cut=True),
    List("reports:search", "document", knows(P.PROGRAMME_VIEW), query="q=Справка", has_files=False, is_cut=True),
    List("reports:school-options", "unit", may(P.REPORT_ORDER), query="school=Место", only=SCHOOL, has_files=False),
    List("jobs:job-list", "job", owns, has_files=False),
]


def api_lists() -> dict[str, list[Row]]:
    """Return the API's lists with the rows of the policy about one of their objects: the list shows what these open."""
    found: dict[str, list[Row]] = {}
    for row in POLICY:
        if row.operation.startswith("GET api:") and row.operation.endswith("-detail") and row.where == "path":
            found.setdefault(row.operation.removesuffix("-detail").removeprefix("GET "), []).append(row)
    return found


def api_expected(world: Any, who: Who, rows: list[Row]) -> set[str]:
    """Return the keys that a list of the API must show."""
    return {
        key_in_api(thing)
        for row in rows
        for thing in world.things.of(row.of)
        if row.expected(world, who, thing)[0] == "allowed"
    }


def key_in_api(thing: Thing) -> str:
    """Return what the API's list says of a thing: its key; the years of a school go by the school's."""
    return str(thing.unit.pk if thing.kind == "school_year" else thing.key[-1])


def api_shown(world: Any, who: Who, name: str) -> tuple[int, set[str]]:
    """Return the status of a list of the API and the keys that it shows."""
    address = by_operation_once(world)[f"GET {name}-list"].address(())
    answer = ask(who, "GET", f"{address}?{WHOLE}")
    rows = json.loads(answer.body).get("results", []) if answer.status == 200 else []
    return answer.status, {str(row["id"] if "id" in row else row["unit"]) for row in rows}


def spellings(one: List) -> Iterator[str]:
    """Return the addresses of a list: as a page, and as the files that it can be taken away in."""
    for way in (WHOLE, *(IN_A_FILE if one.has_files else ())):
        yield "&".join(part for part in (one.query, way) if part)


def shown(world: Any, who: Who, one: List, query: str) -> tuple[Answer, set[str]]:
    """Return the answer of a list page and the marks that it shows, of those that it could."""
    address = by_operation_once(world)[f"GET {one.name}"].address(())
    answer = ask(who, "GET", f"{address}?{query}")
    could = {thing.mark for thing in one.things(world)}
    return answer, {thing.mark for thing in world.things.marked_in(answer.text)} & could
