"""
File locks by which processes that know nothing of one another share a server.

For each service there are four files. `users` is held (shared) by every process that uses the service;
`start` by the one that starts it; `warden` by the process that will stop it; `server` by the server itself
and its children, who inherit it. The kernel gives a lock back when its holder is gone, also after kill −9, so
nothing is ever stale, which a pid file can be.
"""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from common.embedded.places import own_folder

_held: dict[Path, int] = {}
_guard = threading.Lock()


def _fresh_guard() -> None:
    global _guard
    _guard = threading.Lock()


# A thread of the parent may have held it at the moment of the fork.
os.register_at_fork(after_in_child=_fresh_guard)


def lock_file(service: str, part: str) -> Path:
    """Return the path of one of the four locks of a service."""
    return own_folder("locks") / f"{service}.{part}"


def open_lock(path: Path) -> int:
    """Open a lock file; the descriptor is not inherited by programs that this process runs."""
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def hold_as_user(service: str) -> None:
    """Count this process and its forks among the users until they end. Waits while it is stopping."""
    path = lock_file(service, "users")
    with _guard:
        if _is_held(path):
            return
        descriptor = open_lock(path)
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        _held[path] = descriptor


def _is_held(path: Path) -> bool:
    """Whether the descriptor is still that file: a process that turns into a daemon closes all it has."""
    try:
        ours, there = os.fstat(_held[path]), path.stat()
    except (KeyError, OSError):
        return False
    return (ours.st_dev, ours.st_ino) == (there.st_dev, there.st_ino)


@contextmanager
def starting(service: str) -> Iterator[None]:
    """Let one process at a time start the service."""
    descriptor = open_lock(lock_file(service, "start"))
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def server_is_gone(service: str) -> bool:
    """Whether neither the server nor any of its children is left. To be asked by the starter only."""
    descriptor = open_lock(lock_file(service, "server"))
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True
