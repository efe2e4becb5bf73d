"""
Calls switched off under the tests of the apps (scripts/mutants.py): for what no page and no API reaches.

A plugin of pytest for the copy in which the calls have switches (`-p tests.access.one_call_off`). Each test runs as it
is, and once more with each call switched off that it has passed through, until every call was noticed. Noticed is a
test that fails with the call off, and passes again with it on. Tests that count queries do not count: fewer questions
are no reason to refuse anything.
"""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

HERE = Path(__file__).resolve().parents[2]
COUNTING = {"django_assert_num_queries", "django_assert_max_num_queries"}


class Beside:
    """What comes next to a test in its file: after it only what is the test's own is taken down."""

    def __init__(self, item: pytest.Item) -> None:
        self.parent = item.parent

    def listchain(self) -> list[Any]:
        """Return the way to it, from the session down."""
        return [*self.parent.listchain(), self]


class Lane:
    """The tests of one lane, and the calls that nothing has noticed yet."""

    def __init__(self, this: int, lanes: int) -> None:
        self.this, self.lanes = this, lanes
        self.quiet = json.loads((HERE / "mutants_quiet.json").read_text(encoding="utf-8"))
        self.told = HERE / f"noticed-{this}.jsonl"
        self.probe = __import__("mutant_probe")

    def wanted(self) -> set[int]:
        """Return the calls that no lane has noticed yet."""
        lines = [line for path in HERE.glob("noticed-*.jsonl") for line in path.read_text("utf-8").splitlines()]
        return {one["number"] for one in self.quiet} - {json.loads(line)["number"] for line in lines}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Put the files first that speak of the functions in which the calls stand; each lane has its own files."""
        files = list(dict.fromkeys(item.path for item in items))
        ranks = {path: self._rank(path) for path in files}
        files.sort(key=lambda path: -ranks[path])
        own = set(files[self.this :: self.lanes])
        items[:] = sorted((item for item in items if item.path in own), key=lambda item: files.index(item.path))

    def _rank(self, path: Path) -> float:
        text = path.read_text(encoding="utf-8")
        words, app = set(re.findall(r"\w+", text)), path.relative_to(HERE / "tests").parts[0]
        rank = 0.0
        for one in self.quiet:
            module = Path(one["where"].partition(":")[0]).with_suffix("")
            spoken = (one["function"] in words) + (".".join(module.parts) in text) + 0.25 * (module.name in words)
            rank += spoken + 0.5 * bool(spoken and module.parts[0] == app)
        return rank

    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool:
        """Run a test as it is, and with each call switched off that it passes through."""
        wanted = self.wanted()
        if not wanted:
            return True
        self.probe.passed.clear()
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        reports = runtestprotocol(item, nextitem=Beside(item))
        if all(one.passed for one in reports) and not COUNTING & set(getattr(item, "fixturenames", ())):
            for number in sorted(wanted & self.probe.passed):
                self._try(item, number)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        item.session._setupstate.teardown_exact(nextitem)
        return True

    def _try(self, item: pytest.Item, number: int) -> None:
        self.probe.off = {number}
        try:
            failed = next(self._failed(item), "")
        finally:
            self.probe.off = set()
        if failed and not next(self._failed(item), ""):
            with self.told.open("a", encoding="utf-8") as told:
                said = {"number": number, "test": item.nodeid, "noticed": f"{item.nodeid}: {failed}"[:300]}
                told.write(json.dumps(said) + "\n")

    def _failed(self, item: pytest.Item) -> Iterator[str]:
        """Run a test past every report; say how it failed."""
        for one in runtestprotocol(item, log=False, nextitem=Beside(item)):
            if one.failed:
                yield f"{one.when}: {str(one.longrepr).strip().splitlines()[-1]}"


def pytest_configure(config: pytest.Config) -> None:
    """Take the lane that the script names."""
    this, lanes = map(int, os.environ["MUTANTS_LANE"].split("/"))
    config.pluginmanager.register(Lane(this, lanes), "calls switched off")
