"""
Files on their way in: one too big for memory goes to the spool, encrypted as it comes, never to a temporary file.

Named in FILE_UPLOAD_HANDLERS. A form sees an ordinary uploaded file. Whoever stores it takes `content_of` it and says
`keep` once it is stored; a file that nobody kept is erased when the request ends.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from common import spool
from common.spreadsheets.gate import MAX_BYTES

_PIECE = 64 * 1024


class SpooledFile(UploadedFile):
    """An uploaded file that lies in the spool, encrypted."""

    def __init__(self, spooled: spool.Spooled, size: int, **about: Any) -> None:
        super().__init__(file=None, size=size, **about)
        self.spooled = spooled
        self.is_kept = False

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """Yield the file in pieces."""
        return spool.read(self.spooled.name, self.spooled.key, _folder())

    def multiple_chunks(self, chunk_size: int | None = None) -> bool:
        """Say that the file comes in pieces."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return the whole file."""
        return b"".join(self.chunks())

    def __iter__(self) -> Iterator[bytes]:
        return self.chunks()

    def __bool__(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        """Stay where it is: each reading begins anew."""
        return 0

    def close(self) -> None:
        """Erase the file unless somebody has stored it."""
        if not self.is_kept:
            spool.erase(self.spooled.name, _folder())


class EncryptedUploadHandler(FileUploadHandler):
    """Writes a file into the spool. Of one that is too big no more is kept than shows that it is."""

    chunk_size = _PIECE

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self.writer = spool.SpoolWriter(_folder())
        self.size = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Take the next piece."""
        self.size += len(raw_data)
        if self.size <= MAX_BYTES + len(raw_data):
            self.writer.write(raw_data)

    def file_complete(self, file_size: int) -> SpooledFile:
        """Return the file."""
        about = {"name": self.file_name, "content_type": self.content_type, "charset": self.charset}
        return SpooledFile(self.writer.finish(), self.size, **about)

    def upload_interrupted(self) -> None:
        """Leave nothing of a file whose request broke off."""
        if hasattr(self, "writer"):
            self.writer.abort()


def content_of(file: UploadedFile) -> Iterable[bytes] | spool.Spooled:
    """Return what is stored of an uploaded file: the spooled file itself, or pieces from memory."""
    return file.spooled if isinstance(file, SpooledFile) else file.chunks()


def keep(file: UploadedFile) -> None:
    """Say that the file was stored, so that it is not erased when the request ends."""
    if isinstance(file, SpooledFile):
        file.is_kept = True


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "spool"
