"""Processes that use the embedded services of a data folder, and ways to look at what runs there."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2

PROJECT = Path(__file__).resolve().parents[2]

USER_PROCESS = """
import sys
from common.embedded import postgres, redis
postgres.ensure()
if "redis" in sys.argv: redis.ensure()
print("ready", flush=True)
for line in sys.stdin:
    postgres.ensure()
    print("again", flush=True)
"""


@contextmanager
def data_folder() -> Iterator[Path]:
    """A data folder that the server's own user can reach, as pytest's temporary folders are not."""
    outer = Path(tempfile.mkdtemp(prefix="opora-"))
    outer.chmod(0o711)
    try:
        yield outer / "data"
    finally:
        for pid in server_pids(outer / "data"):
            if is_warden(pid):
                os.kill(pid, signal.SIGTERM)  # stops its server at once instead of lingering
        wait_until(lambda: not server_pids(outer / "data"))
        shutil.rmtree(outer)


class User:
    """A process that uses the services until it is killed."""

    def __init__(self, home: Path, *arguments: str) -> None:
        environment = os.environ | {"DATA_DIR": str(home), "PYTHONPATH": str(PROJECT)}
        command = [sys.executable, "-c", USER_PROCESS, *arguments]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, text=True)
        assert self.process.stdout.readline() == "ready\n"

    def connect_again(self) -> None:
        """Let the process ask for the server once more."""
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "again\n"

    def kill(self) -> None:
        """End it so that it can clean nothing up."""
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def server_pids(home: Path) -> set[int]:
    """The processes whose command line names the data folder: servers, their children and the wardens."""
    pids = set()
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes() if entry.name.isdigit() else b""
        except OSError:
            continue
        if os.fsencode(home) in words:
            pids.add(int(entry.name))
    return pids


def postmaster(home: Path) -> int:
    return int((home / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[0])


def warden(home: Path) -> int:
    (found,) = (pid for pid in server_pids(home) if is_warden(pid))
    return found


def is_warden(pid: int) -> bool:
    return b"warden.py" in Path(f"/proc/{pid}/cmdline").read_bytes()


def run(home: Path, statement: str, role: str = "postgres", database: str = "opora") -> list[tuple]:
    socket = home / "socket"
    user = role if role == "postgres" else f"opora_{role}"
    password = (home / "secrets" / f"postgres_{role}_password").read_text()
    with closing(psycopg2.connect(host=str(socket), user=user, dbname=database, password=password)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
