"""
Neutralise each permission and scope call of the program in turn, and see that the access matrix notices.

`make mutants`, or `make mutants PART=0/4`, or `scripts/mutants.py --only "monitoring/services,schools/access.py can"`:
what those that are tried begin with, file and function. In a temporary copy each such call is written so that it can be
switched off while the program runs: `require(…)` asks nothing, `visible_to(…)` keeps everything, `can(…)` is true. The
questions of the matrix that pass through a call are asked with the call off, until one is answered wrongly. What the
matrix does not notice (calls of commands and jobs, and those behind a form that asks the same) is tried by the tests of
the apps: each that passes through such a call is run once more without it.

What noticed each call is written down beside the matrix, and asked first the next time: a sweep that finds all of it
again takes minutes, and what it does not find again is looked for anew. A call that nothing notices is a survivor.
Whatever else pytest ends with than "all passed" or "some failed" says nothing of a call and stops the run; what it
wrote is kept under `.local/mutants/`.
"""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from textwrap import dedent
from time import monotonic

PROJECT = Path(__file__).resolve().parents[1]
CONTRACTS = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
# As the contract of layers has them; the demonstration and plain helpers ask for no permissions.
FLOORS = [floor for floor in CONTRACTS[0]["layers"] if floor not in {"demo", "common"}]
LOGS = PROJECT / ".local" / "mutants"
LAST = Path("tests/access/noticed.json")  # by call what noticed it in its last sweep
LANES = 2
MATRIX = ("tests/access/test_mutants.py",)
NOT_OF_APPS = ("access", "e2e", "platform", "demo", "samples", "spec", "common")
APPS = (
    "-p", "tests.access.one_call_off", "tests", "-m", "not slow and not e2e and not kill",
    *(f"--ignore=tests/{name}" for name in NOT_OF_APPS),
)  # fmt: skip
PASSED, FAILED = 0, 1  # of what pytest ends with; from 2 on it could not say
SOME_FAILED = re.compile(r"^\d+ (failed|errors?)\b.* in [\d.]+s", re.MULTILINE)
# Hiding what is refused anyway is courtesy only.
COURTESY = re.compile(r"/templatetags/|/migrations/|^config/context\.py")
OFF = "__import__('mutant_probe').is_off({number})"
# What a call becomes when it is switched off, by its name.
ASKED = {
    "require": "None",
    "require_reach": "None",
    "require_whole_reach": "None",
    "can": "True",
    "covers_everything": "True",
    "manages_all": "True",
    "holds_everywhere": "True",
    "held": "__import__('mutant_probe').everything()",
    "held_somewhere": "__import__('mutant_probe').everything()",
    "granting": "__import__('mutant_probe').every_appointment()",
}
# Calls whose loss alone changes nothing, for another one before them refuses the same: call → the one before it. A call
# stands here with its guard only where both are wanted; it is proven with the guard switched off that the call then
# refuses, and a call that is noticed alone has no business here.
HISTORY = "reports/selectors/trail/objects.py"
SEEN_UNIT = "reports/selectors/places.py visible_units: Unit.objects.visible_to(user, Permission.UNIT_VIEW)"
ENTERED_AT = "indicators/selectors/places.py places_of: Unit.objects.visible_to(user, permission, direction=direction)"
BEHIND = {
    # Who reads histories at a place sees what stands there.
    f"{HISTORY} : {name}.objects.visible_to(user, Permission.{permission}_VIEW)":
        f"{HISTORY} holds_history: held(user, at=unit)"
    for name, permission in (("Unit", "UNIT"), ("Document", "PROGRAMME"))
} | {
    # What stands below a place that somebody sees is seen as well.
    "reports/selectors/unit_page.py schools: schools.visible_to(self.user, Permission.UNIT_VIEW)": SEEN_UNIT,
    "indicators/selectors/entry.py entry_progress: "
    "Unit.objects.visible_to(user, Permission.OBSERVATION_ENTER, direction=ANY_DIRECTION)": ENTERED_AT,
}  # fmt: skip
KEPT = {"visible_to", "known_to", "readable_by", "told_to"}  # words of querysets, which then keep everything
OWN_IN = re.compile(r"/(selectors|views|api)")
OWN = {"ordered_by", "ordered_with", "uploaded_by", "uploaded_with"}  # a filter by these keeps one's own
PROBE = '''
    """Which calls are switched off, and which calls a question has passed through."""

    off = set()
    passed = set()


    def is_off(number):
        passed.add(number)
        return number in off


    def everything():
        from accounts.permissions import Permission

        return frozenset(Permission)


    def every_appointment():
        from schools.models import Appointment

        return Appointment.objects.filter(user__isnull=False)
'''


@dataclass(frozen=True)
class Site:
    """One call: where it stands, in which function, and what it says."""

    number: int
    where: str
    text: str
    function: str = ""
    behind: tuple[int, ...] = ()
    key: str = ""
    last: dict[str, str] | None = None

    @property
    def said(self) -> str:
        """What the table below calls it by."""
        return f"{self.where.partition(':')[0]} {self.function}: {self.text}"


class Switches(ast.NodeTransformer):
    """Writes every call so that it can be switched off; numbers go on over all files."""

    def __init__(self, where: str, first: int) -> None:
        self.where, self.number, self.sites, self.functions = where, first, [], [""]

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.functions.append(node.name)
        self.generic_visit(node)
        self.functions.pop()
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        off = self._switched_off(node)
        if off is None:
            return node
        self.number += 1
        text, where = ast.unparse(node)[:160], f"{self.where}:{node.lineno}"
        self.sites.append(Site(self.number, where, text, self.functions[-1]))
        test = ast.parse(OFF.format(number=self.number), mode="eval").body
        return ast.copy_location(ast.IfExp(test=test, body=off, orelse=node), node)

    def _switched_off(self, node: ast.Call) -> ast.expr | None:
        if isinstance(node.func, ast.Name) and node.func.id in ASKED:
            return ast.parse(ASKED[node.func.id], mode="eval").body
        if not isinstance(node.func, ast.Attribute):
            return None
        if node.func.attr == "covers_everything":
            return ast.Constant(True)
        is_own = (
            OWN_IN.search(self.where)
            and node.func.attr == "filter"
            and OWN & {keyword.arg for keyword in node.keywords}
        )
        if node.func.attr in KEPT or is_own:
            return ast.Call(ast.Attribute(node.func.value, "all", ast.Load()), [], [])
        return None


def sources(folder: Path) -> Iterator[Path]:
    """Return the modules in which permissions are asked for."""
    for floor in FLOORS:
        yield from sorted(path for path in (folder / floor).rglob("*.py"))


def instrument(folder: Path) -> list[Site]:
    """Write the switches into a copy of the program; return the calls."""
    sites: list[Site] = []
    for path in sources(folder):
        where = str(path.relative_to(folder))
        if COURTESY.search(where):
            continue
        switches = Switches(where, len(sites))
        tree = switches.visit(ast.parse(path.read_text(encoding="utf-8")))
        if switches.sites:
            path.write_text(ast.unparse(ast.fix_missing_locations(tree)), encoding="utf-8")
            sites += switches.sites
    (folder / "mutant_probe.py").write_text(dedent(PROBE), encoding="utf-8")
    return sites


def with_guards(sites: list[Site]) -> list[Site]:
    """
    Return the calls, each with those that the table puts before it.

    :raises NoSuchCall: if the table speaks of a call that is not there (any more)
    """
    numbers: dict[str, list[int]] = {}
    for site in sites:
        numbers.setdefault(site.said, []).append(site.number)
    if unknown := ({*BEHIND, *BEHIND.values()} - set(numbers)):
        raise NoSuchCall(
            "\n".join(["The table of guards names calls that are not there (any more):", *sorted(unknown)])
        )
    return [replace(site, behind=tuple(numbers.get(BEHIND.get(site.said, ""), ()))) for site in sites]


def with_last(sites: list[Site]) -> list[Site]:
    """Return the calls, each with what noticed it last; of calls that read alike the first, the second …"""
    noticed = json.loads((PROJECT / LAST).read_text(encoding="utf-8")) if (PROJECT / LAST).is_file() else {}
    seen: Counter[str] = Counter()
    found = []
    for site in sites:
        seen[site.said] += 1
        key = site.said if seen[site.said] == 1 else f"{site.said} ({seen[site.said]})"
        found.append(replace(site, key=key, last=noticed.get(key)))
    return found


def write_down(sites: list[Site], found: list[dict]) -> None:
    """Write down what noticed each call this time; of those that were not tried, what noticed them the last time."""
    noticed = {site.key: site.last for site in sites}
    noticed |= {one["key"]: one["by"] for one in found if one["by"] or not is_of_apps(one["last"])}
    kept = {key: by for key, by in sorted(noticed.items()) if by}
    (PROJECT / LAST).write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def is_of_apps(last: dict[str, str] | None) -> bool:
    """Whether it was a test of the apps that noticed a call last."""
    return last is not None and last["slice"] == "apps"


def copied(folder: Path) -> None:
    """Copy what is tracked, and what soon will be, into a repository: some tests ask which files belong to it."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout  # noqa: S603
    for name in filter(None, listed.split("\0")):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (PROJECT / name).is_file() and not (PROJECT / name).is_symlink():
            shutil.copy2(PROJECT / name, target)
    for command in (["git", "init", "--quiet"], ["git", "add", "--all"]):
        subprocess.run(command, cwd=folder, check=True)  # noqa: S603


class NoSuchCall(Exception):
    """The table of guards is behind the program; the message says where."""


class NothingSaid(Exception):
    """The tests could not be run, so that they say nothing of a call; the message names their log."""


def log_of(lane: str) -> Path:
    """Return where the tests of a lane write."""
    return LOGS / f"{lane}.txt"


def has_failed(folder: Path, lane: str, tests: tuple[str, ...], **told: str) -> bool:
    """
    Run tests in the copy and say whether one failed; `told` is what they find in the environment.

    Each lane has its own data, so that two of them can run at once.

    :raises NothingSaid: if pytest ended otherwise than with all passed or some failed
    """
    environment = os.environ | {"DATA_DIR": str(folder / ".local" / lane.partition("-")[0])} | told
    command = [sys.executable, "-m", "pytest", "-q", "--tb=line", "-p", "no:randomly", "--timeout=3600", *tests]
    for needed in (folder / ".local", LOGS):
        needed.mkdir(parents=True, exist_ok=True)
    with log_of(lane).open("w") as log:
        ended = subprocess.run(command, cwd=folder, env=environment, stdout=log, stderr=log).returncode  # noqa: S603
    # A pytest that breaks before it begins ends with 1 too.
    has_failures = ended == FAILED and SOME_FAILED.search(log_of(lane).read_text()[-500:])
    if ended != PASSED and not has_failures:
        raise NothingSaid(f"pytest ended with {ended}: {log_of(lane)}")
    return ended != PASSED


def in_lanes(folder: Path, name: str, tests: tuple[str, ...]) -> list[str]:
    """
    Run tests in every lane at once; return the lanes in which one failed.

    :raises NothingSaid: if one of them could not be run
    """

    def run(this: int) -> bool:
        return has_failed(folder, f"{this}-{name}", tests, MUTANTS_LANE=f"{this}/{LANES}")

    with ThreadPoolExecutor(LANES) as lanes:
        return [f"{this}-{name}" for this, failed in enumerate(lanes.map(run, range(LANES))) if failed]


def lines_of(folder: Path, names: str) -> list[dict]:
    """Return what the lanes told, a line each."""
    paths = sorted(folder.glob(names))
    return [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines()]


def tried(folder: Path, due: list[Site]) -> list[dict]:
    """
    Try calls; each comes back with what noticed it, or nothing.

    :raises NothingSaid: if tests could not be run, or the matrix broke
    """
    (folder / "mutants_due.json").write_text(json.dumps([asdict(site) for site in due]), encoding="utf-8")
    if broken := in_lanes(folder, "matrix", MATRIX):
        raise NothingSaid(f"the matrix broke: {', '.join(str(log_of(lane)) for lane in broken)}")
    found = lines_of(folder, "mutants-*.jsonl")
    quiet = [one for one in found if not one["noticed"] and not one["behind"]]
    if quiet and "--matrix-only" not in sys.argv:
        _tried_by_apps(folder, quiet)
    return found


def _tried_by_apps(folder: Path, quiet: list[dict]) -> None:
    """Let the tests of the apps try what the matrix does not notice: first those that noticed it last."""
    (folder / "mutants_quiet.json").write_text(json.dumps(quiet), encoding="utf-8")
    known = {one["last"]["of"] for one in quiet if is_of_apps(one["last"])}
    there = sorted(name for name in known if (folder / name.partition("::")[0]).is_file())
    if there:
        with suppress(NothingSaid):  # a test that is no more: it is looked for below
            has_failed(folder, "0-remembered", (*APPS[:2], *there), MUTANTS_LANE="0/1")
    if len(lines_of(folder, "noticed-*.jsonl")) < len(quiet):
        for lane in in_lanes(folder, "apps", APPS):
            print(f"some tests fail as they are and say nothing: {log_of(lane)}")  # noqa: T201 - a command speaks
    by_apps = {one["number"]: one for one in lines_of(folder, "noticed-*.jsonl")}
    for one in quiet:
        if told := by_apps.get(one["number"]):
            one |= {"noticed": told["noticed"], "by": {"slice": "apps", "of": told["test"], "words": ""}}
        else:
            one["last"] = None  # the next time it is looked for everywhere


def is_due(site: Site, part: str, only: str) -> bool:
    """Say whether a call belongs to a part such as `1/4`, and to a file and function that are asked for."""
    this, parts = map(int, part.split("/"))
    return site.number % parts == this and site.said.startswith(tuple(only.split(",")))


def words_after(name: str, usual: str) -> str:
    """Return what follows a name in the command."""
    return sys.argv[sys.argv.index(name) + 1] if name in sys.argv else usual


def main() -> int:
    """Try every call, or some of them; print what survived."""
    only = words_after("--only", "")
    part = next((word for word in sys.argv[1:] if re.fullmatch(r"\d+/\d+", word)), "0/1")
    began = monotonic()
    with tempfile.TemporaryDirectory(prefix="mutants-") as made:
        folder = Path(made)
        copied(folder)
        try:
            sites = with_last(with_guards(instrument(folder)))
        except NoSuchCall as unknown:
            print(unknown)  # noqa: T201 - a command speaks
            return 1
        due = [site for site in sites if is_due(site, part, only)]
        print(f"{len(sites)} calls, {len(due)} of them to be tried", flush=True)  # noqa: T201
        try:
            found = tried(folder, due)
        except NothingSaid as stopped:
            print(stopped)  # noqa: T201
            return 1
    write_down(sites, found)
    for one in found:
        print(f"{one['where']:60} {one['noticed'][:100] or 'SURVIVED'}")  # noqa: T201
    survivors = [one for one in found if not one["noticed"]]
    took = f"{(monotonic() - began) / 60:.1f} minutes"
    print(f"{len(found)} tried, {len(found) - len(survivors)} noticed, {len(survivors)} survived; {took}")  # noqa: T201
    for one in survivors:
        print(f"    {one['where']}  {one['text']}  passed by {one['passed']} rows of the matrix")  # noqa: T201
    untried = {site.number for site in due} - {one["number"] for one in found}
    if untried or len(found) != len(due):
        print(f"{len(due)} were due, {len(found)} tried; not tried: {sorted(untried)}")  # noqa: T201
        return 1
    return bool(survivors) or not found


if __name__ == "__main__":
    sys.exit(main())
