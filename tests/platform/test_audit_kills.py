"""
The process killed, or its connection cut, between a write and its event: neither is left, nor a row of the trail.

Written whole, a change has all three, of one transaction.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from tests.platform.portal import SETUP, Portal, opened
from tests.platform.processes import PROJECT, User, data_folder

pytestmark = [pytest.mark.kill]

DRAFT = """
from datetime import date
from accounts.services.people import system_user
from common.session_facts import acting
from programmes.enums import ProgrammeKind
from programmes.services.drafting import draft_programme
from schools.models import Unit
actor = system_user()
with acting(actor=actor.pk, door="command", request="draft"):
    draft_programme(unit=Unit.objects.get(code="131"), kind=ProgrammeKind.MUNICIPAL, title="Муниципальная программа",
                    starts_on=date(YEAR, 1, 1), ends_on=date(YEAR, 12, 31), actor=actor, now=now)
"""
TRACES = {
    "programmes": "SELECT count(*) FROM programmes_programme WHERE starts_on = '{year}-01-01'",
    "events": """SELECT count(*) FROM accounts_auditevent
                 WHERE action = 'programme.drafted' AND after ->> 'starts_on' = '{year}-01-01'""",
    "rows": """SELECT count(*) FROM accounts_rowchange
               WHERE table_name = 'programmes_programme' AND after ->> 'starts_on' = '{year}-01-01'""",
}
WAITING = """SELECT pid FROM pg_stat_activity
             WHERE wait_event_type = 'Lock' AND query LIKE 'INSERT INTO "accounts_auditevent%'"""


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    with data_folder() as folder, opened(folder) as portal:
        portal.manage("migrate", "--no-input", "--verbosity=0", process="owner")
        portal.manage("load_territory")
        user = User(folder)  # while it lives, the database stays up between two commands
        try:
            yield portal
        finally:
            user.kill()


def left(portal: Portal, year: int) -> dict[str, int]:
    """What is left of the programme of a year."""
    return {name: portal.ask(statement.format(year=year))[0][0] for name, statement in TRACES.items()}


NOTHING = {"programmes": 0, "events": 0, "rows": 0}
EVERYTHING = {"programmes": 1, "events": 1, "rows": 1}


@pytest.mark.parametrize(("point", "year"), [("audit.recording", 2020), ("audit.recorded", 2021)])
def test_a_process_killed_beside_the_event_leaves_nothing(portal, point, year):
    code = DRAFT.replace("YEAR", str(year))
    assert portal.python(code, FAULT=f"{point}:1").returncode == -9

    assert left(portal, year) == NOTHING
    done = portal.python(code)
    assert (done.returncode, left(portal, year)) == (0, EVERYTHING), done.stderr


def test_a_connection_cut_between_the_write_and_the_event_leaves_nothing(portal):
    code = SETUP + DRAFT.replace("YEAR", "2022")
    with closing(database(portal.home)) as lock, lock.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("LOCK TABLE accounts_auditevent IN EXCLUSIVE MODE")
        # The row is written; its event waits for the lock.
        process = subprocess.Popen(
            [sys.executable, "-c", code],
            env=portal.environment("worker"),
            cwd=PROJECT,
            stderr=subprocess.PIPE,
            text=True,
        )
        pid = waiting(portal, process)
        assert portal.ask(f"SELECT pg_terminate_backend({pid})") == [(True,)]
        _, words = process.communicate(timeout=30)
        cursor.execute("ROLLBACK")

    assert process.returncode == 1
    assert "django.db.utils.OperationalError" in words
    assert left(portal, 2022) == NOTHING


def test_what_is_written_whole_is_of_one_transaction(portal):
    assert portal.python(DRAFT.replace("YEAR", "2023")).returncode == 0

    ((transactions, people, doors),) = portal.ask(
        "SELECT count(DISTINCT e.transaction_id), count(DISTINCT r.actor_id), min(r.door) FROM accounts_auditevent e"
        " JOIN accounts_rowchange r ON r.transaction_id = e.transaction_id"
        " WHERE e.action = 'programme.drafted' AND e.after ->> 'starts_on' = '2023-01-01'"
    )
    assert (transactions, people, doors) == (1, 1, "command")


def waiting(portal: Portal, process: subprocess.Popen) -> int:
    """Wait until the event waits, and return the backend that writes it."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        if found := portal.ask(WAITING):
            return found[0][0]
        time.sleep(0.1)
    raise AssertionError(process.communicate()[1] if process.poll() is not None else "waited in vain")


def database(home: Path) -> psycopg2.extensions.connection:
    """Connect past the program, as the server's own user."""
    password = (home / "secrets" / "postgres_postgres_password").read_text()
    found = psycopg2.connect(host=str(home / "socket"), user="postgres", dbname="opora", password=password)
    found.autocommit = True
    return found
