"""
Permission and scope calls switched off in turn (scripts/mutants.py): the matrix must notice what it passes through.

Runs in the copy only in which the calls have switches.
"""

import importlib.util
import json
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.access import foreign_keys, lists
from tests.access.matrix import Decision, decisions, wrong
from tests.access.policy import POLICY

IS_COPY = importlib.util.find_spec("mutant_probe") is not None
pytestmark = [pytest.mark.django_db, pytest.mark.skipif(not IS_COPY, reason="asked for by make mutants")]
HERE = Path(__file__).resolve().parents[2]
MOST = 400  # questions that are asked before a call is said to have survived


def by_word(world) -> dict[str, dict[str, list[Decision]]]:
    """Return the questions of each row by what must come of them."""
    found = {}
    for row in POLICY:
        words = found.setdefault(row.label, defaultdict(list))
        for one in decisions(world, [row]):
            words[row.expected(world, one.who, one.thing)[0]].append(one)
    return found


def rows_through(world, probe, questions) -> dict[int, list[str]]:
    """Return, for each call, the rows whose questions pass through it."""
    found: dict[int, list[str]] = defaultdict(list)
    for label, words in questions.items():
        probe.passed.clear()
        for word in ("allowed", "denied", "hidden"):
            for one in words[word][:: max(1, len(words[word]) // 4)]:  # of different people
                wrong(world, one)
        for number in probe.passed:
            found[number].append(label)
    return found


def to_be_asked(labels: list[str], questions) -> Iterator[Decision]:
    """First what must be refused, a few of every row in turn; then what must be allowed."""
    for first, last in ((0, 6), (6, 1000)):
        for word in ("hidden", "denied", "allowed"):
            for label in labels:
                yield from questions[label][word][first:last]


def noticed(world, probe, labels: list[str], questions) -> str:
    """Ask until something is answered wrongly; say what."""
    for number, one in enumerate(to_be_asked(labels, questions)):
        if number == MOST:
            break
        if said := wrong(world, one):
            return said
    for case in foreign_keys.cases(world, [row for row in POLICY if row.label in labels]):
        if said := case.ask():
            return f"{case.words}: {said}"
    operations = {label.split()[1] for label in labels}
    return _in_pages(world, operations) or _in_api(world, operations)


def _in_pages(world, operations: set[str]) -> str:
    for one in lists.PAGES:
        if one.name in operations:
            for who in world.people:
                _answer, marks = lists.shown(world, who, one, next(lists.spellings(one)))
                if not marks <= one.expected(world, who):
                    return f"{one.name} as {who} shows more than it should"
    return ""


def _in_api(world, operations: set[str]) -> str:
    for name, rows in lists.api_lists().items():
        if f"{name}-list" in operations:
            for who in world.people:
                if lists.api_shown(world, who, name)[1] != lists.api_expected(world, who, rows):
                    return f"{name}-list as {who} shows what it should not"
    return ""


def test_every_call_is_noticed(world):
    probe = __import__("mutant_probe")
    questions = by_word(world)
    through = rows_through(world, probe, questions)
    this, parts = map(int, os.environ["MUTANTS_PART"].split("/"))
    sites = json.loads((HERE / "mutant_sites.json").read_text(encoding="utf-8"))
    with (HERE / f"mutants-{this}.jsonl").open("w", encoding="utf-8") as told:
        for site in sites:
            if site["number"] % parts != this:
                continue
            labels = through.get(site["number"], [])
            world.shared.pop("missing", None)
            probe.off = site["number"]
            try:
                said = noticed(world, probe, labels, questions) if labels else ""
            finally:
                probe.off = 0
            world.shared.pop("missing", None)
            told.write(json.dumps({**site, "noticed": said[:200], "passed": len(labels)}, ensure_ascii=False) + "\n")
            told.flush()
