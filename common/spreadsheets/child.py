"""
Parsing in a child process.

A legal workbook of 1.7 KB (cells A1 and XFD1048576) ends the process that opens it, with no exception to catch. So
the bytes of strangers are parsed by a child that has limits of memory, time and disk, no credentials, and nothing to
lose: when it dies, one sentence says so.
"""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from common.spreadsheets.confined import SUMMARY
from common.spreadsheets.gate import Refused

_BROKE_THE_PARSER = ("MemoryError", "memory allocation", "PanicException")
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Limits:
    """What a child may use: bytes of address space, seconds of processor, seconds of waiting, bytes of a file."""

    memory: int = 3 * 1024**3
    cpu: int = 120
    wall: int = 150
    written: int = 2 * 1024**3


def run_child(
    module: str,
    *,
    data: bytes,
    options: Mapping[str, Any],
    staging: Path,
    secrets: Mapping[str, bytes] | None = None,
    limits: Limits | None = None,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, Any]:
    """
    Parse a file by `python -m module` and return its summary; its other outputs are in `staging`.

    :raises Refused: if the parser refused the file, died over it or took too long
    """
    limits = limits or Limits()
    staging.mkdir(mode=0o700, parents=True, exist_ok=True)
    given = {"options": json.dumps({**options, "staging": str(staging)}, ensure_ascii=False).encode()}
    given |= {f"secret_{name}": value for name, value in (secrets or {}).items()}
    with contextlib.ExitStack() as stack:
        handed = {name: stack.enter_context(_handed(value)) for name, value in given.items()}
        descriptors = {f"{name.upper()}_FD": file.fileno() for name, file in handed.items()}
        reader, writer = os.pipe()
        lines = stack.enter_context(os.fdopen(reader, "rb", buffering=0))
        try:
            process = _start(module, limits, descriptors | {"PROGRESS_FD": writer})
        finally:
            os.close(writer)
        code, complaint = _wait(process, data, lines, limits.wall, on_progress)
    return _outcome(code, complaint, staging)


@contextlib.contextmanager
def _handed(value: bytes) -> Iterator[IO[bytes]]:
    """Give bytes a descriptor that has no name on the disk."""
    with tempfile.TemporaryFile() as file:
        file.write(value)
        file.seek(0)
        yield file


def _start(module: str, limits: Limits, descriptors: Mapping[str, int]) -> subprocess.Popen[bytes]:
    environment = {name: str(number) for name, number in descriptors.items()}
    environment |= {"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    arguments = [sys.executable, "-m", "common.spreadsheets.confined", module]
    arguments += [str(limits.memory), str(limits.cpu), str(limits.written)]
    return subprocess.Popen(  # noqa: S603 - the interpreter itself, with a module of ours and numbers
        arguments,
        cwd=_ROOT,
        env=environment,
        pass_fds=tuple(descriptors.values()),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def _wait(
    process: subprocess.Popen[bytes],
    data: bytes,
    lines: IO[bytes],
    wall: int,
    on_progress: Callable[[int, int], None],
) -> tuple[int, str]:
    """Feed the child from a thread; tell of its progress from this one, which may hold a database connection."""
    complaints: list[bytes] = []
    feeder = threading.Thread(target=lambda: complaints.append(process.communicate(data)[1]), daemon=True)
    feeder.start()
    deadline = time.monotonic() + wall
    late = False
    try:
        for done, total in _told(lines, deadline):
            on_progress(done, total)
        feeder.join(max(0.0, deadline - time.monotonic()))
        late = feeder.is_alive()
    finally:
        if feeder.is_alive():
            process.kill()
        feeder.join()
    code = -signal.SIGXCPU if late else process.returncode
    return code, b"".join(complaints).decode("utf-8", "replace")


def _told(lines: IO[bytes], deadline: float) -> Iterator[tuple[int, int]]:
    """Yield what the child says of its progress until it closes the pipe or time is up."""
    waiting = b""
    while (left := deadline - time.monotonic()) > 0:
        if not select.select([lines], [], [], left)[0]:
            return
        piece = lines.read(4096)
        if not piece:
            return
        *whole, waiting = (waiting + piece).split(b"\n")
        if whole:
            done, total = whole[-1].split()
            yield int(done), int(total)


def _outcome(code: int, said: str, staging: Path) -> dict[str, Any]:
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        raise Refused("Файл не удалось прочитать за отведённое время: разделите его на части или пересохраните.")
    if code == -signal.SIGXFSZ:
        raise Refused("Файл слишком велик: разделите его на части.")
    if code < 0 or any(sign in said for sign in _BROKE_THE_PARSER):
        raise Refused("Файл устроен так, что его не удаётся прочитать: пересохраните таблицу и загрузите снова.")
    if code:
        # The complaint may quote a cell, so only the last line's kind is kept.
        kind = said.strip().rsplit("\n", 1)[-1].split(":")[0][:80]
        raise Refused(f"Файл не удалось разобрать ({kind}): сообщите об этом оператору портала.")
    found: dict[str, Any] = json.loads((staging / SUMMARY).read_text(encoding="utf-8"))
    if "refused" in found:
        raise Refused(found["refused"])
    return found
