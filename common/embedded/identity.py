"""Who runs the servers: the user of the program, or, since PostgreSQL refuses root, an unprivileged one."""

import os
import pwd
import sys
from dataclasses import dataclass
from pathlib import Path

# In this order; the first that the machine knows.
UNPRIVILEGED_USERS = ("opora", "postgres", "nobody")


@dataclass(frozen=True)
class Identity:
    """The user and group that a server process runs as."""

    uid: int
    gid: int

    @property
    def differs(self) -> bool:
        """Whether the servers run as somebody other than the program."""
        return self.uid != os.geteuid()


def server_identity() -> Identity:
    """Return the user for the server processes. :raises LookupError: if root finds no unprivileged user."""
    if os.geteuid() != 0:
        return Identity(os.geteuid(), os.getegid())
    for name in UNPRIVILEGED_USERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Identity(entry.pw_uid, entry.pw_gid)
    raise LookupError("PostgreSQL не работает от root, а пользователя nobody нет: запустите от обычного пользователя.")


SERVER = server_identity()


def give_to_server(path: Path) -> None:
    """Make the user of the servers the owner of a file or folder."""
    if SERVER.differs:
        os.chown(path, SERVER.uid, SERVER.gid)


def open_the_way(path: Path) -> None:
    """
    Let the user of the servers pass through the folders above `path`, and say which were opened.

    Only the right to pass is given (o+x), never the right to list or read.
    """
    if not SERVER.differs:
        return
    opened = []
    for folder in [path, *path.parents]:
        mode = folder.stat().st_mode
        if mode & 0o001 or folder.stat().st_uid == SERVER.uid:
            continue
        folder.chmod(mode & 0o7777 | 0o001)
        opened.append(str(folder))
    if opened:
        sys.stderr.write(
            "Запуск от root: PostgreSQL работает от отдельного пользователя, поэтому открыт проход "
            f"(без чтения) через папки: {', '.join(opened)}\n"
        )
