"""
Permission and scope calls switched off in turn (scripts/mutants.py): the matrix must notice what it passes through.

Runs in the copy only in which the calls have switches.
"""

import hashlib
import importlib.util
import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice
from pathlib import Path
from time import monotonic, sleep

import pytest

from tests.access import doors, foreign_keys, lists, mixed, narrow, offers, readers
from tests.access.doors import DOORS, Door
from tests.access.matrix import Decision, decisions, put, wrong
from tests.access.policy import POLICY
from tests.access.readers import READERS, Reader

IS_COPY = importlib.util.find_spec("mutant_probe") is not None
pytestmark = [pytest.mark.django_db, pytest.mark.skipif(not IS_COPY, reason="asked for by make mutants")]
HERE = Path(__file__).resolve().parents[2]
MOST = 400  # questions that are asked before a call is said to have survived
LONGEST = 1800  # seconds that one lane waits for another
WORDS = ("hidden", "denied", "allowed")  # what must be refused is asked first
Questions = dict[str, dict[str, list[Decision]]]


@dataclass
class Through:
    """The services and the rows of the policy that pass through a call, and some of the rows' questions."""

    doors: list[Door] = field(default_factory=list)
    readers: list[Reader] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    questions: dict[str, list[Decision]] = field(default_factory=lambda: defaultdict(list))

    def in_order(self, every: Questions) -> Iterator[Decision]:
        """First what is known to pass through and must be refused; then a few of every row in turn, then the others."""
        for word in WORDS:
            yield from self.questions[word]
        for first, last in ((0, 10), (10, 1000)):
            for word in WORDS:
                for label in self.labels:
                    yield from every[label][word][first:last]


def by_word(world) -> Questions:
    """Return the questions of each row by what must come of them, people and things mixed."""
    found = {}
    for row in POLICY:
        words = found.setdefault(row.label, defaultdict(list))
        for one in decisions(world, [row]):
            words[row.expected(world, one.who, one.thing)[0]].append(one)
        for questions in words.values():
            questions.sort(key=_any_order)
    return found


def _any_order(one: Decision) -> str:
    """Always the same, and different people first for every row."""
    return hashlib.sha256(str(one).encode()).hexdigest()


def some_of(questions: list[Decision]) -> list[int]:
    """Return the places of two questions about things of every relation, of different people."""
    by_relation: dict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(questions):
        by_relation[one.relation].append(place)
    return sorted({place for alike in by_relation.values() for place in (alike[0], alike[-1])})


def passed_through(world, probe, questions: Questions, this: int, lanes: int) -> dict[int, Through]:
    """
    Return what passes through each call: each lane tries some questions of its rows, and reads what the others found.

    A question is named by its row, what must come of it, and its place among these.
    """
    seen: list[tuple[str, str, int, list[int]]] = []
    for label in sorted(questions)[this::lanes]:
        for word in WORDS:
            for place in some_of(questions[label][word]):
                seen.append((label, word, place, _numbers(probe, partial(wrong, world, questions[label][word][place]))))
    for kind, some, slice_of, step in (("door", DOORS, doors, 6), ("reader", READERS, readers, 12)):
        for one in some[this::lanes]:
            for case in islice(slice_of.cases(world, [one]), 0, None, step):
                seen.append((kind, one.name, 0, _numbers(probe, case.ask)))
    whole = HERE / f"through-{this}.json"
    whole.with_suffix(".part").write_text(json.dumps(seen), encoding="utf-8")
    whole.with_suffix(".part").rename(whole)
    until = monotonic() + LONGEST
    while len(found := sorted(HERE.glob("through-*.json"))) < lanes:
        assert monotonic() < until, "another lane has not come so far"
        sleep(1)
    return _put_together([line for path in found for line in json.loads(path.read_text(encoding="utf-8"))], questions)


def _numbers(probe, ask: Callable[[], str]) -> list[int]:
    probe.passed.clear()
    ask()
    return sorted(probe.passed)


def _put_together(seen: list[tuple[str, str, int, list[int]]], questions: Questions) -> dict[int, Through]:
    by_name = {"door": {one.name: one for one in DOORS}, "reader": {one.name: one for one in READERS}}
    found: dict[int, Through] = defaultdict(Through)
    for label, word, place, numbers in seen:
        for number in numbers:
            through = found[number]
            if label in by_name:
                some = through.doors if label == "door" else through.readers
                if by_name[label][word] not in some:
                    some.append(by_name[label][word])
                continue
            through.questions[word].append(questions[label][word][place])
            if label not in through.labels:
                through.labels.append(label)
    return found


def checks(world, through: Through, questions: Questions) -> Iterator[tuple[str, Callable[[], str]]]:
    """Return everything that is asked of what passes through a call, the quickest first, in words and as the asking."""
    for case in islice(doors.cases(world, through.doors), MOST):
        yield case.words, case.ask
    for one in islice(through.in_order(questions), MOST):
        yield "", partial(wrong, world, one)
    rows = [row for row in POLICY if row.label in through.labels]
    other = (readers.cases(world, through.readers), foreign_keys.cases(world, rows), mixed.cases(world, rows))
    for case in chain(*other, narrow.cases(world, rows), offers.cases(world, through.labels)):
        yield case.words, case.ask
    operations = {label.split()[1] for label in through.labels}
    yield "", lambda: _in_pages(world, operations) or _in_api(world, operations)


def noticed(world, probe, site: dict, through: Through, questions: Questions) -> str:
    """Ask until something is answered wrongly that is answered rightly with the call switched on; say what."""
    for words, ask in checks(world, through, questions):
        probe.off = {site["number"]}
        if said := ask():
            probe.off = set()
            world.answers.clear()
            was_wrong = ask()
            world.answers.clear()
            if not was_wrong:
                return ": ".join(filter(None, (words, said)))
    return ""


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


def noticed_behind(world, probe, site: dict, through: dict[int, Through], questions: Questions) -> str:
    """Ask without the guard that stands before a call, with the call and without it, until there is a difference."""
    before = set(site["behind"])
    for number in before & set(through):
        for one in islice(through[number].in_order(questions), MOST):
            told = []
            for probe.off in (before, before | {site["number"]}, before):
                answer = put(world, one.row, one.who, one.thing)
                told.append((answer.status, answer.changes, answer.bare()))
            if told[0] != told[1] and told[0] == told[2]:
                return f"once {sorted(before)} is off: {one}: {told[0][0]} becomes {told[1][0]}"
    return ""


def test_every_call_is_noticed(world):
    probe = __import__("mutant_probe")
    questions = by_word(world)
    this, lanes = map(int, os.environ["MUTANTS_LANE"].split("/"))
    through = passed_through(world, probe, questions, this, lanes)
    due = json.loads((HERE / "mutants_due.json").read_text(encoding="utf-8"))
    with (HERE / f"mutants-{this}.jsonl").open("w", encoding="utf-8") as told:
        for site in due[this::lanes]:
            asked = through.get(site["number"])
            world.answers.clear()
            try:
                said = noticed(world, probe, site, asked, questions) if asked else ""
                if site["behind"]:
                    world.answers.clear()
                    said = "" if said else noticed_behind(world, probe, site, through, questions)
            finally:
                probe.off = set()
                world.answers.clear()
            passed = len(asked.labels) + len(asked.doors) + len(asked.readers) if asked else 0
            told.write(json.dumps({**site, "noticed": said[:300], "passed": passed}, ensure_ascii=False) + "\n")
            told.flush()
