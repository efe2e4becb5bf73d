"""Passwords and keys that nobody chose: generated once, kept in the data folder, readable by its owner."""

import os
import secrets
import tempfile
from pathlib import Path

from common.embedded.places import own_folder

# No letters or figures that are taken for one another when typed from a screen.
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"


def secret(name: str) -> str:
    """Return the secret of that name, the same at every call and in every process."""
    return _kept(name, secrets.token_urlsafe(48))


def readable_secret(name: str) -> str:
    """Return a secret that a person can type: three groups of four."""
    groups = ["".join(secrets.choice(READABLE) for _ in range(4)) for _ in range(3)]
    return _kept(name, "-".join(groups))


def _kept(name: str, candidate: str) -> str:
    path = own_folder("secrets") / name
    if not path.exists():
        _keep_first(path, candidate)
    return path.read_text(encoding="ascii")


def _keep_first(path: Path, candidate: str) -> None:
    """Write the file unless somebody else was quicker; nobody ever sees half of it."""
    handle, draft = tempfile.mkstemp(dir=path.parent)  # 0600
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(candidate)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        Path(draft).unlink()
