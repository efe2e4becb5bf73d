"""Where the embedded services keep their things."""

import hashlib
import os
import stat
import tempfile
from pathlib import Path

from common.embedded.identity import SERVER, give_to_server

PROJECT = Path(__file__).resolve().parents[2]

# The kernel keeps 108 bytes for the path of a unix socket.
LONGEST_SOCKET_PATH = 100


class DataFolderRefused(RuntimeError):
    """The data folder belongs to somebody else."""


def data_dir() -> Path:
    """Return the folder of everything that the program stores, made if need be."""
    path = Path(os.environ.get("DATA_DIR") or PROJECT / ".local").expanduser().resolve()
    # Others may pass through (the server may be another user) but not list.
    path.mkdir(parents=True, exist_ok=True, mode=0o711)
    return path


def own_folder(name: str) -> Path:
    """Return a folder of the data folder that only the user who runs the program can enter."""
    path = data_dir() / name
    path.mkdir(exist_ok=True, mode=0o700)
    return path


def server_folder(name: str) -> Path:
    """Return a folder of the data folder that belongs to the user who runs the servers."""
    path = data_dir() / name
    if not path.exists():
        path.mkdir(mode=0o700)
        give_to_server(path)
    return path


def socket_folder() -> Path:
    """
    Return the folder of the sockets: in the temporary folder if the data folder's path is too long for one.

    :raises DataFolderRefused: if somebody else has made a folder of that name.
    """
    data = data_dir()
    if len(os.fsencode(data / "socket" / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH:
        return server_folder("socket")
    mark = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    short = Path(tempfile.gettempdir()) / f"opora-{os.getuid()}-{mark}"
    if not short.exists():
        short.mkdir(mode=0o700)
        give_to_server(short)
    found = short.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {os.getuid(), SERVER.uid}:
        raise DataFolderRefused(f"{short}: папка для сокетов создана другим пользователем; удалите её и повторите.")
    return short
