"""
Uploaded files wait on disk encrypted, each under a key of its own that is kept elsewhere.

A file is a row of frames sealed by AES-256-GCM. The nonce is the frame's number and whether it is the last,
so a frame that is changed, moved or missing is noticed. A key serves one file only, so no nonce repeats
under it.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FRAME = 1024 * 1024
_SEAL = 16  # bytes that GCM adds to each frame


class SpoolError(Exception):
    """A spooled file that is gone, cut short or changed."""


@dataclass(frozen=True)
class Spooled:
    """One file that waits: its name in the spool, its key, and what was measured while it was written."""

    name: str
    key: bytes
    sha256: str
    size: int


class SpoolWriter:
    """Take a file piece by piece. Until `finish` nothing of it can be read; leaving early erases it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.name = os.urandom(16).hex()
        self.key = AESGCM.generate_key(256)
        self.size = 0
        self._path = folder / self.name
        self._hash = hashlib.sha256()
        self._sealer = AESGCM(self.key)
        self._waiting = bytearray()
        self._frames = 0
        self._file = os.fdopen(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")

    def write(self, piece: bytes) -> None:
        """Add a piece."""
        self._hash.update(piece)
        self.size += len(piece)
        self._waiting += piece
        while len(self._waiting) > FRAME:  # the last frame is sealed by `finish`
            self._seal(bytes(self._waiting[:FRAME]), last=False)
            del self._waiting[:FRAME]

    def finish(self) -> Spooled:
        """Seal the last frame, make sure that the disk has the file, and say what it is."""
        self._seal(bytes(self._waiting), last=True)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        return Spooled(self.name, self.key, self._hash.hexdigest(), self.size)

    def abort(self) -> None:
        """Leave nothing behind."""
        if not self._file.closed:
            self._file.close()
            self._path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.abort()

    def _seal(self, plain: bytes, *, last: bool) -> None:
        self._file.write(self._sealer.encrypt(_nonce(self._frames, last=last), plain, None))
        self._frames += 1


def spool(pieces: Iterable[bytes], folder: Path) -> Spooled:
    """Put a whole file into the spool."""
    with SpoolWriter(folder) as writer:
        for piece in pieces:
            writer.write(piece)
        return writer.finish()


def spool_file(path: Path, folder: Path) -> Spooled:
    """Put a copy of a file of the disk into the spool."""
    with path.open("rb") as file:
        return spool(iter(lambda: file.read(FRAME), b""), folder)


def read(name: str, key: bytes, folder: Path) -> Iterator[bytes]:
    """
    Yield the file in pieces of at most one frame.

    :raises SpoolError: if it is gone, cut short or changed
    """
    opener, path = AESGCM(key), folder / name
    try:
        with path.open("rb") as file:
            sealed, number = file.read(FRAME + _SEAL), 0
            while True:
                following = file.read(FRAME + _SEAL)
                yield opener.decrypt(_nonce(number, last=not following), sealed, None)
                if not following:
                    return
                sealed, number = following, number + 1
    except FileNotFoundError as gone:
        raise SpoolError("Файл уже стёрт: загрузите его ещё раз.") from gone
    except InvalidTag as changed:
        raise SpoolError("Файл повреждён при хранении: загрузите его ещё раз.") from changed


def erase(name: str, folder: Path) -> None:
    """Remove a file; one that is gone already is no matter. Forget its key at the same moment."""
    (folder / name).unlink(missing_ok=True)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\1" if last else b"\0")
