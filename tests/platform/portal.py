"""A whole portal on a data folder of its own: its database, its workers and beat, its web server, its people."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.platform.processes import PROJECT, run, server_pids, wait_until

SAMPLES = PROJECT / "tests" / "samples"
PASSWORD = "учебный-пароль-2021"
SETUP = "import django; django.setup(); from django.utils import timezone; now = timezone.now()\n"

PEOPLE = f"""
from accounts.permissions import Role
from schools.models import Unit
from tests.factories.schools import make_user
for login, role, code in [
    ("centre", Role.CENTRE_OPERATOR, "24"), ("ministry", Role.MINISTRY_ANALYST, "24"),
    ("approver", Role.MINISTRY_APPROVER, "24"), ("coordinator", Role.MUNICIPAL_COORDINATOR, "131"),
    ("neighbour", Role.MUNICIPAL_COORDINATOR, "147"),
]:
    make_user(login, role, Unit.objects.get(code=code), password="{PASSWORD}")
"""


class Portal:
    """The processes of one portal. Every process is a real one; `stop` ends whatever is left of them."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.started: list[subprocess.Popen] = []

    def environment(self, process: str, **more: str) -> dict[str, str]:
        """What a process of this portal is given."""
        own = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "REDIS_"))}
        return own | {
            "DATA_DIR": str(self.home),
            "DJANGO_SETTINGS_MODULE": "config.settings.base",
            "OPORA_PROCESS": process,
            "JOB_LEASE_SECONDS": "3",
            "PYTHONPATH": str(PROJECT),
            **more,
        }

    def manage(self, *arguments: str, process: str = "worker") -> str:
        """Run a command of the portal and return what it said. It must succeed."""
        command = [sys.executable, str(PROJECT / "manage.py"), *arguments]
        done = subprocess.run(
            command, env=self.environment(process), cwd=PROJECT, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, f"{arguments}: {done.stdout[-2000:]} {done.stderr[-2000:]}"
        return done.stdout

    def python(self, code: str, *, process: str = "worker", **more: str) -> subprocess.CompletedProcess[str]:
        """Run some code in a process of its own."""
        command = [sys.executable, "-c", SETUP + code]
        environment = self.environment(process, **more)
        return subprocess.run(command, env=environment, cwd=PROJECT, capture_output=True, text=True, timeout=120)

    def ask(self, statement: str) -> list[tuple]:
        """Ask the database past the program."""
        return run(self.home, statement)

    def start(self, *arguments: str, process: str = "worker", **more: str) -> subprocess.Popen:
        """Start a process that runs until it is stopped; its words go to the logs of the data folder."""
        (self.home / "logs").mkdir(exist_ok=True)
        with (self.home / "logs" / "processes.log").open("ab") as log:
            started = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                env=self.environment(process, **more),
                cwd=PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.started.append(started)
        return started

    def start_worker(self, **more: str) -> subprocess.Popen:
        """Start a worker for both queues: a parent and one child that does the work."""
        options = ["--queues=short,long", "--concurrency=1", "--without-gossip", "--without-mingle", "--loglevel=INFO"]
        return self.start("celery", "--app=config", "worker", *options, f"--hostname=w{time.monotonic_ns()}@%h", **more)

    def start_beat(self) -> subprocess.Popen:
        """Start what wakes the workers and gives back the work of the dead."""
        return self.start("celery", "--app=config", "beat", f"--schedule={self.home / 'beat'}", "--pidfile=")

    def start_web(self, port: int) -> subprocess.Popen:
        """Start the web server."""
        own = {"HOST": "127.0.0.1", "PORT": str(port), "WEB_WORKERS": "1"}
        return self.start("gunicorn", "--config", "python:config.gunicorn", "config.wsgi", process="web", **own)

    def log(self) -> str:
        """What its processes wrote."""
        path = self.home / "logs" / "processes.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def stop(self) -> None:
        """End what still runs, whole groups of processes."""
        for process in self.started:
            for number in (15, 9):
                if process.poll() is None:
                    _signal_group(process, number)
                    _wait(process)
            _signal_group(process, 9)  # a child that outlived its parent
        self.started.clear()


def _signal_group(process: subprocess.Popen, number: int) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return


def _wait(process: subprocess.Popen) -> None:
    try:
        process.wait(8)
    except subprocess.TimeoutExpired:
        return


@contextmanager
def opened(home: Path) -> Iterator[Portal]:
    """A portal on a data folder; whatever of it runs at the end is ended."""
    portal = Portal(home)
    try:
        yield portal
    finally:
        portal.stop()
        wait_until(lambda: not server_pids(home), seconds=30)


def build_template(home: Path) -> None:
    """Make a portal that knows the schools of the samples, the norms, the programme, the methods and five people."""
    with opened(home) as portal:
        portal.manage("migrate", "--no-input", "--verbosity=0", process="owner")
        portal.manage("load_territory")
        portal.manage("load_procedures")
        portal.manage("import_schools", str(SAMPLES / "schools.csv"), "--apply")
        portal.manage("import_passports", str(SAMPLES / "social-passport-2021.xlsx"), "--apply")
        portal.manage("load_programme", "rppko-2020-2022")
        portal.manage("load_methods")
        portal.manage("recalculate_indicators")
        done = portal.python(PEOPLE)
        assert done.returncode == 0, done.stderr[-2000:]


@contextmanager
def copied(template: Path) -> Iterator[Portal]:
    """A portal that begins as a copy of another one whose servers are stopped."""
    outer = Path(tempfile.mkdtemp(prefix="opora-"))
    outer.chmod(0o711)
    home = outer / "data"
    try:
        subprocess.run(["cp", "-a", str(template), str(home)], check=True)
        with opened(home) as portal:
            yield portal
    finally:
        shutil.rmtree(outer, ignore_errors=True)


def until(condition: Any, *, seconds: float, portal: Portal) -> None:
    """Wait for something; on failure show what the processes wrote."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain; the processes wrote:\n{portal.log()[-6000:]}"
        time.sleep(0.1)
