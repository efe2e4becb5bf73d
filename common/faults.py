"""
Named points where a test may kill.

`FAULT=point:n` kills this process the n-th time that it passes the point; `FAULT=point:n@FILE` kills the
process whose id is the first line of FILE instead (such as the database's `postmaster.pid`). `FAULT_MARK`
names a file that is made when the kill happens and keeps it from happening again in the processes that come
after. Without FAULT a point costs one look into the environment.
"""

import os
import signal
from collections import Counter
from pathlib import Path

_passed: Counter[str] = Counter()


def fault(point: str) -> None:
    """Pass a named point, and die there if a test says so."""
    wanted = os.environ.get("FAULT")
    if not wanted:
        return
    name, _, rest = wanted.partition(":")
    times, _, victim = rest.partition("@")
    if name != point:
        return
    _passed[point] += 1
    if _passed[point] == int(times or 1) and _is_first():
        os.kill(_victim(victim), signal.SIGKILL)


def _is_first() -> bool:
    mark = os.environ.get("FAULT_MARK")
    if mark is None:
        return True
    try:
        os.close(os.open(mark, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except FileExistsError:
        return False
    return True


def _victim(file: str) -> int:
    return int(Path(file).read_text(encoding="ascii").split()[0]) if file else os.getpid()
