"""
Permission and scope calls switched off in turn (scripts/mutants.py): the matrix must notice what it passes through.

Runs in the copy only in which the calls have switches. What noticed a call in the last sweep is asked first; what must
be looked for is looked for among the questions that pass through the call.
"""

import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from time import monotonic, sleep

import pytest

from tests.access import doors, foreign_keys, lists, mixed, narrow, offers, readers
from tests.access.cases import Case
from tests.access.doors import DOORS, Door
from tests.access.matrix import Decision, decisions, put, wrong
from tests.access.policy import POLICY
from tests.access.readers import READERS, Reader
from tests.roles import IS_COPY_OF_MUTANTS

pytestmark = [pytest.mark.django_db, pytest.mark.skipif(not IS_COPY_OF_MUTANTS, reason="asked for by make mutants")]
HERE = Path(__file__).resolve().parents[2]
MOST = 400  # questions that are asked before a call is said to have survived
LONGEST = 1800  # seconds that one lane waits for another
WORDS = ("hidden", "denied", "allowed")  # what must be refused is asked first
QUICK, QUESTIONS, SLOW = "doors", "questions", ("readers", "foreign keys", "mixed", "narrow", "offers", "lists")
Questions = dict[str, dict[str, list[Decision]]]


@dataclass(frozen=True)
class Check:
    """A case of a slice of the matrix, and which row, service or list of it the case is of: what a sweep remembers."""

    slice: str
    of: str
    words: str
    ask: Callable[[], str]

    @property
    def named(self) -> dict[str, str]:
        """Return it without the asking."""
        return {"slice": self.slice, "of": self.of, "words": self.words}


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
    return _put_together(from_all_lanes("through", seen, this, lanes), questions)


def from_all_lanes(name: str, found: list, this: int, lanes: int) -> list:
    """Tell the other lanes what this one has found, and return what all have."""
    whole = HERE / f"{name}-{this}.json"
    whole.with_suffix(".part").write_text(json.dumps(found), encoding="utf-8")
    whole.with_suffix(".part").rename(whole)
    until = monotonic() + LONGEST
    while len(told := sorted(HERE.glob(f"{name}-*.json"))) < lanes:
        assert monotonic() < until, "another lane has not come so far"
        sleep(1)
    return [line for path in told for line in json.loads(path.read_text(encoding="utf-8"))]


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


def of_slice(world, name: str, of: str) -> Iterator[Check]:
    """Return everything that a slice asks of one of its rows."""
    rows = [row for row in POLICY if row.label == of]
    cases = {
        QUICK: lambda: doors.cases(world, [one for one in DOORS if one.name == of]),
        QUESTIONS: lambda: (Case(str(one), partial(wrong, world, one)) for one in decisions(world, rows)),
        "readers": lambda: readers.cases(world, [one for one in READERS if one.name == of]),
        "foreign keys": lambda: foreign_keys.cases(world, rows),
        "mixed": lambda: mixed.cases(world, rows),
        "narrow": lambda: narrow.cases(world, rows),
        "offers": lambda: offers.cases(world, [of]),
        "lists": lambda: [Case(of, lambda: _in_pages(world, of) or _in_api(world, of))],
    }[name]()
    return (Check(name, of, case.words, case.ask) for case in cases)


def checks(world, through: Through, questions: Questions) -> Iterator[Check]:
    """Return everything that is asked of what passes through a call, the quickest first."""
    services = (one for door in through.doors for one in of_slice(world, QUICK, door.name))
    yield from islice(services, MOST)
    for one in islice(through.in_order(questions), MOST):
        yield Check(QUESTIONS, one.row.label, str(one), partial(wrong, world, one))
    names = {"readers": [one.name for one in through.readers], "lists": sorted(_operations(through.labels))}
    for name in SLOW:
        for of in names.get(name, through.labels):
            yield from of_slice(world, name, of)


def _operations(labels: list[str]) -> set[str]:
    return {label.split()[1] for label in labels}


def notices(world, probe, site: dict, check: Check) -> str:
    """Say what a check answers wrongly with the call switched off, if it is answered rightly with it on."""
    try:
        probe.off = {site["number"]}
        said = check.ask()
        probe.off = set()
        if said:
            world.answers.clear()
            said = "" if check.ask() else said
            world.answers.clear()
    finally:
        probe.off = set()
    return said if said.startswith(check.words) or not said else f"{check.words}: {said}"


def noticed(world, probe, site: dict, found: Iterator[Check]) -> dict:
    """Ask until something notices that the call is switched off; return what, as the report of the sweep has it."""
    world.answers.clear()
    try:
        for check in found:
            if said := notices(world, probe, site, check):
                return {"noticed": said[:300], "by": check.named}
    finally:
        world.answers.clear()
    return {"noticed": "", "by": None}


def remembered(world, site: dict) -> Iterator[Check]:
    """Return the check that noticed the call in the last sweep, if the matrix still has it."""
    last = site["last"] or {"slice": ""}
    if last["slice"] in (QUICK, QUESTIONS, *SLOW) and not site["behind"]:
        found = of_slice(world, last["slice"], last["of"])
        yield from (one for one in found if one.words == last["words"])


def _in_pages(world, operation: str) -> str:
    for one in lists.PAGES:
        if one.name == operation:
            for who in world.people:
                _answer, marks = lists.shown(world, who, one, next(lists.spellings(one)))
                if not marks <= one.expected(world, who):
                    return f"{one.name} as {who} shows more than it should"
    return ""


def _in_api(world, operation: str) -> str:
    for name, rows in lists.api_lists().items():
        if f"{name}-list" == operation:
            for who in world.people:
                if lists.api_shown(world, who, name)[1] != lists.api_expected(world, who, rows):
                    return f"{name}-list as {who} shows what it should not"
    return ""


def noticed_behind(world, probe, site: dict, through: dict[int, Through], questions: Questions) -> str:
    """Ask without the guard that stands before a call, with the call and without it, until there is a difference."""
    before = set(site["behind"])
    try:
        for number in before & set(through):
            for one in islice(through[number].in_order(questions), MOST):
                told = []
                for probe.off in (before, before | {site["number"]}, before):
                    answer = put(world, one.row, one.who, one.thing)
                    told.append((answer.status, answer.changes, answer.bare()))
                if told[0] != told[1] and told[0] == told[2]:
                    return f"once {sorted(before)} is off: {one}: {told[0][0]} becomes {told[1][0]}"
    finally:
        probe.off = set()
    return ""


def test_every_call_is_noticed(world):
    probe = __import__("mutant_probe")
    this, lanes = map(int, os.environ["MUTANTS_LANE"].split("/"))
    due = json.loads((HERE / "mutants_due.json").read_text(encoding="utf-8"))
    left = []
    with (HERE / f"mutants-{this}.jsonl").open("w", encoding="utf-8") as told:

        def tell(site: dict, **found: object) -> None:
            told.write(json.dumps({**site, **found}, ensure_ascii=False) + "\n")
            told.flush()

        for site in due[this::lanes]:
            found = noticed(world, probe, site, remembered(world, site))
            if found["noticed"] or (site["last"] or {}).get("slice") == "apps":  # these are tried by the apps' tests
                tell(site, **found, passed=1)
            else:
                left.append(site)
        if not (left := from_all_lanes("left", left, this, lanes)):
            return
        questions = by_word(world)
        through = passed_through(world, probe, questions, this, lanes)
        for site in left[this::lanes]:
            asked = through.get(site["number"], Through())
            found = noticed(world, probe, site, checks(world, asked, questions))
            if site["behind"]:
                said = "" if found["noticed"] else noticed_behind(world, probe, site, through, questions)
                found = {"noticed": said[:300], "by": None}
            tell(site, **found, passed=len(asked.labels) + len(asked.doors) + len(asked.readers))
