"""The house: floors, drawers and the small rules that keep it (docs/architecture.md)."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

from accounts.permissions import ROLE_PERMISSIONS, Role

PROJECT = Path(__file__).resolve().parents[1]
CONTRACTS = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
FLOORS = CONTRACTS[0]["layers"]
LONGEST_FILE = 400
LONGEST_FUNCTION = 40

# Who may speak to the queue: the entry points, the one module that wakes, and the settings of the queue itself.
QUEUE_SPEAKERS = re.compile(r"(config/.*|[a-z]+/tasks|jobs/wake)\.py")


def tracked(*patterns: str) -> list[Path]:
    """The files of the repository that match, new ones included."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *patterns]
    listed = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    return sorted(path for name in listed.split("\0") if name and (path := PROJECT / name).exists())


def name(path: Path) -> str:
    return str(path.relative_to(PROJECT))


def our_code() -> list[Path]:
    """Modules that people write: of the floors, without migrations."""
    return [path for path in tracked(*(f"{floor}/**.py" for floor in FLOORS)) if "/migrations/" not in name(path)]


def parsed(paths: list[Path]) -> Iterator[tuple[str, ast.Module]]:
    for path in paths:
        yield name(path), ast.parse(path.read_text(encoding="utf-8"))


def test_import_contracts():
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout


def test_top_level_packages_are_the_floors():
    packages = {path.parent.name for path in tracked("*/__init__.py") if path.parent.parent == PROJECT}

    assert packages - {"tests", "benchmarks"} == set(FLOORS)
    assert [floor for floor in FLOORS if floor not in {"config", "common"}] == settings.OUR_APPS


@pytest.mark.parametrize("app", settings.OUR_APPS)
def test_foreign_keys_look_down(app):
    below = {FLOORS[place] for place in range(FLOORS.index(app), len(FLOORS))}
    upward = [
        f"{model.__name__}.{field.name} → {field.related_model._meta.label}"
        for model in apps.get_app_config(app).get_models()
        for field in [*model._meta.fields, *model._meta.many_to_many]
        if field.related_model and field.related_model._meta.app_label in set(FLOORS) - below
    ]

    assert upward == []


def test_nobody_fetches_a_model_by_its_name():
    """`apps.get_model` and a string in `ForeignKey("app.Model")` are ways round the contracts."""
    calls = [
        f"{where}:{node.lineno}"
        for where, module in parsed(our_code())
        for node in ast.walk(module)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and is_roundabout(node)
    ]

    assert calls == []


def is_roundabout(call: ast.Call) -> bool:
    if call.func.attr == "get_model":
        return True
    first = call.args[0] if call.args else None
    is_key = call.func.attr in {"ForeignKey", "OneToOneField", "ManyToManyField"}
    return is_key and isinstance(first, ast.Constant) and first.value != "self"


def test_nobody_imports_inside_a_function():
    """A late import hides a knot between two modules. The entry points of Django and of the queue have to."""
    late = [
        f"{where}:{node.lineno}"
        for where, module in parsed(our_code())
        for function in ast.walk(module)
        if isinstance(function, ast.FunctionDef) and not is_start(where, function)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert late == []


def is_start(where: str, function: ast.FunctionDef) -> bool:
    """An app's `ready`, before which models cannot be imported."""
    return where.endswith("/apps.py") and function.name == "ready"


def test_only_few_speak_to_the_queue():
    speakers = {
        where
        for where, module in parsed(our_code())
        for node in ast.walk(module)
        if isinstance(node, ast.Import | ast.ImportFrom) and "celery" in imported_packages(node)
    }

    assert {where for where in speakers if not QUEUE_SPEAKERS.fullmatch(where)} == set()


def imported_packages(node: ast.Import | ast.ImportFrom) -> set[str]:
    names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
    return {each.split(".")[0] for each in names}


def test_files_stay_small():
    long = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in tracked("*.py")}

    assert {where: lines for where, lines in long.items() if lines > LONGEST_FILE and "/migrations/" not in where} == {}


def test_functions_stay_small():
    long = {
        f"{where}:{node.name}": lines
        for where, module in parsed(our_code())
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (lines := length(node)) > LONGEST_FUNCTION
    }

    assert long == {}


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of what it does: without the signature, one argument a line, and without the docstring."""
    first = function.body[1] if ast.get_docstring(function) and len(function.body) > 1 else function.body[0]
    return function.end_lineno - first.lineno + 1


@pytest.mark.django_db
def test_no_migration_is_missing():
    out = StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=out)

    assert out.getvalue().strip() in {"No changes detected", "Изменений не обнаружено"}


def test_every_role_is_in_the_table():
    assert set(ROLE_PERMISSIONS) == set(Role)


TEMPLATES = tracked("templates/**.html")


def test_templates_say_what_they_are():
    shape = re.compile(r"\{#.*Needs:.*#\}")

    assert [name(path) for path in TEMPLATES if not shape.match(first_line(path))] == []


def first_line(path: Path) -> str:
    return path.read_text(encoding="utf-8").partition("\n")[0]


@pytest.mark.parametrize(
    "forbidden",
    [
        pytest.param(r"<script(?![^>]*\bsrc=)", id="inline script"),
        pytest.param(r"<style", id="inline style"),
        pytest.param(r"\sstyle=", id="style attribute"),
        pytest.param(r"\son[a-z]+=\"", id="event attribute"),
        pytest.param(r"(src|href)=\"(https?:)?//", id="another host"),
        pytest.param(r"\|\s*safe\b", id="unescaped"),
    ],
)
def test_pages_carry_nothing_that_the_content_policy_forbids(forbidden):
    pages = [path for path in TEMPLATES if "/pdf/" not in name(path)]

    assert [name(path) for path in pages if re.search(forbidden, path.read_text(encoding="utf-8"))] == []


HOSTS = re.compile(r"https?://([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")
INVENTED = re.compile(r"(.*\.)?(example(\.ru|\.org)?|a\.ru|b\.ru)|127\.0\.0\.1")
# Namespaces of formats; sites that a document or a catalogue names as a source.
KNOWN = {"schemas.openxmlformats.org", "www.w3.org", "coko24.ru", "fioco.ru"}
TEXTS = (
    "*.py",
    "*.toml",
    "*.txt",
    "*.yml",
    "*.yaml",
    "*.md",
    "*.sh",
    ".env.example",
    "Makefile",
    "Dockerfile",
    ".ci/*",
)


def test_no_file_names_a_host_of_the_internet():
    named = {(name(path), host) for path in tracked(*TEXTS) for host in HOSTS.findall(path.read_text(encoding="utf-8"))}

    assert {(path, host) for path, host in named if host not in KNOWN and not INVENTED.fullmatch(host)} == set()


def test_no_file_says_where_packages_come_from():
    said = re.compile(r"(?<!emit-)(index[-_]url|find[-_]links)", re.IGNORECASE)
    others = [path for path in tracked(*TEXTS) if path != Path(__file__)]

    assert [name(path) for path in others if said.search(path.read_text(encoding="utf-8"))] == []
