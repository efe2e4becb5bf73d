"""
The other side of `child`: take the limits on, then become the parser.

Started as `python -m common.spreadsheets.confined MODULE`. Options come as JSON on the file descriptor named by
`OPTIONS_FD`, the file's bytes on standard input.
"""

import ctypes
import json
import os
import resource
import runpy
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from common.spreadsheets.gate import Refused

SUMMARY = "summary.json"
_PR_SET_PDEATHSIG = 1


def options() -> dict[str, Any]:
    """Return the options that the parent gave."""
    with os.fdopen(int(os.environ["OPTIONS_FD"]), encoding="utf-8") as source:
        return json.load(source)


def secret(name: str) -> bytes | None:
    """Return a key that the parent gave by file descriptor, or None."""
    number = os.environ.get(f"SECRET_{name.upper()}_FD")
    if number is None:
        return None
    with os.fdopen(int(number), "rb") as source:
        return source.read()


def answer(work: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Do the work, and leave what it returns, or why the file is refused, in the staging folder."""
    given = options()
    try:
        found = work(given)
    except Refused as refusal:
        found = {"refused": str(refusal)}
    except MemoryError:
        found = {"refused": "Файл слишком велик или устроен так, что не помещается в память: разделите его на части."}
    target = Path(given["staging"], SUMMARY)
    target.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")


def progress(done: int, total: int) -> None:
    """Tell the parent how far the parsing is."""
    number = os.environ.get("PROGRESS_FD")
    if number is not None:
        os.write(int(number), b"%d %d\n" % (done, total))


def _take_limits(memory: int, cpu: int, written: int) -> None:
    if sys.platform == "linux":
        # A worker that is killed takes its child along.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (written, written))


if __name__ == "__main__":
    module, *limits = sys.argv[1:]
    _take_limits(*map(int, limits))
    sys.argv = [module]
    runpy.run_module(module, run_name="__main__")
