"""Running the processes of the portal side by side on one machine: the web server, two kinds of workers, and beat."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

HOST = "127.0.0.1"
READY_WITHIN = 60.0  # seconds
STOP_WITHIN = 25.0
GLANCE = 0.2
SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG
# A process that falls again sooner than this after a start is not started a third time.
STEADY = 30.0


class NotReady(RuntimeError):
    """A process of the portal does not run; the message ends with what it wrote."""


@dataclass
class Child:
    """One process, started again once if it falls."""

    title: str
    command: list[str]
    environment: dict[str, str]
    process: subprocess.Popen | None = field(default=None, repr=False)
    started_at: float = 0.0

    @property
    def log(self) -> Path:
        """The file of what it says."""
        return Path(settings.DATA_DIR) / "logs" / f"{self.title}.log"

    def start(self) -> None:
        """Start it in a session of its own, so that Ctrl-C reaches the supervisor only."""
        self.log.parent.mkdir(exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - a program of .venv with fixed arguments
                self.command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_end_with_the_supervisor,
            )
        self.started_at = time.monotonic()

    def has_fallen(self) -> bool:
        """Whether it ended by itself."""
        return self.process is not None and self.process.poll() is not None

    def complaint(self) -> str:
        """Return the last lines that it wrote."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join([f"Процесс «{self.title}» остановился. Журнал: {self.log}", *lines[-12:]])


def _end_with_the_supervisor() -> None:
    """Ask the kernel to end the process when the supervisor is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SET_DEATH_SIGNAL, signal.SIGTERM)


def processes(port: int) -> list[Child]:
    """Return the processes of the portal, as docker-compose.yml has them on a server."""
    environment = os.environ | {"HOST": HOST, "PORT": str(port)}
    web = environment | {"OPORA_PROCESS": "web"}
    worker = environment | {"OPORA_PROCESS": "worker"}
    run = [sys.executable, "-m"]
    celery = [*run, "celery", "--app=config"]
    beat_file = Path(settings.DATA_DIR) / "beat"
    return [
        Child("web", [*run, "gunicorn", "--config", "python:config.gunicorn", "config.wsgi"], web),
        Child("worker-short", _worker(celery, "short", concurrency=1), worker),
        Child("worker-long", _worker(celery, "long", concurrency=2), worker),
        Child("beat", [*celery, "beat", f"--schedule={beat_file}", "--pidfile="], worker),
    ]


def _worker(celery: list[str], queue: str, *, concurrency: int) -> list[str]:
    return [
        *celery,
        "worker",
        f"--queues={queue}",
        f"--concurrency={concurrency}",
        f"--hostname={queue}@%h",
        "--loglevel=INFO",
        "--without-gossip",
        "--without-mingle",
    ]


def free_port(wanted: int) -> int:
    """Return the first port from the wanted one on that nobody listens on. :raises NotReady: if fifty are taken."""
    for port in range(wanted, wanted + 50):
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, port))
            return port
    raise NotReady(f"Порты с {wanted} по {wanted + 49} заняты: задайте другой, PORT=9000 make demo.")


@contextmanager
def running(children: list[Child]) -> Iterator[None]:
    """Run the processes while the block runs; stop them cleanly at its end, however it ends."""
    try:
        for child in children:
            child.start()
        yield
    finally:
        stop(children)


def wait_until_ready(children: list[Child], port: int) -> None:
    """Return when the web server answers that it can serve. :raises NotReady: if it does not, or a process falls."""
    deadline = time.monotonic() + READY_WITHIN
    while not _answers(port):
        for child in children:
            if child.has_fallen():
                raise NotReady(child.complaint())
        if time.monotonic() > deadline:
            raise NotReady(f"Портал не отвечает {READY_WITHIN:.0f} с. {children[0].complaint()}")
        time.sleep(GLANCE)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/readyz", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def revive(children: list[Child]) -> list[Child]:
    """Start again those that have fallen, and return them. :raises NotReady: if one keeps falling."""
    fallen = [child for child in children if child.has_fallen()]
    for child in fallen:
        if time.monotonic() - child.started_at < STEADY:
            raise NotReady(child.complaint())
        child.start()
    return fallen


def stop(children: list[Child]) -> None:
    """Ask every process to finish what it does, and force those that do not."""
    living = [child.process for child in children if child.process and child.process.poll() is None]
    for process in living:
        process.terminate()
    deadline = time.monotonic() + STOP_WITHIN
    for process in living:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
