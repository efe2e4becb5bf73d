"""How a server is started once for many processes."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from common.embedded import warden
from common.embedded.identity import SERVER
from common.embedded.locks import hold_as_user, lock_file, server_is_gone, starting
from common.embedded.places import own_folder

PATIENCE = 120.0  # seconds; crash recovery of a large load is the slow case
PAUSE = 0.01


class ServiceFailed(RuntimeError):
    """A server did not start; the message ends with what it wrote."""


@dataclass(frozen=True)
class Service:
    """One embedded server: how to prepare, run and greet it."""

    name: str
    prepare: Callable[[], None]
    """Make the data before the first start; nothing when it is there."""
    command: Callable[[], list[str]]
    answers: Callable[[], bool]
    """Whether a connection succeeds."""
    is_complete: Callable[[], bool]
    """Whether the first start was carried to its end."""
    complete: Callable[[], None]
    """What remains to be made once it answers."""
    folder: Callable[[], Path]
    stale: Callable[[], list[Path]]
    """Files that a killed server leaves behind and a new one trips over."""
    stop_signal: signal.Signals

    def ensure(self) -> None:
        """Return when the server answers, started if need be. :raises ServiceFailed: if it does not start."""
        hold_as_user(self.name)
        if self._is_up():
            return
        with starting(self.name):
            if not self._is_up():
                self._bring_up()

    def _is_up(self) -> bool:
        return self.is_complete() and self.answers()

    def _bring_up(self) -> None:
        deadline = time.monotonic() + PATIENCE
        started = False
        while not self.answers():
            if server_is_gone(self.name):
                if started:
                    raise ServiceFailed(self._complaint("остановился сразу после запуска"))
                self.prepare()
                self._send_warden()
                started = True
            elif time.monotonic() > deadline:
                raise ServiceFailed(self._complaint(f"не отвечает {PATIENCE:.0f} с"))
            else:
                time.sleep(PAUSE)
        if not self.is_complete():
            self.complete()

    def _send_warden(self) -> None:
        spec = {
            "command": self.command(),
            "folder": str(self.folder()),
            "environment": server_environment(),
            "uid": SERVER.uid if SERVER.differs else None,
            "gid": SERVER.gid if SERVER.differs else None,
            "stop_signal": int(self.stop_signal),
            "log": str(self.log()),
            "stale": [str(path) for path in self.stale()],
            **{part: str(lock_file(self.name, part)) for part in ("users", "warden", "server")},
        }
        done = subprocess.run(  # noqa: S603  # our own script, run by our own interpreter
            [sys.executable, "-I", "-S", str(warden.__file__), json.dumps(spec)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            check=False,
        )
        if done.returncode:
            raise ServiceFailed(self._complaint("прежний сервер ещё не завершился"))

    def log(self) -> Path:
        """Return the file of the server's own messages."""
        return own_folder("logs") / f"{self.name}.log"

    def _complaint(self, what: str) -> str:
        tail = self.log().read_text(errors="replace").splitlines()[-8:] if self.log().exists() else []
        return "\n".join([f"{self.name}: {what}. Журнал: {self.log()}", *tail])


def server_environment() -> dict[str, str]:
    """Return the environment of a server: no secret of ours, no locale but C."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
