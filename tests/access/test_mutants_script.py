"""The script that switches permission calls off: what it takes for noticed, and which calls are due."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.test_architecture import FLOORS

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "mutants.py"


@pytest.fixture
def mutants(tmp_path, monkeypatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("mutants_script", SCRIPT)
    script = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, script)  # dataclasses look their module up
    spec.loader.exec_module(script)
    script.LOGS = tmp_path / "logs"
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE")  # the tests that are run here stand alone
    return script


def written(folder: Path, text: str) -> tuple[str]:
    (folder / "test_one.py").write_text(text, encoding="utf-8")
    return ("test_one.py",)


@pytest.mark.parametrize(("text", "failed"), [("def test_a(): assert 1", False), ("def test_a(): assert 0", True)])
def test_a_test_that_fails_has_noticed(mutants, tmp_path, text, failed):
    assert mutants.has_failed(tmp_path, "10/16", 7, written(tmp_path, text)) == failed
    assert [path.name for path in mutants.LOGS.iterdir()] == ["10-of-16-7.txt"]


@pytest.mark.parametrize(("text", "ended"), [("import nowhere_at_all", 2), ("", 5)])
def test_what_pytest_could_not_run_stops_and_names_the_log(mutants, tmp_path, text, ended):
    with pytest.raises(mutants.NothingSaid, match=f"ended with {ended}: .*0-of-2-7.txt"):
        mutants.has_failed(tmp_path, "0/2", 7, written(tmp_path, text))


def test_a_pytest_that_breaks_before_it_begins_has_noticed_nothing(mutants, tmp_path, monkeypatch):
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "nowhere.settings")

    with pytest.raises(mutants.NothingSaid, match="ended with 1"):
        mutants.has_failed(tmp_path, "0/2", 7, written(tmp_path, "def test_a(): assert 1"))


def test_the_calls_of_all_parts_are_all_calls_once(mutants):
    sites = [mutants.Site(number, "", "") for number in range(1, 30)]
    due = [[site.number for site in sites if mutants.is_due(site, [f"{2 * n}/6", f"{2 * n + 1}/6"])] for n in range(3)]

    assert sorted(number for one in due for number in one) == list(range(1, 30))


def test_the_floors_are_those_of_the_contract(mutants):
    assert [floor for floor in FLOORS if floor not in {"demo", "common"}] == mutants.FLOORS
