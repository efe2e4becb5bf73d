"""The embedded Redis: the broker that wakes workers. It keeps nothing: the truth is in the Job rows."""

import signal
import socket
from pathlib import Path

from common.embedded import binaries
from common.embedded.identity import open_the_way
from common.embedded.places import data_dir, server_folder, socket_folder
from common.embedded.service import Service


def socket_path() -> Path:
    """Return the path of the server's socket."""
    return socket_folder() / "redis.sock"


def url(database: int = 0) -> str:
    """Return the address for redis-py. Starts nothing."""
    return f"unix://{socket_path()}?db={database}"


def broker_url(database: int = 0) -> str:
    """Return the same address as Celery writes it. Starts nothing."""
    return f"redis+socket://{socket_path()}?virtual_host={database}"


def ensure() -> None:
    """Return when the server answers, started if need be."""
    SERVICE.ensure()


def _answers() -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(5)
        try:
            client.connect(str(socket_path()))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def _prepare() -> None:
    open_the_way(data_dir())
    open_the_way(binaries.redis_server().parent)


def _command() -> list[str]:
    settings = {
        "port": "0",
        "unixsocket": str(socket_path()),
        "unixsocketperm": "700",
        "daemonize": "no",
        "save": "",
        "appendonly": "no",
        "dir": str(server_folder("redis")),
        "maxmemory": "256mb",
        "maxmemory-policy": "noeviction",
    }
    options = [part for name, value in settings.items() for part in (f"--{name}", value)]
    return [str(binaries.redis_server()), *options]


SERVICE = Service(
    name="redis",
    prepare=_prepare,
    command=_command,
    answers=_answers,
    is_complete=lambda: True,
    complete=lambda: None,
    folder=data_dir,
    stale=lambda: [socket_path()],
    stop_signal=signal.SIGTERM,
)
