"""What the processes of a benchmark and of its database take of memory, looked at while they work."""

from __future__ import annotations

import os
import threading
from pathlib import Path

EVERY_SECONDS = 1.0
KIBIBYTES_A_GIBIBYTE = 2**20


class Memory:
    """The greatest sum of memory, in GiB, within a block: this process, its children and every server process."""

    def __init__(self) -> None:
        self.peak = 0.0
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_rest: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._is_over.wait(EVERY_SECONDS):
            self.peak = max(self.peak, _taken() / KIBIBYTES_A_GIBIBYTE)


def _taken() -> int:
    """Shared pages are counted once: the proportional set size of each process, in KiB."""
    total = 0
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if not _is_ours(place):
                continue
            lines = (place / "smaps_rollup").read_text(encoding="ascii").splitlines()
        except OSError:
            continue  # it ended meanwhile, or is somebody else's
        total += next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
    return total


def _is_ours(place: Path) -> bool:
    fields = (place / "stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    name = (place / "comm").read_text(encoding="utf-8").strip()
    return name == "postgres" or str(os.getpid()) in (place.name, fields[1])
