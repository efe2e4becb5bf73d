"""The script that switches permission calls off: what it takes for noticed, and which calls are due."""

import importlib.util
import json
import shutil
import sys
from pathlib import Path
from textwrap import dedent
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
    assert mutants.has_failed(tmp_path, "1-apps", written(tmp_path, text)) == failed
    assert [path.name for path in mutants.LOGS.iterdir()] == ["1-apps.txt"]


@pytest.mark.parametrize(("text", "ended"), [("import nowhere_at_all", 2), ("", 5)])
def test_what_pytest_could_not_run_stops_and_names_the_log(mutants, tmp_path, text, ended):
    with pytest.raises(mutants.NothingSaid, match=f"ended with {ended}: .*0-apps.txt"):
        mutants.has_failed(tmp_path, "0-apps", written(tmp_path, text))


def test_a_pytest_that_breaks_before_it_begins_has_noticed_nothing(mutants, tmp_path, monkeypatch):
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "nowhere.settings")

    with pytest.raises(mutants.NothingSaid, match="ended with 1"):
        mutants.has_failed(tmp_path, "0-apps", written(tmp_path, "def test_a(): assert 1"))


def test_the_calls_of_all_parts_are_all_calls_once(mutants):
    sites = [mutants.Site(number, "", "") for number in range(1, 30)]
    due = [[site.number for site in sites if mutants.is_due(site, f"{this}/3", "")] for this in range(3)]

    assert sorted(number for one in due for number in one) == list(range(1, 30))


def test_what_noticed_a_call_is_known_the_next_time_until_it_notices_no_more(mutants, tmp_path):
    mutants.PROJECT = tmp_path
    (tmp_path / mutants.LAST.parent).mkdir(parents=True)
    alike = [mutants.Site(number, "app/a.py:1", "can(user)", "asked") for number in (1, 2, 3, 4)]
    by = (
        {"slice": "narrow", "of": "GET app:page", "words": "asked"},
        {"slice": "apps", "of": "tests/a.py::b", "words": ""},
    )

    def told(*noticed: dict | None) -> list[dict | None]:
        sites = mutants.with_last(alike)
        found = [{"key": site.key, "last": site.last, "by": one} for site, one in zip(sites, noticed, strict=False)]
        mutants.write_down(sites, found)
        return [site.last for site in mutants.with_last(alike)]

    assert told(*by, by[0]) == [*by, by[0], None]
    assert told(None, None) == [None, by[1], by[0], None]  # the tests of the apps were not asked, the third not tried
    assert [site.key for site in mutants.with_last(alike)][:2] == [
        "app/a.py asked: can(user)",
        "app/a.py asked: can(user) (2)",
    ]


def test_the_floors_are_those_of_the_contract(mutants):
    assert [floor for floor in FLOORS if floor not in {"demo", "common"}] == mutants.FLOORS


SWEPT = {
    "mutant_probe.py": """
        off, passed = set(), set()

        def is_off(number):
            passed.add(number)
            return number in off
    """,
    "doors.py": """
        import mutant_probe

        def guarded(): return not mutant_probe.is_off(1)

        def hidden(): return not mutant_probe.is_off(2)

        def counted(): return not mutant_probe.is_off(3)
    """,
    "tests/one/test_doors.py": """
        import pytest
        import doors

        turns = []

        @pytest.fixture(scope="module")
        def opened():
            turns.append("made")

        @pytest.fixture
        def django_assert_num_queries(): pass

        def test_guard(opened): assert doors.guarded()

        def test_both(opened): assert doors.hidden() in (True, False) and len(turns) == 1

        def test_counts(django_assert_num_queries): assert doors.counted()
    """,
    "tests/one/test_of_the_other_lane.py": "def test_nothing(): pass",
}


def test_a_call_is_noticed_by_a_test_that_fails_without_it_and_counts_no_queries(mutants, tmp_path):
    for name, text in SWEPT.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(dedent(text), encoding="utf-8")
    plugin = SCRIPT.parents[1] / "tests" / "access" / "one_call_off.py"
    (tmp_path / "tests" / "access").mkdir()
    shutil.copy(plugin, tmp_path / "tests" / "access")
    calls = [{"number": number, "where": "one/a.py:1", "function": "guarded"} for number in (1, 2, 3)]
    (tmp_path / "mutants_quiet.json").write_text(json.dumps(calls), encoding="utf-8")

    assert mutants.in_lanes(tmp_path, "apps", ("-p", "tests.access.one_call_off", "tests/one")) == []
    noticed = mutants.lines_of(tmp_path, "noticed-*.jsonl")
    assert [(one["number"], one["noticed"].partition(":")[0]) for one in noticed] == [(1, "tests/one/test_doors.py")]
