"""
Processes killed by `kill -9` at named points of an import and of a recalculation: nothing is lost, nothing is doubled.

Every kill starts from a copy of one portal, orders the import of a sample, loses a process at the point, lets the
others go on, and must end with the very rows, sums, values, events and folders of a run that nobody disturbed.
"""

import json
import os
import time
from pathlib import Path

import pytest

from tests.platform.portal import SAMPLES, Portal, build_template, copied, until
from tests.platform.processes import data_folder

SAMPLE = SAMPLES / "fisoko-vpr-mat5-individual.xlsx"
POINTS = [
    "job.claimed",
    "load.parsing",
    "load.read",
    "load.copying",
    "load.before_commit",
    "load.after_commit",
    "recalculation.computed",
    "job.worked",
    "job.closed",
]
VICTIMS = ["child", "worker", "postgres"]
# Of each point one victim, of each victim two points: the daily lane. The others are slow.
DAILY = {
    ("job.claimed", "worker"),
    ("load.parsing", "child"),
    ("load.copying", "postgres"),
    ("load.before_commit", "worker"),
    ("load.after_commit", "child"),
    ("recalculation.computed", "postgres"),
}
KILLS = [
    pytest.param(point, victim, marks=[] if (point, victim) in DAILY else [pytest.mark.slow], id=f"{point}-{victim}")
    for point in POINTS
    for victim in VICTIMS
]
pytestmark = [pytest.mark.kill]

HAND_IN = f"""
from pathlib import Path
from accounts.services.people import system_user
from monitoring.layouts.identity import Hints
from monitoring.services.reading import hand_in
from schools.models import Unit
job = hand_in(name="{SAMPLE.name}", content=[Path("{SAMPLE}").read_bytes()], unit=Unit.objects.get(code="24"),
              hints=Hints(), actor=system_user(), now=now)
print(job.pk)
"""
ACCEPT = """
from accounts.services.people import system_user
from monitoring.models import Load
from monitoring.services.accepting import order_acceptance
job = order_acceptance(load=Load.objects.get(), actor=system_user(), now=now)
print(job.pk)
"""
UNFINISHED = "SELECT count(*) FROM jobs_job WHERE state IN ('queued', 'running')"
TRACES = {
    "rows": """SELECT academic_year, row_no, unit_id, class_name, variant, task_scores, score, mark, journal_mark
               FROM monitoring_resultrow ORDER BY 1, 2, 3""",
    "sums": """SELECT unit_id, source, is_current, n, failed, marks, score_sum, raised, confirmed, lowered
               FROM monitoring_schoolresult ORDER BY 1""",
    "values": """SELECT indicator.code, unit_id, period.code, n, d, left_out, status
                 FROM indicators_indicatorvalue AS value
                 JOIN indicators_indicatoredition AS edition ON edition.id = value.edition_id
                 JOIN indicators_indicator AS indicator ON indicator.id = edition.indicator_id
                 JOIN indicators_period AS period ON period.id = value.period_id ORDER BY 1, 2, 3""",
    "loads": "SELECT state, rows, layout FROM monitoring_load",
    "events": """SELECT action, count(*) FROM accounts_auditevent WHERE action LIKE 'load.%' GROUP BY 1 ORDER BY 1""",
    "notes": "SELECT count(*) FROM indicators_recalculationrequest WHERE fulfilled_at IS NULL",
    # How many notes one recalculation takes along is chance; that none waits is said above.
    "jobs": """SELECT kind, state, count(*) FROM jobs_job WHERE kind <> 'indicators.recalculate' OR state <> 'done'
               GROUP BY 1, 2 ORDER BY 1, 2""",
    "uploads": "SELECT state, spool_name, spool_key FROM jobs_upload",
}


@pytest.fixture(scope="module")
def template():
    with data_folder() as folder:
        build_template(folder)
        yield folder


@pytest.fixture(scope="module")
def undisturbed(template):
    with copied(template) as portal:
        carry_out(portal)
        yield trace(portal)


def trace(portal: Portal) -> dict[str, object]:
    """Everything that an import leaves, in the database and on the disk."""
    found: dict[str, object] = {name: portal.ask(statement) for name, statement in TRACES.items()}
    for folder in ("spool", "staging"):
        path = portal.home / folder
        found[folder] = sorted(each.name for each in path.iterdir()) if path.is_dir() else []
    return found


def carry_out(portal: Portal, **fault: str) -> None:
    """Import the sample and recalculate, with workers that are started anew when they fall."""
    portal.start_beat()
    pid_file = portal.home / "worker.pid"
    worker = portal.start_worker(**fault)
    pid_file.write_text(f"{worker.pid}\n")
    for code in (HAND_IN, ACCEPT):
        ordered = again_if_the_database_fell(portal, code)
        job = ordered.stdout.strip()

        def is_over(job: str = job) -> bool:
            nonlocal worker
            if worker.poll() is not None:
                worker = portal.start_worker()
            return state_of(portal, job) in {"done", "failed", "cancelled"}

        until(is_over, seconds=60, portal=portal)

    def is_quiet() -> bool:
        nonlocal worker
        if worker.poll() is not None:
            worker = portal.start_worker()
        return answered(portal, UNFINISHED) == [(0,)]

    until(is_quiet, seconds=60, portal=portal)
    time.sleep(0.3)


def again_if_the_database_fell(portal: Portal, code: str):
    """Order; a person whose page failed because the database was just restarted presses the button again."""
    for _ in range(5):
        ordered = portal.python(code)
        if ordered.returncode == 0:
            return ordered
        time.sleep(0.5)
    raise AssertionError(ordered.stderr[-3000:])


def answered(portal: Portal, statement: str) -> list[tuple] | None:
    """Ask, unless the database is just being restarted."""
    try:
        return portal.ask(statement)
    except Exception:  # whatever a falling server says
        return None


def state_of(portal: Portal, job: str) -> str:
    rows = answered(portal, f"SELECT state FROM jobs_job WHERE id = '{job}'")  # noqa: S608 - a key made by the program
    return rows[0][0] if rows else ""


def target(home: Path, victim: str) -> str:
    """Whom the fault kills: itself, the parent of the pool, or the database."""
    return {"child": "", "worker": f"@{home / 'worker.pid'}", "postgres": f"@{home / 'postgres/data/postmaster.pid'}"}[
        victim
    ]


@pytest.mark.parametrize(("point", "victim"), KILLS)
def test_a_kill_loses_nothing_and_doubles_nothing(template, undisturbed, point, victim):
    with copied(template) as portal:
        mark = portal.home / "killed"
        carry_out(portal, FAULT=f"{point}:1{target(portal.home, victim)}", FAULT_MARK=str(mark))

        assert mark.exists(), "the point was never passed"
        assert trace(portal) == undisturbed


def test_a_file_whose_handing_in_was_cut_off_is_handed_in_again(template, undisturbed):
    with copied(template) as portal:
        cut = portal.python(HAND_IN, FAULT="upload.stored:1", FAULT_MARK=str(portal.home / "killed"))
        assert cut.returncode == -9
        assert portal.ask("SELECT count(*) FROM jobs_job WHERE kind LIKE 'monitoring.%'") == [(0,)]
        carry_out(portal)
        left = trace(portal)

        assert {name: left[name] for name in ("rows", "sums", "values", "events", "jobs")} == {
            name: undisturbed[name] for name in ("rows", "sums", "values", "events", "jobs")
        }


def test_the_undisturbed_run_is_the_one_expected(undisturbed):
    expected = json.loads((SAMPLES / "expected.json").read_text())[SAMPLE.name]
    schools = expected["schools"]

    assert len(undisturbed["rows"]) == sum(school["n"] for school in schools.values())
    assert len(undisturbed["sums"]) == len(schools)
    assert undisturbed["notes"] == [(0,)]
    assert (undisturbed["spool"], undisturbed["staging"]) == ([], [])
    assert os.environ.get("FAULT") is None
