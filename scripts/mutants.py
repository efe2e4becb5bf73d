"""
Neutralise each permission and scope call of the program in turn, and see that the access matrix notices.

`make mutants`, or `make mutants PART=0/4`. In a temporary copy each such call is written so that it can be switched
off while the program runs: `require(…)` asks nothing, `visible_to(…)` keeps everything, `can(…)` is true. The questions
of the matrix that pass through a call are asked with the call switched off, until one is answered wrongly. Calls that
no page and no API reaches (of commands and jobs) are tried by the tests of their app. A call that nothing notices is
a survivor. Whatever else pytest ends with than "all passed" or "some failed" says nothing of a call and stops the run;
what it wrote is kept under `.local/mutants/`.
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
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from textwrap import dedent
from threading import Event

PROJECT = Path(__file__).resolve().parents[1]
CONTRACTS = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
# As the contract of layers has them; the demonstration and plain helpers ask for no permissions.
FLOORS = [floor for floor in CONTRACTS[0]["layers"] if floor not in {"demo", "common"}]
LOGS = PROJECT / ".local" / "mutants"
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
    "held": "__import__('mutant_probe').everything()",
    "held_somewhere": "__import__('mutant_probe').everything()",
    "granting": "__import__('mutant_probe').every_appointment()",
}
KEPT = {"visible_to", "known_to", "readable_by"}  # words of querysets, which then keep everything
OWN_IN = re.compile(r"/(selectors|views|api)")
OWN = {"ordered_by", "ordered_with", "uploaded_by", "uploaded_with"}  # a filter by these keeps one's own
PROBE = '''
    """Which call is switched off, and which calls a question has passed through."""

    import os

    off = int(os.environ.get("MUTANT", "0"))
    passed = set()


    def is_off(number):
        passed.add(number)
        return number == off


    def everything():
        from accounts.permissions import Permission

        return frozenset(Permission)


    def every_appointment():
        from schools.models import Appointment

        return Appointment.objects.filter(user__isnull=False)
'''


@dataclass(frozen=True)
class Site:
    """One call: where it stands and what it says."""

    number: int
    where: str
    text: str


class Switches(ast.NodeTransformer):
    """Writes every call so that it can be switched off; numbers go on over all files."""

    def __init__(self, where: str, first: int) -> None:
        self.where, self.number, self.sites = where, first, []

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        off = self._switched_off(node)
        if off is None:
            return node
        self.number += 1
        self.sites.append(Site(self.number, f"{self.where}:{node.lineno}", ast.unparse(node)[:160]))
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
    (folder / "mutant_sites.json").write_text(json.dumps([asdict(site) for site in sites]), encoding="utf-8")
    return sites


def copied(folder: Path) -> None:
    """Copy what is tracked, and what soon will be."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout  # noqa: S603
    for name in filter(None, listed.split("\0")):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (PROJECT / name).is_file() and not (PROJECT / name).is_symlink():
            shutil.copy2(PROJECT / name, target)


class NothingSaid(Exception):
    """The tests could not be run, so that they say nothing of the call; the message names their log."""


def log_of(part: str, number: int = 0) -> Path:
    """Return where the tests of a part, or of one call, write."""
    return LOGS / f"{part.replace('/', '-of-')}-{number}.txt"


def has_failed(folder: Path, part: str, number: int, tests: tuple[str, ...]) -> bool:
    """
    Run tests in the copy and say whether one failed; the part of the calls or the one call that is off is told them.

    Each part has its own data, so that two of them can run at once.

    :raises NothingSaid: if pytest ended otherwise than with all passed or some failed
    """
    environment = os.environ | {
        "DATA_DIR": str(folder / ".local" / part.replace("/", "-of-")),
        "MUTANTS_PART": part,
        "MUTANT": str(number),
    }
    command = [sys.executable, "-m", "pytest", "-q", "-x", "--tb=line", "-p", "no:randomly", "--timeout=1800", *tests]
    for needed in (folder / ".local", LOGS):
        needed.mkdir(parents=True, exist_ok=True)
    with log_of(part, number).open("w") as log:
        ended = subprocess.run(command, cwd=folder, env=environment, stdout=log, stderr=log).returncode  # noqa: S603
    # A pytest that breaks before it begins ends with 1 too.
    has_failures = ended == FAILED and SOME_FAILED.search(log_of(part, number).read_text()[-500:])
    if ended != PASSED and not has_failures:
        raise NothingSaid(f"pytest ended with {ended}: {log_of(part, number)}")
    return ended != PASSED


def matrix_failed(folder: Path, part: str) -> bool:
    """Ask the matrix about the calls of a part; it writes what noticed each, and fails only if it breaks itself."""
    return has_failed(folder, part, 0, ("tests/access/test_mutants.py",))


def by_tests_of_app(folder: Path, site: dict, part: str) -> str:
    """Switch one call off and run the tests of its app."""
    app = site["where"].split("/")[0]
    where = f"tests/{app}" if (folder / "tests" / app).is_dir() else "tests/api"
    return where if has_failed(folder, part, site["number"], (where, "-m", "not slow and not e2e and not kill")) else ""


def try_in_order(folder: Path, quiet: list[dict], part: str, stopped: Event) -> None:
    """Try the calls of one lane one after another, for they share its data, until something stops the run."""
    try:
        for one in quiet:
            if stopped.is_set():
                return
            one["noticed"] = by_tests_of_app(folder, one, part)
    except NothingSaid:
        stopped.set()
        raise


def tried(folder: Path, parts: list[str]) -> list[dict]:
    """
    Try the calls of two parts at once; each comes back with what noticed it.

    :raises NothingSaid: if tests could not be run, or the matrix broke
    """
    with ThreadPoolExecutor(2) as two:
        for part, failed in zip(parts, two.map(lambda part: matrix_failed(folder, part), parts), strict=True):
            if failed:
                raise NothingSaid(f"the matrix broke: {log_of(part)}")
        lines = [line for path in sorted(folder.glob("mutants-*.jsonl")) for line in path.read_text().splitlines()]
        found = [json.loads(line) for line in lines]
        quiet = [] if "--matrix-only" in sys.argv else [one for one in found if not one["noticed"]]
        stopped = Event()
        list(two.map(lambda lane: try_in_order(folder, quiet[lane::2], parts[lane], stopped), (0, 1)))
    return found


def is_due(site: Site, parts: list[str]) -> bool:
    """Say whether a call belongs to one of the parts, as the matrix reckons."""
    return any(site.number % int(all_parts) == int(this) for this, all_parts in (part.split("/") for part in parts))


def main() -> int:
    """Try every call, or those of a part such as `1/4`; print what survived."""
    this, all_parts = map(int, next((word for word in sys.argv[1:] if "/" in word), "0/1").split("/"))
    parts = [f"{2 * this + half}/{2 * all_parts}" for half in (0, 1)]
    with tempfile.TemporaryDirectory(prefix="mutants-") as made:
        folder = Path(made)
        copied(folder)
        sites = instrument(folder)
        due = [site for site in sites if is_due(site, parts)]
        print(f"{len(sites)} calls, {len(due)} of them to be tried")  # noqa: T201 - a command speaks
        try:
            found = tried(folder, parts)
        except NothingSaid as stopped:
            print(stopped)  # noqa: T201
            return 1
    for part in parts:
        print(log_of(part).read_text()[-1500:])  # noqa: T201
    for one in found:
        print(f"{one['where']:60} {one['noticed'][:100] or 'SURVIVED'}")  # noqa: T201
    survivors = [one for one in found if not one["noticed"]]
    print(f"{len(found)} tried, {len(found) - len(survivors)} noticed, {len(survivors)} survived")  # noqa: T201
    for one in survivors:
        print(f"    {one['where']}  {one['text']}")  # noqa: T201
    untried = {site.number for site in due} - {one["number"] for one in found}
    if untried or len(found) != len(due):
        print(f"{len(due)} were due, {len(found)} tried; not tried: {sorted(untried)}")  # noqa: T201
        return 1
    return bool(survivors) or not found


if __name__ == "__main__":
    sys.exit(main())
