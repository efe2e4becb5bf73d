"""
The warden: starts one server, and stops it when nobody uses it any more.

Run as a script by `service.py`, with one JSON argument. It needs the standard library only and holds no
memory of the process that started it. It is the parent of the server, and the kernel tells the server to stop
if the warden is killed.
"""

import ctypes
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

GLANCE = 0.25  # seconds between two looks at the users
LINGER = 2.0  # seconds without users before the server is stopped: the next command often follows at once
PATIENCE = 20.0  # seconds for a former server or warden to finish
STOPPING = 60.0  # seconds for a clean stop
SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG


def take(path: str) -> int:
    """Open and lock a file exclusively. :raises TimeoutError: if its holder does not let go."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise TimeoutError(path) from None
            time.sleep(0.02)


def start(spec: dict, server_lock: int) -> subprocess.Popen:
    """Run the server as its own user; it inherits the lock that says that it lives."""
    prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None

    def die_with_the_warden() -> None:
        if prctl:
            prctl(SET_DEATH_SIGNAL, spec["stop_signal"])

    with Path(spec["log"]).open("ab") as log:
        return subprocess.Popen(  # noqa: S603  # the command comes from service.py, not from outside
            spec["command"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=spec["folder"],
            env=spec["environment"],
            user=spec["uid"],
            group=spec["gid"],
            extra_groups=[] if spec["uid"] is not None else None,
            pass_fds=(server_lock,),
            preexec_fn=die_with_the_warden,  # the warden has one thread
        )


def nobody_uses(path: str, descriptor: int) -> bool:
    """Whether the exclusive lock could be taken (it is kept then), or the data folder was deleted."""
    try:
        if Path(path).stat().st_ino != os.fstat(descriptor).st_ino:
            return True
    except FileNotFoundError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def watch(spec: dict, server: subprocess.Popen) -> None:
    """Return when the server has ended by itself or should be stopped."""
    users = os.open(spec["users"], os.O_RDWR | os.O_CREAT, 0o600)
    quiet_since = None
    while server.poll() is None:
        if not nobody_uses(spec["users"], users):
            quiet_since = None
        elif quiet_since is None:
            quiet_since = time.monotonic()
            fcntl.flock(users, fcntl.LOCK_UN)
        elif time.monotonic() - quiet_since >= LINGER:
            return  # with the lock, so that a new user waits until the stop is complete
        else:
            fcntl.flock(users, fcntl.LOCK_UN)
        time.sleep(GLANCE)


def stop(spec: dict, server: subprocess.Popen) -> None:
    """Stop the server cleanly, or by force if it does not listen."""
    for number, seconds in ((spec["stop_signal"], STOPPING), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
        if server.poll() is not None:
            return
        server.send_signal(number)
        try:
            server.wait(seconds)
        except subprocess.TimeoutExpired:
            continue


def main() -> None:
    """Take the locks, leave the parent, run the server, watch, stop."""
    spec = json.loads(sys.argv[1])
    warden_lock = take(spec["warden"])
    server_lock = take(spec["server"])
    for path in spec["stale"]:
        Path(path).unlink(missing_ok=True)
    # The caller waits for the first process only, and finds both locks taken when it is gone.
    if os.fork():
        os._exit(0)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server = start(spec, server_lock)
    os.close(server_lock)
    try:
        watch(spec, server)
    finally:
        stop(spec, server)
        os.close(warden_lock)


if __name__ == "__main__":
    main()
